"""The examples run as their first lines say, each in a process of its own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.tests.conftest import PATIENCE_S

EXAMPLES = Path(__file__).parents[2] / "examples"
README = EXAMPLES.parent / "README.md"
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
    assert re.search(r"^# pass 4$", printed, re.MULTILINE)


def test_the_shell_example_passes():
    """Curl in a POSIX shell script, against a server."""
    for name in ("curl", "jq"):
        tool(name)
    printed = example("sh", "test_postcard.sh", cwd=EXAMPLES / "shell", SEGMOCK=SEGMOCK)
    assert printed.count("ok: ") == 4


def snippet(word):
    """Return the one Python example of the README in which a word stands."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    [found] = [block for block in blocks if word in block]
    return found


def test_the_readmes_pytest_example_passes(tmp_path):
    """It can be saved to a file and run."""
    (tmp_path / "test_it.py").write_text(snippet("def test_a_picture_is_paid_for_once"))
    assert "1 passed" in ran(sys.executable, "-m", "pytest", "-q", cwd=tmp_path)


def test_the_readmes_unittest_example_passes(tmp_path):
    """So can this one."""
    (tmp_path / "test_it.py").write_text(snippet("unittest.TestCase"))
    assert "Ran 1 test" in ran(sys.executable, "-m", "unittest", "test_it", cwd=tmp_path)


def test_the_readmes_example_of_an_emulator_in_process_runs(tmp_path):
    """It ends with the address of a server."""
    (tmp_path / "it.py").write_text(snippet("emulator.transport"))
    assert ran(sys.executable, "it.py", cwd=tmp_path).startswith("http://127.0.0.1:")
