"""compose.yaml: right by the specification's schema, and what it runs does what it should.

Nobody runs Docker here: the commands of its services are run as they are written, on this machine.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
import yaml
from click.testing import CliRunner
from redis import Redis

from mockserver import cli
from mockserver.emulator import Emulator
from mockserver.tests.haproxy import CONFIGURATION
from mockserver.tests.pages import ROOT
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import environment
from mockserver.tests.redis_server import RedisServer
from mockserver.tests.test_container_image import ENV, PORT
from mockserver.tests.tools import find_tool

FILE = ROOT / "compose.yaml"
SERVICES = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
SEGMOCK, CLIENT, PROXY = SERVICES["segmock"], SERVICES["client"], SERVICES["proxy"]
REPLICAS = {name: service for name, service in SERVICES.items() if name.startswith("segmock-")}


def check_schema(name, path):
    """Hold a file to a schema that its makers publish; return what is said of it."""
    command = ["-m", "check_jsonschema", "--builtin-schema", f"vendor.{name}", path]
    done = subprocess.run(
        [sys.executable, *command], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout if done.returncode else ""


def test_it_is_right_by_the_specification():
    """As the schema of compose files has it."""
    assert check_schema("compose-spec", FILE) == ""


def test_a_file_that_is_wrong_is_seen(tmp_path):
    """So the test above can fail."""
    text = FILE.read_text(encoding="utf-8").replace("healthcheck:", "health_check:")
    (tmp_path / "compose.yaml").write_text(text, encoding="utf-8")
    assert "health_check" in check_schema("compose-spec", tmp_path / "compose.yaml")


def test_its_variables_are_settings():
    """Each is one that `segmock serve` reads."""
    known = {parameter.envvar for parameter in cli.main.commands["serve"].params}
    for service in (SEGMOCK, *REPLICAS.values()):
        assert set(service["environment"]) <= known
    assert ENV.keys() - {"PATH"} <= known


def test_it_is_there_for_this_machine_alone():
    """At the port of the image, and as what can write nothing and has no rights."""
    assert SEGMOCK["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert PROXY["ports"] == [f"127.0.0.1:{PORT + 1}:{PORT}"]
    others = [each for each in SERVICES.values() if each not in (SEGMOCK, PROXY)]
    assert [each["ports"] for each in others if each.get("ports")] == []
    for service in (SEGMOCK, *REPLICAS.values(), PROXY, SERVICES["valkey"]):
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_what_has_a_profile_is_started_by_name_alone():
    """`docker compose up` starts one server, and a name that with which it belongs together."""
    assert [name for name, each in SERVICES.items() if "profiles" not in each] == ["segmock"]
    assert set(PROXY["depends_on"]) == set(REPLICAS)
    for service in (PROXY, SERVICES["valkey"], *REPLICAS.values()):
        assert service["profiles"] == ["replicas"]


def test_replicas_are_one_server_to_who_asks():
    """They share a store and a token, and the proxy knows each by its name."""
    [settings] = {json.dumps(each["environment"], sort_keys=True) for each in REPLICAS.values()}
    assert json.loads(settings)["SEGMOCK_STORE"] == "redis://valkey:6379/0"
    assert not json.loads(settings)["SEGMOCK_ADMIN_TOKEN"].endswith(":-}")
    [mount] = PROXY["volumes"]
    assert ROOT / mount.split(":")[0] == CONFIGURATION
    known = re.findall(r"presetenv (\S+) (\S+)", CONFIGURATION.read_text(encoding="utf-8"))
    expected = {f"PROXY_SERVER_{n}": f"{name}:{PORT}" for n, name in enumerate(REPLICAS, 1)}
    assert dict(known) == {"PROXY_BIND": f":{PORT}", **expected}


def test_the_store_of_the_replicas_keeps_what_was_acknowledged(tmp_path):
    """Its flags are those of a server that is killed and comes back with all of it."""
    program, *flags = SERVICES["valkey"]["command"]
    assert program == "valkey-server"
    server = RedisServer(tmp_path, *flags)
    try:
        server.start()
        with Redis.from_url(server.url) as client:
            client.set("kept", "yes")
            server.restart()
            assert client.get("kept") == b"yes"
    finally:
        server.kill()


@pytest.mark.parametrize("is_up", [True, False])
def test_its_health_check_tells_whether_it_serves(is_up):
    """As it is written, but for the port of the server."""
    kind, program, *words = SEGMOCK["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "segmock")
    with Emulator().live() as server:
        url = server.url if is_up else "http://127.0.0.1:9"
        result = CliRunner().invoke(cli.main, words, env={"SEGMOCK_URL": url})
    assert result.exit_code == (0 if is_up else 1)


def test_the_client_waits_for_it_and_gets_an_answer(tmp_path):
    """Its command is curl's."""
    assert CLIENT["depends_on"] == {"segmock": {"condition": "service_healthy"}}
    find_tool("curl")
    with Emulator().live() as server:
        url = f"http://segmock:{PORT}"
        words = [word.replace(url, server.url) for word in CLIENT["command"]]
        assert words != CLIENT["command"]
        done = subprocess.run(
            ["curl", *words],
            cwd=tmp_path,
            env=environment(NO_PROXY="*"),
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
    assert json.loads(done.stdout)["credits"] == 100
