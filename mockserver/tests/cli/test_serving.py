"""Serving by several processes: when it cannot be, and that all of them serve one world."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess

import httpx
import pytest

from mockserver.cli.refusals import Refusal
from mockserver.cli.serving import check_workers
from mockserver.edges.authority_store import load_authority
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.conftest import KEY, PROMPT
from mockserver.tests.edges.test_asgi import SUBMIT
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import (
    MODULE,
    assert_one_line,
    environment,
    open_children,
    serving,
    wait_for_ends,
)

STORE = "redis://127.0.0.1:6379/0"
HEADERS = {"x-api-key": KEY}


def test_one_worker_needs_nothing(monkeypatch):
    """Neither a store nor a system that can fork."""
    monkeypatch.delattr(os, "fork")
    check_workers(1, "memory", None)


def test_workers_without_a_store_are_refused(run):
    """In one sentence that says why and what to do, before anything is loaded."""
    assert_refused(
        run("serve", "--workers", "2"), "--workers 2", "--store memory", "--store redis://HOST"
    )


def test_workers_of_a_recording_are_refused(run, tmp_path):
    """Whatever the store: each process would be at another place of it."""
    for store in ("memory", STORE):
        flags = ("--workers", "2", "--replay", str(tmp_path), "--store", store)
        assert_refused(run("serve", *flags), "--workers 2", "--replay", "leave --workers at 1")


def test_workers_where_nothing_forks_are_refused(monkeypatch):
    """What to do there is another thing."""
    monkeypatch.delattr(os, "fork")
    with pytest.raises(Refusal, match="cannot; start several servers with the same --store"):
        check_workers(2, STORE, None)


@pytest.mark.parametrize("flags", [["--workers", "0"], ["--workers", "two"]])
def test_a_number_of_workers_that_cannot_be_is_refused(run, flags):
    """At least one."""
    assert_refused(run("serve", *flags), "--workers")


def ask_all(url: str, path: str) -> list[httpx.Response]:
    """Ask on so many connections of their own that each of two workers gets some."""
    return [httpx.get(url + path, headers=HEADERS) for _ in range(40)]


def test_all_workers_serve_one_world(tmp_path, redis_url):
    """What was submitted to one is known to the other; one that is killed is not missed."""
    flags = ("--workers", "2", "--store", redis_url, "--log", "line")
    with serving(*flags, cwd=tmp_path) as served:
        submitted = httpx.post(served.url + SUBMIT, json=PROMPT, headers=HEADERS).json()
        path = httpx.URL(submitted["status_url"]).path
        answers = ask_all(served.url, path)
        [first, second] = children = open_children(served.process.pid)
        signal.pidfd_send_signal(first, signal.SIGKILL)
        wait_for_ends([first])
        answers += ask_all(served.url, path)
        os.close(second)
        journal = httpx.get(f"{served.url}/_mock/requests", params={"limit": 1000}).json()
        code, stdout, stderr = served.stop()
    assert len(children) == 2
    assert {answer.status_code for answer in answers} == {200}
    assert len(journal["requests"]) == 1 + len(answers)
    assert (code, len(stdout.splitlines())) == (0, 1)
    assert "was ended by SIGKILL; process " in stderr
    assert f"POST {SUBMIT} 200 QUEUED {submitted['request_id']}" in stderr


def test_workers_speak_tls(tmp_path, redis_url):
    """On one port, in both families, with certificates of the same authority."""
    trusting = ssl.create_default_context(cadata=load_authority().pem.decode())
    flags = ("--workers", "2", "--store", redis_url, "--tls", "--host", "localhost")
    with serving(*flags, cwd=tmp_path) as served:
        url = served.url.replace("127.0.0.1", "localhost")
        for _ in range(20):
            assert httpx.get(f"{url}/_mock/health", verify=trusting).status_code == 200


def test_the_ready_line_cannot_be_written_to_a_closed_pipe(tmp_path, redis_url):
    """Then nobody serves, and nobody is left."""
    reader, writer = os.pipe()
    os.close(reader)
    flags = ("--port", "0", "--workers", "2", "--store", redis_url)
    with subprocess.Popen(
        [*MODULE, "serve", *flags],
        cwd=tmp_path,
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(writer)
        _, stderr = process.communicate(timeout=PATIENCE_S)  # ends when no worker has it open
    assert process.returncode == 2
    assert_one_line(stderr, "cannot write to stdout")
