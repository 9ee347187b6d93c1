"""The emulator in a container: testcontainers and Docker's library are real, the daemon is not.

A stand-in speaks the daemon's protocol and runs the image's commands as processes; see
`mockserver.tests.docker_daemon`.
"""

from __future__ import annotations

from contextlib import closing

import httpx
import pytest
from docker.errors import NotFound
from segmind import SegmindClient
from testcontainers.core import config
from testcontainers.core.config import ConnectionMode

from mockserver.base.errors import EmulatorError
from mockserver.testing.containers import SegmockContainer
from mockserver.testing.sessions import TestAccount
from mockserver.tests import docker_daemon
from mockserver.tests.docker_daemon import serving_docker


@pytest.fixture
def docker(monkeypatch):
    """The stand-in for the daemon; testcontainers reads its variables when it is imported."""
    with serving_docker() as daemon:
        monkeypatch.setenv("DOCKER_HOST", daemon.env["DOCKER_HOST"])
        settings = config.testcontainers_config
        monkeypatch.setattr(settings, "ryuk_disabled", True)
        monkeypatch.setattr(settings, "tc_host_override", "127.0.0.1")
        monkeypatch.setattr(settings, "connection_mode_override", ConnectionMode.docker_host)
        yield daemon


def test_a_client_runs_against_an_account_in_a_container(docker):
    """And its journal, ledger and faults are there, as of any other account."""
    with SegmockContainer("segmock").with_env("SEGMOCK_CLOCK", "auto") as container:
        account = container.account(credits=1)
        assert isinstance(account, TestAccount)
        account.faults.add({"extra_fields": {"region": "eu"}}, on="status", times=1)
        client = SegmindClient(api_key=account.api_key, base_url=account.base_url)
        with closing(client._client), account.sleepless():
            client.run("ideogram-3", prompt="A lighthouse")
        assert [entry["amount"] for entry in account.account["ledger"]] == [0.075]
        account.check()
    assert docker.removed == ["c0"]


@pytest.mark.usefixtures("docker")
def test_each_account_is_another_one():
    """Unless its key is given."""
    with SegmockContainer() as container:
        first, second = container.account(), container.account()
        named = container.account("SG_1", plan="free")
        assert first.api_key != second.api_key
        assert (named.api_key, named.account["plan"]) == ("SG_1", "free")


def test_its_control_plane_wants_the_token_that_it_was_given(docker):
    """A random one, unless it is given."""
    with SegmockContainer() as container:
        assert "SEGMOCK_ADMIN_TOKEN=" + container.admin_token in docker.created[0].config["Env"]
        url = f"{container.url}/_mock/clock"
        headers = {"authorization": f"Bearer {container.admin_token}"}
        assert httpx.get(url, trust_env=False).status_code == 401
        assert httpx.get(url, headers=headers, trust_env=False).status_code == 200
    assert len(container.admin_token) == 24
    assert SegmockContainer(admin_token="sesame").admin_token == "sesame"


@pytest.mark.parametrize("is_quick", [True, False])
def test_a_container_that_ends_is_told_with_its_log(docker, monkeypatch, is_quick):
    """Whether it ends before it is asked for its port or after; nobody waits, and it is removed."""

    def start(container: docker_daemon.Container) -> None:
        real_start(container)
        container.wait()

    real_start = docker_daemon.Container.start
    if is_quick:
        monkeypatch.setattr(docker_daemon.Container, "start", start)
    container = SegmockContainer(wait_s=600).with_env("SEGMOCK_CLOCK", "warp")
    with pytest.raises(EmulatorError, match=r"(?s)has ended.*'warp'"), container:
        pass
    assert docker.removed == ["c0"]


@pytest.mark.usefixtures("docker")
def test_a_container_that_was_not_started_has_no_address():
    """It is told what to do."""
    container = SegmockContainer()
    for ask in (lambda: container.url, container.account):
        with pytest.raises(EmulatorError, match="does not run") as caught:
            ask()
        assert "context manager" in caught.value.hint


@pytest.mark.usefixtures("docker")
def test_an_image_that_nobody_has_built_is_dockers_to_tell():
    """Nothing is hidden of what Docker says."""
    with pytest.raises(NotFound, match="pull access denied"), SegmockContainer("other"):
        pass
