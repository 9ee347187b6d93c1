"""The examples run as their first lines say, each in a process of its own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.emulator import Emulator
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.pages import ROOT, examples

EXAMPLES = ROOT / "examples"
SEGMOCK = f"{sys.executable} -m mockserver"
PROXIES = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
"""Nobody answers there: no example may ask a proxy for what is on this machine."""


def ran(*command, cwd=EXAMPLES, **variables):
    """Run a command and return what it printed; it must succeed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def example(*command, **options):
    """Run one of the examples where the environment names a proxy."""
    return ran(*command, **options, **PROXIES)


def tool(name):
    """Return a program that an example needs."""
    path = shutil.which(name)
    assert path, f"{name} is not installed: the examples need it, and so do these tests"
    return path


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_the_pytest_examples_pass(workers):
    """Pytest with the SDK, asyncio in process, and a suite with respx routes of its own."""
    printed = example(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers, "tests"
    )
    assert int(re.search(r"(\d+) passed", printed)[1]) >= 15


def test_the_unittest_example_passes():
    """Unittest runs it without pytest, and no warning is left over."""
    pattern = ("-p", "test_with_unittest.py")
    printed = example(
        sys.executable, "-W", "error", "-m", "unittest", "discover", "-s", "tests", *pattern
    )
    assert re.search(r"Ran 2 tests.*\n\nOK", printed)


def test_the_node_example_passes():
    """Node's own test runner, with fetch, against a server."""
    printed = example(tool("node"), "--test", cwd=EXAMPLES / "node", SEGMOCK_COMMAND=SEGMOCK)
    assert re.search(r"^# pass 6$", printed, re.MULTILINE)


def test_the_shell_example_passes():
    """Curl in a POSIX shell script, against a server."""
    for name in ("curl", "jq"):
        tool(name)
    printed = example("sh", "test_postcard.sh", cwd=EXAMPLES / "shell", SEGMOCK=SEGMOCK)
    assert printed.count("ok: ") == 4


@pytest.mark.parametrize("test", examples("python", having="def test_"))
def test_a_test_of_the_docs_passes(test, tmp_path):
    """It can be saved to a file and run, with pytest or with unittest."""
    (tmp_path / "test_it.py").write_text(test, encoding="utf-8")
    if "unittest.TestCase" in test:
        assert "Ran 1 test" in ran(sys.executable, "-m", "unittest", "test_it", cwd=tmp_path)
    else:
        assert "1 passed" in ran(sys.executable, "-m", "pytest", "-q", cwd=tmp_path)


@pytest.mark.parametrize("text", examples("python", having="emulator.live()"))
def test_an_emulator_in_process_of_the_docs_runs(text, tmp_path):
    """It ends with the address of a server."""
    (tmp_path / "it.py").write_text(text, encoding="utf-8")
    assert ran(sys.executable, "it.py", cwd=tmp_path).startswith("http://127.0.0.1:")


@pytest.mark.parametrize("text", examples("python", having="import fixtures"))
def test_golden_exchanges_are_read_as_the_docs_read_them(text, tmp_path):
    """No server is there."""
    (tmp_path / "it.py").write_text(text, encoding="utf-8")
    ran(sys.executable, "it.py", cwd=tmp_path)


@pytest.fixture
def port():
    """Serve on a port that stands for 8765."""
    with Emulator(clock="auto").live() as server:
        yield server.url.rpartition(":")[2]


@pytest.mark.parametrize("text", examples("python", having="8765"))
def test_a_client_of_the_docs_finds_the_server(text, port, tmp_path):
    """With the vendor's SDK, against a server that is there."""
    (tmp_path / "it.py").write_text(text.replace("8765", port), encoding="utf-8")
    ran(sys.executable, "it.py", cwd=tmp_path)


@pytest.mark.parametrize("text", examples("js"))
def test_an_example_of_the_docs_in_node_runs(text, port, tmp_path):
    """A program or a test, beside what it is told to be copied beside."""
    shutil.copytree(EXAMPLES / "node", tmp_path, dirs_exist_ok=True)
    (tmp_path / "it.mjs").write_text(text.replace("8765", port), encoding="utf-8")
    words = ["--test", "it.mjs"] if "node:test" in text else ["it.mjs"]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    printed = ran(tool("node"), *words, cwd=tmp_path, PATH=path)
    assert "# fail 0" in printed if "node:test" in text else printed
