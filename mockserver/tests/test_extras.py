"""A minimal installation says in one sentence what it lacks, and the line that brings it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mockserver.extras import EXTRAS, MissingExtraError, render_install, require_extra
from mockserver.tests.processes import environment

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"

START = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
"""
"""The beginning of a process in which some modules are not installed."""

IN_PROCESS = """
from mockserver import Emulator
emulator = Emulator(clock="auto")
{call}
"""
COMMAND = """
from mockserver.cli import main
main({words!r})
"""
PYTEST = """
import pytest
flags = ["-p", "mockserver.testing.pytest_plugin", "-p", "no:cacheprovider"]
sys.exit(pytest.main([*flags, *{words!r}]))
"""
USED = """
def test_it({fixture}):
    assert {fixture}.requests == []
"""

ASKING = """
import {library}
from mockserver import Emulator
emulator = Emulator(clock="auto")
with {opened}:
    answer = client.get("https://api.segmind.com/v1/get-user-credits", headers={{"x-api-key": "a"}})
assert answer.json()["credits"] == 100
"""

WITHOUT_SOCKET = {
    "Emulator.respx()": IN_PROCESS.format(call="emulator.respx()"),
    "segmock_respx": PYTEST.format(words=["test_segmock_respx.py"]),
}
VERIFYING = {
    "segmock verify client": COMMAND.format(words=["verify", "client", "--list"]),
    "segmock verify replay": COMMAND.format(words=["verify", "replay", "x.json"]),
    "pytest --pyargs client_tests": PYTEST.format(words=["--pyargs", "client_tests"]),
}
KIT = VERIFYING | {
    "segmock driver new": COMMAND.format(words=["driver", "new", "python", "-"]),
    "segmock driver check": COMMAND.format(words=["driver", "check", "--", "true"]),
}
PATCHING_HTTPX2 = {
    f'Emulator.respx(using="{name}")': IN_PROCESS.format(call=f"emulator.respx(using='{name}')")
    for name in ("httpcore2", "httpx2")
}
VISITING = """
from mockserver.cli import main
from mockserver import Emulator
from mockserver.state.account import AccountSettings
key = "SG_0123456789abcdef"
with Emulator(accept="listed", accounts={key: AccountSettings()}).live() as server:
    main(["verify", "server", "--url", server.url, "--api-key", key, "--read-only"])
"""
TRANSPORT = IN_PROCESS.format(call="emulator.transport")
RECORD = COMMAND.format(words=["record", "--out", "recording"])
EXEC = COMMAND.format(words=["exec", "--record", "recording", "--", "true"])
CONTAINERS = "import mockserver.testing.containers"
LACKING = [
    ("Emulator.transport", TRANSPORT, ["httpx", "httpx2"], "respx"),
    *((way, code, ["httpx"], "respx") for way, code in WITHOUT_SOCKET.items()),
    *((way, code, ["respx"], "respx") for way, code in WITHOUT_SOCKET.items()),
    *((way, code, ["httpx2"], "httpx2") for way, code in PATCHING_HTTPX2.items()),
    ("mockserver.testing.containers", CONTAINERS, ["testcontainers"], "containers"),
    ("segmock record", RECORD, ["httpx"], "record"),
    ("segmock exec --record", EXEC, ["httpx"], "record"),
    *((way, code, ["httpx"], "kit") for way, code in KIT.items()),
    *((way, code, ["hypothesis"], "kit") for way, code in VERIFYING.items()),
]
ONE_LIBRARY = {
    "httpx alone": ("httpx", "httpx.Client(transport=emulator.transport) as client", "httpx2"),
    "httpx2 alone": ("httpx2", "httpx2.Client(transport=emulator.transport) as client", "httpx"),
    "respx without httpx2": ("httpx", "emulator.respx(), httpx.Client() as client", "httpx2"),
}
DOING_WITHOUT = {
    "segmock": PYTEST.format(words=["test_segmock.py"]),
    "Emulator.account()": IN_PROCESS.format(call="emulator.account().requests"),
    "Emulator.live()": IN_PROCESS.format(call="with emulator.live() as server: server.url"),
    "testing.segmock()": "from mockserver.testing import segmock\nwith segmock(): pass",
    "segmock serve --help": COMMAND.format(words=["serve", "--help"]),
    "segmock record --help": COMMAND.format(words=["record", "--help"]),
    "segmock --help": COMMAND.format(words=["--help"]),
    "segmock verify --help": COMMAND.format(words=["verify", "--help"]),
    "segmock verify server --help": COMMAND.format(words=["verify", "server", "--help"]),
    "a verification of a server": VISITING,
}


