"""What cannot be is one line on stderr, and exit 2: as a process, and in process for bad files."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from pathlib import Path

import pytest

from mockserver.tests.cli.results import assert_refused
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import (
    MODULE,
    assert_one_line,
    environment,
    refused,
)

SERVE = ["serve", "--port", "0"]
UNPRINTABLE = [
    (SERVE, ">/dev/full", "No space left"),
    (SERVE, ">&-", "stdout is closed"),
    (["models", "list"], ">/dev/full", "No space left"),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize(("command", "redirection", "words"), UNPRINTABLE)
def test_what_cannot_be_printed_is_said_on_stderr(tmp_path, command, redirection, words):
    """Where the ready line cannot go the server ends: nobody would know that it is there."""
    line = " ".join([*MODULE, *command, redirection])
    ended = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ended.returncode == 2
    assert_one_line(ended.stderr, words)


def test_a_port_in_use_is_refused(tmp_path):
    """A port that another program has is refused in one line that names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_one_line(refused("--port", port, cwd=tmp_path), port, "in use", "--port 0")


def test_an_unknown_plan_is_refused(tmp_path):
    """A plan that does not exist is refused in one line that names those that do."""
    stderr = refused("--port", "0", "--plan", "golden", cwd=tmp_path)
    assert_one_line(stderr, "'golden'", "unlimited")


def test_an_unknown_clock_mode_is_refused(tmp_path):
    """A clock mode that does not exist is refused in one line that names those that do."""
    stderr = refused("--port", "0", "--clock", "fast", cwd=tmp_path)
    assert_one_line(stderr, "'fast'", "real, frozen, auto")


BROKEN_MODELS = {
    "not json": ('{"x-model": ', "line 1, column 11: "),
    "no model": ("{}", "$"),
    "not an object": ("[]", "$"),
    "wrong slug": (json.dumps({"x-model": {"slug": 3}}), "$"),
}


@pytest.mark.parametrize(("text", "place"), BROKEN_MODELS.values(), ids=BROKEN_MODELS)
def test_a_broken_contract_is_refused(tmp_path, text, place):
    """A broken model file is refused in one line that names file, place and reason."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "mine.json").write_text(text)
    stderr = refused("--port", "0", "--models", "models", cwd=tmp_path)
    assert_one_line(stderr, f"models/mine.json: {place}")


def test_a_missing_folder_of_models_is_refused(tmp_path):
    """A folder of models that is not there is refused in one line that names it."""
    stderr = refused("--port", "0", "--models", "nowhere", cwd=tmp_path)
    assert_one_line(stderr, "nowhere", "no such folder")


def test_an_unresolvable_host_is_refused(tmp_path):
    """A host that no address belongs to is refused in one line that names it."""
    assert_one_line(refused("--host", "nowhere.invalid", cwd=tmp_path), "nowhere.invalid")


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (["--prot", "1"], "No such option '--prot'"),
        (["--port", "many"], "'many'"),
        (["--port", "65536"], "65536"),
        (["--accept", "all"], "'all'"),
        (["elsewhere"], "elsewhere"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
    ],
    ids=str,
)
def test_a_usage_error_says_what_is_wrong(tmp_path, flags, reason):
    """A flag that cannot be is refused in one line with the reason and where to read on."""
    assert_one_line(refused(*flags, cwd=tmp_path), reason, "serve --help")


REFERENCE = ("--python", "client_tests.clients.reference:InProcess")
COMMANDS = {
    "settings": (*SERVE, "--config", "bad.toml"),
    "faults.json": (*SERVE, "--faults", "bad.json"),
    "faults.toml": (*SERVE, "--faults", "bad.toml"),
    "token": (*SERVE, "--admin-token-file", "bad.txt"),
    "served models": (*SERVE, "--models", "models"),
    "plan": ("faults", "plan", "bad.json"),
    "listed models": ("models", "list", "--models", "models"),
    "shown model": ("models", "show", "ideogram-3", "--models", "models"),
    "openapi": ("openapi", "--models", "models"),
    "known failures": ("verify", "client", *REFERENCE, "--known-failing", "bad.txt"),
    "case": ("verify", "replay", "bad.json", *REFERENCE),
}
"""Each command that reads a file of its user's; in a folder it is models/bad.json."""

JSON = {"faults.json", "plan", "case", "served models", "listed models", "shown model", "openapi"}
TOML = {"settings", "faults.toml"}
TEXTS = {"token", "known failures"}
FOLDERS = {"served models", "listed models", "shown model", "openapi"}

KINDS = {
    "UTF-16": ('{"a": 1}'.encode("utf-16"), JSON | TOML | TEXTS, "UTF-16"),
    "Latin-1": (b"# \xe9\n", JSON | TOML | TEXTS, "byte 2 is not UTF-8"),
    "empty": (b"", JSON | {"token"}, "it is empty"),
    "broken JSON": (b'{\n "a": 1\n "b": 2}', JSON, "line 3, column 2: it is not JSON: "),
    "half of JSON": (b'{\n "a": 1,\n\n', JSON, "line 2, column 8: it is not JSON: it ends too "),
    "broken TOML": (b"port = 1\nclock = \n", TOML, "line 2, column "),
    "broken line": (b"\nrun/*\n", {"known failures"}, "bad.txt:2: "),
    "a number": (b"3", JSON, ""),
    "a list": (b"[3]", JSON, ""),
    "an unknown key": (b'{"nothing": 1}', JSON, ""),
    "an unknown setting": (b"nothing = 1", TOML, ""),
}
"""What is in a file, by whom it cannot be used, and what is said of it."""

ROWS = [
    pytest.param(COMMANDS[name], content, words, id=f"{name} {kind}")
    for kind, (content, names, words) in KINDS.items()
    for name in sorted(names)
]


def assert_told(result, *parts):
    """See that the command was refused in one line of plain words."""
    assert_refused(result, *parts)
    assert not re.search(r"Errno|Traceback|\\n", result.stderr)


def write_bad_file(content):
    """Write the file that is bad, under each of its names."""
    for name in ("bad.json", "bad.toml", "bad.txt", "models/bad.json"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(content)


@pytest.mark.parametrize(("command", "content", "words"), ROWS)
def test_a_bad_file_is_told_in_one_line(run, command, content, words):
    """It names the file, the line where there is one, and what was expected."""
    write_bad_file(content)
    result = run(*command)
    assert_told(result, "bad.", words)
    assert words == "" or "$:" not in result.stderr


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_missing_file_is_told_in_one_line(run, command):
    """No matter whether the command or what it is handed to looks for it."""
    result = run(*command)
    assert_told(result, "models" if "models" in command else "bad.")
    assert re.search(r"there is no such (file|folder)|does not exist", result.stderr)
    assert "$" not in result.stderr


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_folder_for_a_file_is_told_in_one_line(run, tmp_path, command):
    """And a file for a folder."""
    for name in ("bad.json", "bad.toml", "bad.txt"):
        (tmp_path / name).mkdir()
    (tmp_path / "models").touch()
    result = run(*command)
    assert_told(result, "models" if "models" in command else "bad.")
    assert re.search("is a directory|is a file|it is a file; name the folder", result.stderr)
    assert "$" not in result.stderr


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_file_that_may_not_be_read_is_told_in_one_line(run, monkeypatch, command):
    """Its owner may have forgotten to let others read it."""
    write_bad_file(b"")
    read = Path.read_bytes

    def refuse(path):
        """Refuse the bad one."""
        if path.stem == "bad":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert_told(run(*command), "bad.", "it may not be read (permission denied)")
