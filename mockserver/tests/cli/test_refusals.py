"""What cannot be is one line on stderr, and exit 2: the command as a process."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path

import pytest

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
