"""`segmock serve --replay` as a process of its own, and the clients that people have."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256

import httpx
import pytest
import segmind

from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import MODULE, assert_one_line, environment, refused, serving
from mockserver.tests.replay.recording import KEY, record, record_picture
from mockserver.tests.tools import find_tool

ASKED = {"prompt": "A lighthouse", "seed": 300}

NODE = """
const [url, key] = process.argv.slice(1);
const headers = { "x-api-key": key, "content-type": "application/json" };
const ask = async (at, init = {}) => (await fetch(at, { headers, ...init })).json();
const body = JSON.stringify({ seed: 300.0, prompt: "A lighthouse" });
const job = await ask(`${url}/v2/ideogram-3`, { method: "POST", body });
const states = [];
while (states.at(-1) !== "COMPLETED") states.push((await ask(job.status_url)).status);
const result = await ask(job.response_url);
const file = Buffer.from(await (await fetch(result.output)).arrayBuffer());
const { createHash } = await import("node:crypto");
const digest = createHash("sha256").update(file).digest("hex");
console.log(JSON.stringify({ states, metrics: result.metrics, digest }));
"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """A recording of a picture, of a failure and of one call of v1; and what was told."""
    folder = tmp_path_factory.mktemp("recording")
    with record(folder) as client:
        _, _, result, picture = record_picture(client)
        client.call("POST", "/v1/ideogram-3", json={"prompt": "At once"})
        record_picture(client, prompt="mock:fail=Under a stone")
    return folder, result, sha256(picture).hexdigest()


@pytest.fixture(scope="module")
def url(recording, tmp_path_factory):
    """The root of a server that plays it."""
    flags = ("--replay", str(recording[0]), "--clock", "auto")
    with serving(*flags, cwd=tmp_path_factory.mktemp("served")) as served:
        yield served.url


def test_the_vendors_client_reaches_the_same_outcomes(recording, url):
    """A result, a picture byte for byte, and the error of the run that failed."""
    _, result, digest = recording
    client = segmind.SegmindClient(api_key="SG_vendors_client", base_url=f"{url}/v1")
    told = client.run("ideogram-3", **ASKED)
    assert told["metrics"] == result["metrics"]
    assert told["output"].startswith(url)
    assert sha256(httpx.get(told["output"]).content).hexdigest() == digest
    with pytest.raises(segmind.SegmindError, match="Under a stone"):
        client.run("ideogram-3", prompt="mock:fail=Under a stone", seed=300)
    client._client.close()


def test_httpx_reaches_them_too_and_v1_is_told_what_it_cost(url):
    """With a key of its own, so the story begins anew."""
    with httpx.Client(base_url=url, headers={"x-api-key": "SG_httpx_alone"}) as client:
        answer = client.post("/v1/ideogram-3", json={"prompt": "At once"})
        assert (answer.status_code, answer.headers["x-cost"]) == (200, "0.075")
        missed = client.post("/v1/ideogram-3", json={"prompt": "At once"})
        assert missed.status_code == 418
        assert "would a client pay $0.075 again?" in missed.text


def test_fetch_of_node_reaches_them_too(recording, url):
    """Whose numbers are spelled in its own way."""
    _, result, digest = recording
    script = ("--input-type=module", "-e", NODE, url, "SG_fetch_of_node")
    done = subprocess.run(
        [find_tool("node"), *script],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["states"][-1] == "COMPLETED"
    assert (told["metrics"], told["digest"]) == (result["metrics"], digest)


def test_a_miss_is_logged_in_full(recording, tmp_path):
    """The line of the exchange has no room for the sentence."""
    flags = ("--replay", str(recording[0]), "--log", "line")
    with serving(*flags, cwd=tmp_path) as served:
        answer = httpx.post(
            f"{served.url}/v2/ideogram-3", json={"prompt": "A boat"}, headers={"x-api-key": KEY}
        )
        code, _, errors = served.stop()
    assert code == 0
    assert answer.json()["error"] in errors


def test_a_broken_recording_is_refused_at_the_start(recording, tmp_path):
    """In a line that names file and line."""
    [session] = recording[0].glob("*.jsonl")
    first, second, *rest = session.read_text(encoding="utf-8").splitlines()
    broken = tmp_path / "broken.jsonl"
    broken.write_text("\n".join([first, second[:40], *rest, ""]), encoding="utf-8")
    assert_one_line(refused("--replay", ".", cwd=tmp_path), "broken.jsonl:2", "segmock record")


def test_a_program_can_be_run_against_a_recording(recording, tmp_path):
    """Its hosts are the vendor's own."""
    code = (
        "import httpx, sys\n"
        "asked = {'prompt': 'A lighthouse', 'seed': 300}\n"
        "answer = httpx.post('https://api.segmind.com/v2/ideogram-3', json=asked,"
        " headers={'x-api-key': 'SG_of_a_program'})\n"
        "print(answer.status_code, answer.json()['status_url'][:30])\n"
    )
    done = subprocess.run(
        [*MODULE, "exec", "--mode", "env", "--", sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(SEGMOCK_REPLAY=str(recording[0])),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert "200 https://api.segmind.com/v2/req" in done.stdout, done.stderr
