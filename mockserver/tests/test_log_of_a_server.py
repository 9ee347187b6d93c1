"""`segmock serve --log`: what stderr gets while a client calls."""

import json
import re
import signal
import sys

import httpx
import pytest

from mockserver.cli import main
from mockserver.tests.conftest import KEY, PROMPT
from mockserver.tests.pages import ROOT
from mockserver.tests.processes import serving

HEADERS = {"x-api-key": KEY}
SOURCES = {".py", ".js", ".mjs", ".sh"}
STARTS = re.compile(r"""["']serve["']|^\$SEGMOCK serve""", re.MULTILINE)
SILENT = re.compile(r"""--log["',]* *["']?off""")


def submit(url):
    """Submit a job; return its id."""
    return httpx.post(f"{url}/v2/ideogram-3", json=PROMPT, headers=HEADERS).json()["request_id"]


def test_a_server_logs_lines_unless_told_otherwise():
    """Whoever starts one by hand sees what comes."""
    [log] = [each for each in main.commands["serve"].params if each.name == "log"]
    assert log.to_info_dict()["default"] == "line"


def test_programs_that_start_a_server_keep_its_log_out_of_what_they_print():
    """Whatever starts one, in whatever language, says what becomes of its log."""
    folders = [ROOT / name for name in ("benchmarks", "client_tests", "clients", "examples")]
    files = [file for each in folders for file in each.rglob("*.*") if file.suffix in SOURCES]
    texts = {file: file.read_text() for file in files}
    starting = {file: text for file, text in texts.items() if STARTS.search(text)}
    assert len(starting) >= 5
    assert [str(file) for file, text in starting.items() if not SILENT.search(text)] == []


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_stderr_has_a_line_for_each_call_when_the_server_has_ended(tmp_path, signum):
    """The last one too; stdout has the ready line and nothing else."""
    with serving("--log", "line", cwd=tmp_path) as served:
        job = submit(served.url)
        code, stdout, stderr = served.stop(signum)
    assert (code, len(stdout.splitlines())) == (0, 1)
    line = rf"\d\d:\d\d:\d\d\.\d{{3}} …cdef POST /v2/ideogram-3 200 QUEUED {job}\n"
    assert re.fullmatch(line, stderr)


def test_the_log_can_be_set_by_file_and_variable(tmp_path):
    """As every setting can."""
    (tmp_path / "segmock.toml").write_text('log = "line"')
    with serving(cwd=tmp_path, env={"SEGMOCK_LOG": "json"}) as served:
        job = submit(served.url)
        _, _, stderr = served.stop()
    [told] = map(json.loads, stderr.splitlines())
    assert (told["event"], told["request_id"], told["api_key"]) == ("exchange", job, "...cdef")


@pytest.mark.parametrize(
    ("env", "is_painted"), [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False), ({}, False)]
)
def test_colour_is_for_who_wants_it(tmp_path, env, is_painted):
    """A pipe gets none unless that is asked for."""
    plain = {"NO_COLOR": "", "FORCE_COLOR": ""}
    with serving("--log", "line", cwd=tmp_path, env=plain | env) as served:
        submit(served.url)
        _, _, stderr = served.stop()
    assert ("\x1b[32m200 QUEUED\x1b[0m" in stderr) == is_painted


@pytest.mark.parametrize("begin", ["r, w = os.pipe(); os.close(r); os.dup2(w, 2)", "os.close(2)"])
def test_nobody_has_to_read_the_log(tmp_path, begin):
    """With stderr closed at its other end, or from the start, the server serves and ends."""
    code = f"import os, sys; {begin}; os.execv(sys.executable, sys.argv[1:])"
    command = (sys.executable, "-c", code, sys.executable, "-m", "mockserver")
    with serving("--log", "line", cwd=tmp_path, command=command) as served:
        assert submit(served.url)
        assert submit(served.url)
        assert served.stop()[0] == 0
