"""Rows whose bodies are made to be long in the reading."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mockserver.tests.assault.benches import (
    FORM_TYPE,
    JSON_TYPE,
    KEY,
    MULTIPART_TYPE,
    Bench,
    Row,
    request,
)
from mockserver.tests.hostile_schemas import HOSTILE

MIB = 1024 * 1024
RUN, PICTURE, CHAT, FLOW = (
    "/v2/ideogram-3",
    "/v2/ideogram-turbo-img-2-img",
    "/v1/gpt-5.5",
    "/workflows/w",
)
UPLOAD, ACCESS, DATASET = (
    "/upload-asset",
    "/finetune/request/access-update",
    "/assets/datasets/x.zip",
)
DATA_URL = "data:image/png;base64,"
TOO_DEEP_TO_WRITE = {"a deep well"}
"""No encoder here writes it; `a list in a list, ten million times` is deeper still."""

ASKED_OF_A_RUN = (
    "/v1/requests/{}",
    "/v2/requests/{}",
    "/v2/requests/{}/status",
    "/workflows/request/{}",
    "/inference-request/request-history/{}",
    "/inference-request/request-history",
    "/_mock/jobs/{}",
    "/_mock/jobs?limit=5",
)

Made = Callable[[], bytes]
"""Makes a body when it is sent, since all of them together are long."""


def prompt_of(text: bytes, times: int) -> Made:
    """Return a run whose prompt is a text many times over."""
    return lambda: b'{"prompt":"' + text * times + b'"}'


def list_of(item: bytes, times: int) -> Made:
    """Return a run with a parameter that is a list."""
    return lambda: b'{"prompt":"a","x":[' + item * times + b"1]}"


def json_of(make: Callable[[], Any]) -> Made:
    """Return a value as JSON."""
    return lambda: json.dumps(make()).encode()


def form_of(*contents: tuple[str, bytes, int]) -> Made:
    """Return a multipart body: for each part its first line's parameters, a text, how often."""
    head = b"--edge\r\ncontent-disposition: form-data; %s\r\n\r\n"
    return lambda: (
        b"".join(head % named.encode() + text * times + b"\r\n" for named, text, times in contents)
        + b"--edge--\r\n"
    )


def send(path: str, make: Made, content_type: str = JSON_TYPE, method: str = "POST") -> Any:
    """Return what sends one body."""

    def run(bench: Bench) -> None:
        bench.send(request(method, path, make(), content_type=content_type))

    return run


def send_and_ask(path: str, make: Made) -> Any:
    """Return what submits a run, lets it end, and asks for all that may be asked of it."""

    def run(bench: Bench) -> None:
        run_id = bench.ask("POST", path, make())["request_id"]
        bench.ask("PATCH", "/_mock/clock", {"advance_s": 600, "api_key": KEY})
        for each in ASKED_OF_A_RUN:
            status, body = bench.send(request("GET", each.format(run_id)))
            output = json.loads(body).get("output", "") if each == ASKED_OF_A_RUN[1] else ""
            if status == 200 and output.startswith(bench.url):
                bench.send(request("GET", output.removeprefix(bench.url)))

    return run


def send_schemas(bench: Bench) -> None:
    """Ask for documents that are made to be long in the making."""
    for schema in (each for name, each in HOSTILE.items() if name not in TOO_DEEP_TO_WRITE):
        wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
        body = json.dumps({"prompt": "x", "response_format": wanted}).encode()
        bench.send(request("POST", CHAT, body))


