"""`segmock record` as a process, before a server of another process that stands for the service."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from mockserver.facts.observed import Observed
from mockserver.recordings.reader import read_recording
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.cli.services import Service, assert_hidden, assert_same, serve_service
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import MODULE, environment
from mockserver.tests.recorder.raw_servers import serve_raw
from mockserver.tests.test_sdk import ROOT
from mockserver.tests.tools import find_tool

READY = re.compile(r"segmock record ready on (http://\S+)\n")
PNG = b"\x89PNG\r\n\x1a\n"

IN_PYTHON = """
import httpx, sys
root, key = sys.argv[1:]
with httpx.Client(base_url=root, headers={"x-api-key": key}, trust_env=False) as client:
    job = client.post("/v2/ideogram-3", json={"prompt": "a boat"}).json()
    while client.get(job["status_url"]).json()["status"] != "COMPLETED":
        pass
    output = client.get(job["response_url"]).json()["output"]
    print(client.get(output).content[:8].hex())
"""
WITH_SDK = """
import sys
from segmind import SegmindClient
root, key = sys.argv[1:]
client = SegmindClient(api_key=key, base_url=root + "/v1")
output = client.run("ideogram-3", prompt="a boat")["output"]
import urllib.request
print(urllib.request.urlopen(output).read()[:8].hex())
"""
IN_NODE = """
const [root, key] = process.argv.slice(1);
const ask = async (url, more = {}) =>
  (await fetch(url, {headers: {"x-api-key": key, "content-type": "application/json"}, ...more}));
const body = JSON.stringify({prompt: "a boat"});
const job = await (await ask(root + "/v2/ideogram-3", {method: "POST", body})).json();
while ((await (await ask(job.status_url)).json()).status !== "COMPLETED");
const {output} = await (await ask(job.response_url)).json();
const picture = Buffer.from(await (await fetch(output)).arrayBuffer());
console.log(picture.subarray(0, 8).toString("hex"));
"""
IN_SHELL = """
set -eu
ask() { curl -fsS -H "x-api-key: $key" "$@"; }
key=$2
job=$(ask --json '{"prompt": "a boat"}' "$1/v2/ideogram-3")
until [ "$(ask "$(echo "$job" | jq -r .status_url)" | jq -r .status)" = COMPLETED ]; do :; done
output=$(ask "$(echo "$job" | jq -r .response_url)" | jq -r .output)
curl -fsS "$output" | od -An -tx1 -N8 | tr -d ' \\n'
"""
CLIENTS = {
    "httpx": [sys.executable, "-c", IN_PYTHON],
    "the vendor's SDK": [sys.executable, "-c", WITH_SDK],
    "Node's fetch": [find_tool("node"), "--input-type=module", "-e", IN_NODE, "--"],
    "curl": [find_tool("sh"), "-c", IN_SHELL, "sh"],
}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """What stands for the service."""
    with serve_service(tmp_path_factory.mktemp("service")) as service:
        yield service


@contextmanager
def recording(
    service: Service, folder: Path, *flags: str, ca: bool = True, **variables: str
) -> Iterator[SimpleNamespace]:
    """Record while the context lasts."""
    out = ["--out", str(folder / "recording"), "--port", "0", "--upstream", service.url]
    command = [*MODULE, "record", *out, *(["--ca", str(service.ca)] if ca else []), *flags]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            line = process.stdout.readline()
            assert READY.fullmatch(line), line + process.stderr.read()
            yield SimpleNamespace(url=READY.fullmatch(line)[1], process=process)
        finally:
            process.kill()


def stop(recorder: Any, signum: int = signal.SIGTERM) -> str:
    """Send a signal; return what was printed on stderr."""
    recorder.process.send_signal(signum)
    _, errors = recorder.process.communicate(timeout=PATIENCE_S)
    assert recorder.process.returncode == (0 if signum != signal.SIGKILL else -signum)
    return errors


def read(folder: Path) -> tuple[Observed, ...]:
    """Return the exchanges of the one session that was recorded."""
    (session,) = read_recording(folder / "recording").sessions
    return session.story.exchanges


def run_client(name: str, url: str, key: str) -> str:
    """Run a client to its end; return what it printed."""
    proxied = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}
    here = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = subprocess.run(
        [*CLIENTS[name], url, key],
        env=environment(PYTHONPATH=str(ROOT / ".sdk" / "1.3.0"), **proxied, **here),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", CLIENTS)
def test_what_a_client_is_told_is_recorded(service, tmp_path, name):
    """From submit to picture; what the service has in its journal is what was written."""
    key = f"SG_{list(CLIENTS).index(name):016x}".replace("SG_0", "SG_e")
    with recording(service, tmp_path, HTTPS_PROXY="http://127.0.0.1:1") as recorder:
        assert run_client(name, recorder.url, key).startswith(PNG.hex())
        told = stop(recorder)
    exchanges = read(tmp_path)
    assert [each.number for each in exchanges] == list(range(1, len(exchanges) + 1))
    assert_same(service.read_journal(key), exchanges)
    *_, result, picture = exchanges
    assert result.body.document["output"] == picture.url
    assert picture.url.startswith(f"{service.url}/outputs/")
    assert picture.body.content.startswith(PNG)
    assert {each.account for each in exchanges if each.account} == {"key-1"}
    assert_hidden(tmp_path / "recording", key)
    assert key not in told
    assert f"{len(exchanges)} exchanges recorded, 1 run, $0.075 spent" in told
    assert f"`segmock recordings show {tmp_path / 'recording'}`" in told


def test_ctrl_c_ends_it_as_sigterm_does(service, tmp_path):
    """It says that nothing was asked, and leaves nothing."""
    with recording(service, tmp_path) as recorder:
        told = stop(recorder, signal.SIGINT)
    assert "nothing was asked" in told
    assert not (tmp_path / "recording").exists()


def test_a_run_that_reached_the_service_is_recorded_though_its_answer_is_not(tmp_path):
    """The recorder is killed while the service thinks."""
    asked = Event()
    with (
        serve_raw(lambda *_: asked.set()) as root,
        recording(SimpleNamespace(url=root), tmp_path, ca=False) as recorder,
        ThreadPoolExecutor(1) as pool,
    ):
        run = f"{recorder.url}/v1/ideogram-turbo-txt-2-img"
        body = {"prompt": "a boat"}
        posting = pool.submit(httpx.post, run, json=body, trust_env=False, timeout=PATIENCE_S)
        assert asked.wait(PATIENCE_S)
        stop(recorder, signal.SIGKILL)
        assert isinstance(posting.exception(PATIENCE_S), httpx.TransportError)
    (seen,) = read(tmp_path)
    assert (seen.method, seen.path, seen.status) == ("POST", "/v1/ideogram-turbo-txt-2-img", None)
    assert seen.request_body.document == body


def test_what_a_client_has_is_there_after_kill_9(service, tmp_path):
    """JSON is in the file before the client has it."""
    key = "SG_ab01ab01ab01ab01"
    with (
        recording(service, tmp_path) as recorder,
        httpx.Client(base_url=recorder.url, trust_env=False, headers={"x-api-key": key}) as client,
    ):
        balances = [client.get("/v1/get-user-credits").json() for _ in range(3)]
        stop(recorder, signal.SIGKILL)
    assert [each.body.document for each in read(tmp_path)] == balances
    assert_hidden(tmp_path / "recording", key)


def test_two_clients_at_once_are_told_apart(service, tmp_path):
    """By names that are no keys, in an order that is one."""
    keys = ["SG_cd01cd01cd01cd01", "SG_cd02cd02cd02cd02"]
    names = ["httpx", "curl"]
    with recording(service, tmp_path, "--log") as recorder:
        running = [
            subprocess.Popen([*CLIENTS[name], recorder.url, key], stdout=subprocess.PIPE, text=True)
            for name, key in zip(names, keys, strict=True)
        ]
        printed = [each.communicate(timeout=PATIENCE_S)[0] for each in running]
        told = stop(recorder)
    assert all(text.startswith(PNG.hex()) for text in printed)
    exchanges = read(tmp_path)
    for account in ("key-1", "key-2"):
        mine = [each for each in exchanges if each.account == account]
        assert mine[0].path == "/v2/ideogram-3"
        assert [each.sent_s for each in mine] == sorted(each.sent_s for each in mine)
    assert {each.account for each in exchanges} == {"key-1", "key-2", None}
    lines = [line for line in told.splitlines() if line.startswith("segmock record: #")]
    assert len(lines) == len(exchanges)
    assert_hidden(tmp_path / "recording", *keys)


def test_a_budget_holds(service, tmp_path):
    """The client gets an answer of the gateway's shape, the user a line."""
    with recording(service, tmp_path, "--budget", "0.1") as recorder:
        answer = httpx.post(
            f"{recorder.url}/v1/ideogram-3",
            json={"prompt": "x", "rendering_speed": "QUALITY"},
            headers={"x-api-key": "SG_ef01ef01ef01ef01"},
            trust_env=False,
        )
        told = stop(recorder)
    assert answer.status_code == 402
    assert list(answer.json()) == ["error"]
    assert "segmock record: POST /v1/ideogram-3 was not sent: it can cost $0.113" in told
    assert service.read_journal("SG_ef01ef01ef01ef01") == []


