"""Each test that is pasted runs: with a right client it passes, with a careless one it fails."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mockserver.audit import recipes
from mockserver.audit.mutants import MUTANTS
from mockserver.audit.paste import LANGUAGES, render_paste
from mockserver.audit.recipes import MARK, find_recipe
from mockserver.emulator import Emulator
from mockserver.tests.audit.paste_clients import render_client
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.kinds import choose_rows
from mockserver.tests.pages import ROOT
from mockserver.tests.test_node_package import INSTALLED, node_tool
from mockserver.tests.tools import find_tool


def find_traits(mutant):
    """Go through what distinguishes the tests that are pasted: where they strike and what ends."""
    recipe = find_recipe(mutant)
    yield recipe.route, recipe.ends
    yield recipe.ends, recipe.counts
    yield "lasts", recipe.lasts
    yield "reason", bool(recipe.reason)


CHOSEN = choose_rows(MUTANTS, find_traits)
"""Those whose tests are run: one of each kind; all in `make storm`."""

MANNERS = ["right", "careless"]
PYTEST = ("-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider")
VIRTUAL_S, REAL_S = 120, 3


def name_of(mutant):
    """Return what the file of its test is called."""
    return f"test_{mutant.id.replace('-', '_')}"


def lay_out(folder, way, manner, ending, patience_s):
    """Save the test of each mutant, below a client for the marked place; return the files."""
    return [save(folder, mutant, way, manner, ending, patience_s) for mutant in CHOSEN]


def save(folder, mutant, way, manner, ending, patience_s):
    """Save one test; return its file."""
    is_v1 = find_recipe(mutant).route == "sync"
    client = render_client(LANGUAGES[way], manner, is_v1=is_v1, patience_s=patience_s)
    path = folder / f"{name_of(mutant)}{ending}"
    path.write_text(f"{client}\n{render_paste(mutant, way)}", encoding="utf-8")
    return path


def run(*command, cwd, **variables):
    """Run a suite; return what it printed, whether or not it passed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return done.stdout


def assert_all(printed, passed, failed, manner):
    """All tests passed, or all failed, by who their client is."""
    every = {name_of(mutant) for mutant in CHOSEN}
    expected = (every, set()) if manner == "right" else (set(), every)
    assert (passed & every, failed & every) == expected, printed


def find_all(pattern, printed):
    """Return what the group of a pattern has found in any line."""
    return set(re.findall(pattern, printed, re.MULTILINE))


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("way", ["pytest", "respx"])
def test_what_is_pasted_into_pytest_judges(way, manner, tmp_path):
    """With the fixture of a server, and with that of the vendor's own host names."""
    lay_out(tmp_path, way, manner, ".py", VIRTUAL_S)
    words = (*PYTEST, "-p", "mockserver.testing.pytest_plugin")
    printed = run(sys.executable, *words, cwd=tmp_path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    failed = find_all(r"^(?:FAILED|ERROR) (test_\w+)\.py", printed)
    assert_all(printed, find_all(r"^PASSED (test_\w+)\.py", printed) - failed, failed, manner)


@pytest.mark.parametrize("manner", MANNERS)
def test_what_is_pasted_into_unittest_judges(manner, tmp_path):
    """With the context manager."""
    lay_out(tmp_path, "unittest", manner, ".py", VIRTUAL_S)
    printed = run(sys.executable, "-m", "unittest", "discover", "-v", cwd=tmp_path)
    passed, failed = (
        find_all(rf"\((test_\w+)\.SegmockTest[^\n]*\)\n[^\n]* \.\.\. {word}$", printed)
        for word in ("ok", "(?:FAIL|ERROR)")
    )
    assert_all(printed, passed, failed, manner)


@pytest.fixture
def project():
    """A folder in which the package `segmock` is, and Vitest above it."""
    node_tool("vitest")
    with tempfile.TemporaryDirectory(dir=INSTALLED) as name:
        project = Path(name)
        (project / "package.json").write_text('{"private": true, "type": "module"}')
        (project / "node_modules").mkdir()
        (project / "node_modules" / "segmock").symlink_to(ROOT / "clients" / "node")
        yield project


@pytest.fixture(scope="module")
def server():
    """A server for suites that are no Python, whose own clock is `auto`."""
    with Emulator(clock="auto").live() as server:
        yield server


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("way", ["node-test", "vitest"])
def test_what_is_pasted_into_node_judges(way, manner, project, server):
    """With Node's own runner, and with Vitest."""
    files = lay_out(project, way, manner, ".test.mjs", REAL_S)
    if way == "node-test":
        words = (find_tool("node"), "--test", "--test-reporter=tap", *map(str, files))
    else:
        words = (node_tool("vitest"), "run", "--reporter=tap-flat", "--root", str(project))
    printed = run(*words, cwd=project, SEGMOCK_URL=server.url)
    cases = {find_recipe(mutant).name: name_of(mutant) for mutant in CHOSEN}
    passed, failed = (
        {
            cases.get(name)
            for name in find_all(rf"^ *{word} \d+ - (?:.* > )?(.*?)(?: #.*)?$", printed)
        }
        for word in ("ok", "not ok")
    )
    assert_all(printed, passed, failed, manner)


SHELL_CLIENT = """
import os
{client}
your_client(os.environ["SEGMIND_API_URL"], os.environ["SEGMIND_API_KEY"])
"""

ASSERTIONS = {"answer-lost-after-submit", "job-failed", "poll-503", "rate-limited"}
"""One mutant for each way in which a script can fail."""


@pytest.mark.parametrize(
    ("mutant", "manner"),
    [
        pytest.param(mutant, manner, id=f"{mutant.id}-{manner}")
        for mutant in CHOSEN
        for manner in MANNERS
        if manner == "right" or mutant.id in ASSERTIONS
    ],
)
def test_what_is_pasted_as_a_script_judges(mutant, manner, tmp_path, server):
    """With a server that the variable names, for a client that is another program."""
    is_v1 = find_recipe(mutant).route == "sync"
    client = render_client("python", manner, is_v1=is_v1, patience_s=REAL_S)
    (tmp_path / "client.py").write_text(SHELL_CLIENT.format(client=client), encoding="utf-8")
    call = f"'{sys.executable}' '{tmp_path / 'client.py'}'"
    text = render_paste(mutant, "shell").replace("$(your_client ", f"$({call} ")
    assert call in text
    for name in ("curl", "sh"):
        find_tool(name)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    printed = run(find_tool("sh"), "-c", text, cwd=tmp_path, SEGMOCK_URL=server.url, PATH=path)
    assert printed.startswith("ok: " if manner == "right" else "not ok: "), printed


@pytest.mark.parametrize("way", LANGUAGES)
def test_one_line_is_marked_and_the_rest_is_whole(way):
    """It calls a function that nobody has, and that is all that is left to do."""
    for mutant in MUTANTS:
        [line] = [each for each in render_paste(mutant, way).splitlines() if MARK in each]
        assert re.search(r"your_?client", line, re.IGNORECASE)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_the_fault_that_is_armed_is_the_mutants_on_the_route_that_it_struck(mutant):
    """A rule on another route would never strike, and fail the test of a right client."""
    for route, rule in zip(mutant.routes, mutant.rules, strict=True):
        recipe = find_recipe(mutant, route)
        lasting = {"times"} if recipe.lasts else set()
        assert recipe.rule == {key: rule[key] for key in rule.keys() - lasting}
        assert recipe.count == (0 if route == "credits" else 1)


def test_no_recipe_is_left_over():
    """Each belongs to a mutant."""
    assert set(recipes._RECIPES) == {mutant.id for mutant in MUTANTS}