MADE = {
    "a form of two million pairs": send(ACCESS, lambda: b"a&" * (2 * MIB), FORM_TYPE, "PUT"),
    "a form of 40,000 parts": send(
        RUN,
        form_of(*((f'name="n{place}"', b"1", 1) for place in range(40_000))),
        MULTIPART_TYPE,
    ),
    "a form with a file of blank lines": send(
        PICTURE,
        form_of(('name="prompt"', b"a", 1), ('name="image_file"; filename="x"', b"\r\n", 15 * MIB)),
        MULTIPART_TYPE,
    ),
    "300,000 data URLs": send(
        UPLOAD, json_of(lambda: {"data_urls": [DATA_URL + "AAAA"] * 300_000})
    ),
    "1,000 data URLs of 20 kB": send(
        UPLOAD, json_of(lambda: {"data_urls": [DATA_URL + "A" * 20_000] * 1_000})
    ),
    "one data URL of 30 MiB": send(
        UPLOAD, json_of(lambda: {"data_urls": [DATA_URL + "A" * 30 * MIB]})
    ),
    "a picture of 30 MiB inside JSON": send(
        PICTURE, json_of(lambda: {"prompt": "a", "image_file": DATA_URL + "A" * 30 * MIB})
    ),
    "99,000 numbers": send(RUN, list_of(b"1,", 99_000)),
    "15 million numbers": send(RUN, list_of(b"1,", 15 * MIB)),
    "10 million lists": send(RUN, list_of(b"[],", 10 * MIB)),
    "a list in a list, ten million times": send(RUN, lambda: b'{"prompt":' + b"[" * (10 * MIB)),
    "90,000 unknown parameters": send(
        RUN, json_of(lambda: {"prompt": "a", **{f"k{place}": 1 for place in range(90_000)}})
    ),
    "a wide value where one of a few is wanted": send(
        "/v1/ideogram-3",
        json_of(lambda: {"prompt": "a", "aspect_ratio": {f"k{n}": [n] for n in range(45_000)}}),
    ),
    "a text of 31 MiB where one of a few is wanted": send(
        "/v1/ideogram-3",
        lambda: b'{"prompt":"a","aspect_ratio":"' + b"a" * (31 * MIB) + b'"}',
    ),
    "a prompt of 30 MiB, v1": send("/v1/ideogram-3", prompt_of(b"a ", 15 * MIB)),
    "a prompt of 30 MiB of escapes": send(RUN, prompt_of(b'\\"', 15 * MIB)),
    "a prompt of five million escaped letters": send(RUN, prompt_of(b"\\u0041", 5 * MIB)),
    "a prompt that ends in half a character": send(
        RUN, lambda: prompt_of(b"\\u0041", 5 * MIB)()[:-2] + b'\\ud800"}'
    ),
    "a prompt that looks like lists": send(RUN, prompt_of(b",:[", 10 * MIB)),
    "a conversation of one turn of 30 MiB": send(
        CHAT,
        json_of(lambda: {"messages": [{"role": "user", "content": "hello " * 5_200_000}]}),
    ),
    "a conversation of 30,000 turns": send(
        CHAT, json_of(lambda: {"messages": [{"role": "user", "content": "hello " * 100}] * 30_000})
    ),
    "what says that it is compressed": send(RUN, lambda: b"\x1f\x8b" + b"\0" * (31 * MIB)),
    "a data set that nobody promised to take": send(
        DATASET, lambda: b"a" * (31 * MIB), FORM_TYPE, "PUT"
    ),
    "more than a body may have": send(RUN, prompt_of(b"a", 40 * MIB)),
    "the result of a prompt of 30 MiB": send_and_ask(RUN, prompt_of(b"a ", 15 * MIB)),
    "the result of 90,000 texts": send_and_ask(RUN, list_of(b'"%s",' % (b"a" * 300), 90_000)),
    "the output of a workflow with 30 MiB of inputs": send_and_ask(
        FLOW, prompt_of(b'\\"', 15 * MIB)
    ),
    "the reply to a prompt of 30 MiB": send_and_ask("/v2/gpt-5.5", prompt_of(b"a ", 15 * MIB)),
    "schemas that are long in the reading": send_schemas,
}
CHEAP = {"99,000 numbers", "a form of two million pairs"}
ROWS = [Row(name, run, is_cheap=name in CHEAP) for name, run in MADE.items()]