def test_an_authority_is_trusted_if_the_environment_names_it(service, tmp_path):
    """By the variable that OpenSSL reads; nobody is asked whom nobody vouches for."""
    with recording(service, tmp_path, ca=False, SSL_CERT_FILE=str(service.ca)) as trusting:
        assert httpx.get(f"{trusting.url}/v1/get-user-credits", trust_env=False).status_code == 401
    with recording(service, tmp_path, ca=False) as strict:
        answer = httpx.get(f"{strict.url}/v1/get-user-credits", trust_env=False)
        told = stop(strict)
    assert answer.status_code == 502
    assert "its certificate is not trusted" in answer.json()["error"]
    assert f"segmock record: cannot connect to {service.url}: " in told


REFUSED = {
    "no folder": (["record"], ["--out"]),
    "an upstream with a path": (
        ["record", "--out", "r", "--upstream", "https://a.example/v1"],
        ["give the root alone: https://a.example"],
    ),
    "a file in the folder's place": (["record", "--out", "file"], ["file"]),
    "no rule": (
        ["record", "--out", "r", "--keep", "prompts=some"],
        ["prompts=whole|hashed|dropped"],
    ),
    "no money": (["record", "--out", "r", "--budget", "-1"], ["-1"]),
    "no certificate": (["record", "--out", "r", "--ca", "file"], ["no certificate in PEM"]),
}


@pytest.mark.parametrize(("words", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(run, tmp_path, words, told):
    """Before anything is listened to."""
    (tmp_path / "file").write_text("no certificate")
    result = run(*words, "--port", "0")
    assert_refused(result, *told)
    assert not (tmp_path / "r").exists()
