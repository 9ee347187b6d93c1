"""What is sent: a realistic body, the single calls, and the cycle that a client goes through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

from load import Call, Connection, Work
from processes import HOST, Server

SUBMIT = "/v2/ideogram-3"
POLLS = 3
"""Under `--clock auto` three polls see QUEUED, PROCESSING, COMPLETED, and a result may follow."""

FIXED_SEED = 424_242
_FIRST_SEED, _LAST_SEED = 100_000, 999_999
_PROMPT = (
    "Poster for a night market by the river, the words 'SIX LANTERNS' in tall brushed letters "
    "above rows of stalls with paper fish"
)


def body(seed: int = FIXED_SEED, prompt: str = _PROMPT) -> bytes:
    """Return the body of a submit, about 370 bytes; six digits of seed keep it at one length."""
    params = {
        "prompt": prompt,
        "resolution": "1024x1024",
        "rendering_speed": "TURBO",
        "magic_prompt": "OFF",
        "negative_prompt": "photographs, gradients, drop shadows, watermarks, blurred letters",
        "style_codes": [],
        "style_type": "DESIGN",
        "seed": seed,
    }
    return json.dumps(params).encode()


def fresh_seeds() -> Iterator[int]:
    """Yield seeds that were not seen before, as far as there are any."""
    span = _LAST_SEED - _FIRST_SEED
    return (_FIRST_SEED + n % span for n in count())


def submit_call(api_key: str, params: bytes | None = None) -> Call:
    """Return the POST that submits a job."""
    headers = {"x-api-key": api_key, "content-type": "application/json"}
    return Call("POST", SUBMIT, headers, params or body())


def status_call(api_key: str, request_id: str) -> Call:
    """Return the GET of a job's status."""
    return Call("GET", f"/v2/requests/{request_id}/status", {"x-api-key": api_key})


def pending_job(server: Server, api_key: str) -> str:
    """Submit a job that stays PROCESSING, see it there, and return its id."""
    stalled = body(prompt="mock:stall while the load lasts")
    request_id = str(json.loads(server.ask("POST", SUBMIT, api_key, stalled))["request_id"])
    while b"PROCESSING" not in server.ask("GET", f"/v2/requests/{request_id}/status", api_key):
        pass
    return request_id


def cycle(server: Server, api_key: str, seeds: Iterator[int]) -> Work:
    """Return the work of a client that submits, polls until COMPLETED, and gets the result."""
    key = f"host: {HOST}:{server.port}\r\nx-api-key: {api_key}\r\n"
    size = len(body())
    json_of = f"{key}content-type: application/json\r\ncontent-length: {size}\r\n\r\n"
    post = f"POST {SUBMIT} HTTP/1.1\r\n{json_of}".encode()
    tail = f" HTTP/1.1\r\n{key}\r\n".encode()

    async def work(connection: Connection) -> None:
        submitted = await connection.ask(post + body(next(seeds)))
        request_id = json.loads(submitted)["request_id"].encode()
        get = b"GET /v2/requests/" + request_id
        for _ in range(POLLS):
            await connection.ask(get + b"/status" + tail)
        await connection.ask(get + tail)

    return work


def one_cycle(server: Server, api_key: str) -> tuple[str, str, str]:
    """Go through the cycle once; return the bodies of submit, pending status and result."""
    submitted = server.ask("POST", SUBMIT, api_key, body())
    path = f"/v2/requests/{json.loads(submitted)['request_id']}"
    status = [server.ask("GET", f"{path}/status", api_key) for _ in range(POLLS)]
    if b"COMPLETED" not in status[-1]:
        raise SystemExit(f"after {POLLS} polls the status is {status[-1].decode()}")
    result = server.ask("GET", path, api_key)
    return submitted.decode(), status[1].decode(), result.decode()
