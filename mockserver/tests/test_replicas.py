"""Several servers that share a store, behind HAProxy: the vendor's SDK notices nothing of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx
from segmind import SegmindClient

from mockserver.tests.conftest import KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, blocking_run, client_of
from mockserver.tests.haproxy import (
    CONFIGURATION,
    name_servers,
    serving_haproxy,
)
from mockserver.tests.processes import Served, serving
from mockserver.tests.tools import find_tool

COUNT = 3
TIMING = {"timeout": 30, "interval": 0.01}


@dataclass
class Replicas:
    """Servers, and where the proxy before them is."""

    url: str
    servers: list[Served]

    def kill(self, index: int) -> None:
        """End one as `kill -9` does."""
        process = self.servers[index].process
        process.kill()
        process.wait()


@contextmanager
def replicated(store: str, folder, *flags: str) -> Iterator[Replicas]:
    """Serve by three servers behind a proxy while the context lasts."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving("--store", store, *flags, cwd=folder)) for _ in range(COUNT)
        ]
        url = stack.enter_context(serving_haproxy([each.url for each in servers]))
        yield Replicas(url, servers)


def check(text: str, folder) -> subprocess.CompletedProcess[str]:
    """Have HAProxy look at a configuration."""
    path = folder / "haproxy.cfg"
    path.write_text(text, encoding="utf-8")
    servers = name_servers(["http://127.0.0.1:1"] * COUNT)
    return subprocess.run(
        [find_tool("haproxy"), "-c", "-V", "-f", path],
        env=os.environ | servers,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_configuration_is_valid_without_a_warning(tmp_path):
    """As HAProxy itself says."""
    done = check(CONFIGURATION.read_text(encoding="utf-8"), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Configuration file is valid" in done.stdout
    assert "WARNING" not in done.stderr


def test_a_slip_in_the_configuration_is_seen(tmp_path):
    """So the test above can fail."""
    text = CONFIGURATION.read_text(encoding="utf-8").replace("roundrobin", "round-robin")
    assert check(text, tmp_path).returncode != 0


def test_each_request_goes_to_the_next_server(tmp_path, redis_url):
    """Though all come on one connection; what one was told, the others know."""
    with replicated(redis_url, tmp_path, "--log", "json") as replicas:
        with client_of(replicas.url) as client:
            for _ in range(4 * COUNT):
                assert client.get(CREDITS).status_code == 200
            journal = client.get("/_mock/requests").json()["requests"]
        logs = [server.stop()[2] for server in replicas.servers]
    entries = [[json.loads(line) for line in log.splitlines()] for log in logs]
    assert [len([e for e in each if e["event"] == "exchange"]) for each in entries] == [4] * COUNT
    numbers = [entry["seq"] for each in entries for entry in each if entry["event"] == "exchange"]
    assert sorted(numbers) == [exchange["seq"] for exchange in journal]


def test_the_sdk_goes_on_though_a_server_dies(tmp_path, redis_url):
    """Runs that were begun are finished, new ones are taken, and each is paid for once."""
    with ExitStack() as stack:
        replicas = stack.enter_context(replicated(redis_url, tmp_path))
        client = SegmindClient(api_key=KEY, base_url=f"{replicas.url}/v1")
        stack.enter_context(client._client)
        jobs = [client.submit_async("ideogram-3", **PROMPT) for _ in range(COUNT)]
        replicas.kill(0)
        results = [job.wait(**TIMING) for job in jobs]
        results += [
            client.submit_async("ideogram-3", **PROMPT).wait(**TIMING) for _ in range(COUNT)
        ]
        picture = httpx.get(results[0]["output"])
        with client_of(replicas.url) as account:
            ledger = account.get(f"/_mock/accounts/{KEY}").json()["ledger"]
    assert {result["status"] for result in results} == {"COMPLETED"}
    assert picture.headers["content-type"] == "image/png"
    names = [result["request_id"] for result in results]
    assert len(set(names)) == 2 * COUNT
    assert sorted(entry["request_id"] for entry in ledger) == sorted(names)


def test_a_request_that_was_sent_is_never_sent_again(tmp_path, redis_url):
    """Its client gets 502 when its server dies, and 503 while there is none; both are JSON."""
    with (
        replicated(redis_url, tmp_path, "--clock", "real") as replicas,
        client_of(replicas.url) as client,
        blocking_run(client, {"prompt": "mock:stall"}) as run,
    ):
        jobs = client.get("/_mock/jobs").json()["jobs"]
        for index in range(COUNT):
            replicas.kill(index)
        lost, refused = run.result(), client.get(CREDITS)
    assert len(jobs) == 1
    assert (lost.status_code, refused.status_code) == (502, 503)
    for answer in (lost, refused):
        assert answer.headers["content-type"] == "application/json"
        assert list(answer.json()) == ["error"]