@pytest.fixture
def ran(tmp_path):
    """Run code in a process in which some modules are not installed."""
    for fixture in ("segmock", "segmock_respx"):
        (tmp_path / f"test_{fixture}.py").write_text(USED.format(fixture=fixture))

    def run(code, *absent):
        return subprocess.run(
            [sys.executable, "-c", START.format(absent=absent) + code],
            cwd=tmp_path,
            env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    ("way", "code", "absent", "extra"), LACKING, ids=[f"{row[0]}, {row[2][0]}" for row in LACKING]
)
def test_what_lacks_an_extra_says_so(ran, way, code, absent, extra):
    """The sentence names the module, the package that it comes with, and the line to type."""
    done = ran(code, *absent)
    told = done.stdout + done.stderr
    assert done.returncode != 0, told
    wanted = f"segmind-emulator[{extra}]"
    assert f"needs {absent[0]}, which comes with {wanted} (pip install " in told, told
    if not way.startswith(("Emulator", "mockserver.")):
        assert "Traceback" not in told


@pytest.mark.parametrize("code", DOING_WITHOUT.values(), ids=DOING_WITHOUT)
def test_everything_else_does_without_extras(ran, code):
    """A server, its accounts and the fixture need nothing beyond a minimal installation."""
    done = ran(code, "httpx", "httpx2", "respx", "hypothesis")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("library", "opened", "absent"), ONE_LIBRARY.values(), ids=ONE_LIBRARY)
def test_either_library_does_without_the_other(ran, library, opened, absent):
    """With httpx2 alone there is no respx either."""
    missing = [absent, absent.replace("httpx", "httpcore")]
    missing += ["respx"] if absent == "httpx" else []
    done = ran(ASKING.format(library=library, opened=opened), *missing)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_broken_library_is_not_taken_for_a_missing_one(ran):
    """What it lacks is missed, as ever."""
    done = ran(TRANSPORT, "httpx", "idna")
    assert "No module named 'idna'" in done.stderr


def test_the_extras_are_those_of_the_distribution():
    """What pyproject.toml says each of them brings is what is looked for."""
    project = tomllib.loads(PYPROJECT.read_text())["project"]
    declared = project["optional-dependencies"]
    named = {extra: {re.split(r"[\[>]", need)[0] for need in declared[extra]} for extra in EXTRAS}
    assert named == EXTRAS


def test_a_broken_installation_is_no_missing_extra():
    """A module that no extra brings is missed as ever."""
    with pytest.raises(ModuleNotFoundError), require_extra("this", "respx"):
        raise ModuleNotFoundError(name="starlette.routing")


CLONE = "file:///home/me/my%20clone"
COMMIT = {"vcs": "git", "commit_id": "5f3a"}


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        (
            None,
            """pip install "segmind-emulator[kit] @ URL", where URL is git+https://… of the \
repository, or file:///… of a clone""",
        ),
        (
            {"url": CLONE, "dir_info": {}},
            f'pip install "segmind-emulator[kit] @ {CLONE}"',
        ),
        (
            {"url": CLONE, "dir_info": {"editable": True}},
            'pip install --editable "/home/me/my clone[kit]"',
        ),
        (
            {"url": "file:///dist/x-py3-none-any.whl", "archive_info": {"hash": "sha256=00"}},
            'pip install "segmind-emulator[kit] @ file:///dist/x-py3-none-any.whl"',
        ),
        (
            {"url": "https://example.com/x.git", "vcs_info": COMMIT},
            'pip install "segmind-emulator[kit] @ git+https://example.com/x.git@5f3a"',
        ),
        (
            {
                "url": "https://example.com/x",
                "vcs_info": COMMIT | {"requested_revision": "main"},
                "subdirectory": "py",
            },
            'pip install "segmind-emulator[kit] @ git+https://example.com/x@main#subdirectory=py"',
        ),
        (
            {"url": CLONE, "vcs_info": COMMIT},
            'pip install "segmind-emulator[kit] @ git+file://localhost/home/me/my%20clone@5f3a"',
        ),
    ],
    ids=[
        "unknown",
        "folder",
        "editable",
        "wheel",
        "git",
        "git, a branch and a folder",
        "git, here",
    ],
)
def test_the_line_to_type_installs_from_where_the_package_came(origin, told):
    """With the extra, and as it was installed; what nobody wrote down stands there as URL."""
    assert render_install("kit", origin) == told


@pytest.mark.parametrize("text", [None, json.dumps({"url": CLONE, "dir_info": {}})])
def test_the_origin_is_what_the_installer_wrote_down(monkeypatch, tmp_path, text):
    """It stands in the metadata; without them, or without such a record, the line says URL."""
    metadata = tmp_path / "segmind_emulator-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: segmind-emulator\n")
    if text:
        (metadata / "direct_url.json").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    told = str(MissingExtraError("this", "respx", "respx"))
    assert f"segmind-emulator[respx] @ {CLONE if text else 'URL'}" in told


def test_a_checkout_without_metadata_says_url(monkeypatch):
    """Nothing at run time needs the package to be installed under its name."""
    monkeypatch.setattr(sys, "path", [])
    assert "@ URL" in str(MissingExtraError("this", "respx", "respx"))
