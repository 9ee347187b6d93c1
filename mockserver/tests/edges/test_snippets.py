"""What the first page offers to copy runs as it stands."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from mockserver import Emulator
from mockserver.edges.snippets import KEY, render_snippets
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import environment

RUNS = {
    "The vendor's SDK": ("boat.py", lambda file: [sys.executable, file]),
    "curl": ("boat.sh", lambda file: ["sh", file]),
    "pytest": ("test_boat.py", lambda file: [sys.executable, "-m", "pytest", "-q", file]),
    "Node, in a file that ends in .mjs": ("boat.mjs", lambda file: ["node", file]),
}
"""How each snippet is run, by its title."""


@pytest.fixture(scope="module")
def emulator():
    """An emulator in which no job takes long."""
    return Emulator(speed=1000)


@pytest.fixture(scope="module")
def url(emulator):
    """The root of its server."""
    with emulator.live() as server:
        yield server.url


def test_every_snippet_is_run_here(url):
    """A new one needs a row above."""
    assert [snippet.title for snippet in render_snippets(url)] == list(RUNS)


@pytest.mark.parametrize("title", RUNS)
def test_a_snippet_runs_as_it_stands(emulator, url, tmp_path, title):
    """It makes one run at this server, and ends well."""
    name, command = RUNS[title]
    [text] = [each.text for each in render_snippets(url) if each.title == title]
    (tmp_path / name).write_text(text, encoding="utf-8")
    words = command(name)
    if title == "pytest":
        [line] = [line for line in text.splitlines() if line.startswith("# pytest ")]
        words += line.split()[2:]
    assert shutil.which(words[0]), f"{words[0]} is missing"
    before = emulator.services.store.job_count
    done = subprocess.run(
        words,
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert emulator.services.store.job_count == before + 1


HOSTILE = ["http://a'b.localhost", "http://$(id).localhost", "http://a&b;c.localhost:1"]
"""Hosts that RFC 3986 allows, and a shell takes for more than a name."""


@pytest.mark.parametrize("url", HOSTILE)
def test_a_host_cannot_leave_its_place_in_a_command(url, tmp_path):
    """The shell sees it as one word."""
    [curl] = [each.text for each in render_snippets(url) if each.title == "curl"]
    stand_in = 'curl() { printf "%s\\n" "$2"; }\n'
    done = subprocess.run(
        ["sh", "-c", stand_in + curl], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{url}/v2/ideogram-3\n"
    assert KEY in curl
