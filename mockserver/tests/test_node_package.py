"""The npm package `segmock` of clients/node: what is in it, and what it does in a project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockserver.control.failure_report import FailureReport
from mockserver.emulator import Emulator
from mockserver.probe.lines import (
    Began,
    Ended,
    OfAccount,
    Started,
    prepare_folder,
    read_lines,
    read_now_us,
)
from mockserver.probe.runs import Run, write_run
from mockserver.tests.pages import ROOT
from mockserver.tests.test_examples import PROXIES, SEGMOCK, ran
from mockserver.tests.tools import find_tool

PACKAGE = ROOT / "clients" / "node"
SUITES = PACKAGE / "suites"
INSTALLED = ROOT / ".node"
"""Where `make .node/installed` puts what the package is tested with."""

STORY = re.compile(r"account of ([\w ]+): (SG_\w+)")
STRICT = {"passes for it is held to nothing": False, "is held to advice": "should"}


def npm(*words, cache, cwd=PACKAGE):
    """Run npm, which need not reach a registry; return what it printed on stdout.

    Its cache and its logs are not those of whoever runs the tests.
    """
    quiet = ("--offline", "--no-audit", "--no-fund", "--silent", "--no-update-notifier")
    command = [find_tool("npm"), *words, *quiet, f"--cache={cache}"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def node_tool(name):
    """Return a program of what the package is tested with."""
    path = INSTALLED / "node_modules" / ".bin" / name
    assert path.exists(), f"{path} is not there: run `make .node/installed`"
    return str(path)


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The file that `npm pack` makes, and the names that are in it."""
    folder = tmp_path_factory.mktemp("packed")
    words = ("pack", "--json", "--pack-destination", str(folder))
    [told] = json.loads(npm(*words, cache=folder / "cache"))
    return folder / told["filename"], {each["path"] for each in told["files"]}


@pytest.fixture(scope="module")
def project(packed):
    """A project that has nothing but the package, the suites, and a folder above with runners."""
    node_tool("vitest")
    with tempfile.TemporaryDirectory(dir=INSTALLED) as name:
        project = Path(name)
        (project / "package.json").write_text('{"private": true, "type": "module"}')
        npm("install", str(packed[0]), cache=packed[0].parent / "cache", cwd=project)
        shutil.copytree(SUITES, project / "suites")
        yield project


# --- What is published ----------------------------------------------------------------------


def test_what_is_packed_is_what_a_project_needs(packed):
    """No test, no suite and no lock; types beside each way in."""
    names = packed[1]
    modules = {f"lib/{path.name}" for path in (PACKAGE / "lib").iterdir()}
    entries = {"index", "node-test", "vitest", "jest", "global-setup"}
    ways = {f"{entry}{ending}" for entry in entries for ending in (".js", ".d.ts")}
    assert names == {"package.json", "README.md", "LICENSE", *ways, *modules}


def test_the_package_is_of_the_projects_version_and_licence():
    """One release is one number, and nothing is installed beside it."""
    told = json.loads((PACKAGE / "package.json").read_text())
    python = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (told["version"], told["license"]) == (python["version"], python["license"])
    assert (PACKAGE / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert [name for name in told if name.endswith("ependencies")] == ["devDependencies"]


def test_every_way_in_is_there_with_its_types(project):
    """Each name of `exports` can be imported; Jest's wants its globals, and says so."""
    told = json.loads((PACKAGE / "package.json").read_text())["exports"]
    for name, way in told.items():
        for path in way.values() if isinstance(way, dict) else [way]:
            assert (project / "node_modules" / "segmock" / path).exists()
        code = f"import('segmock{name[1:]}').then(console.log, (e) => console.log(e.message))"
        if not name.endswith(".json"):
            printed = ran(find_tool("node"), "-e", code, cwd=project)
            assert ("needs a global afterEach" in printed) == (name == "./jest"), printed


@pytest.mark.parametrize("config", ["tsconfig.json", "tsconfig.vitest.json"])
def test_the_types_let_through_what_is_right_and_refuse_what_is_not(project, config):
    """Under tsc, strictly, with Node's types and with Vitest's."""
    ran(node_tool("tsc"), "--project", str(project / "suites" / "types" / config), cwd=project)


# --- What it does ---------------------------------------------------------------------------


def test_its_own_tests_pass():
    """Node's own runner, where the environment names a proxy."""
    files = sorted(map(str, (PACKAGE / "test").glob("*.test.js")))
    variables = {"SEGMOCK_COMMAND": SEGMOCK, **PROXIES}
    printed = ran(find_tool("node"), "--test", *files, cwd=PACKAGE, **variables)
    assert int(re.search(r"^# pass (\d+)$", printed, re.MULTILINE)[1]) >= 35


def test_tests_of_vitest_have_an_account_each(project):
    """Also those that run at once, and those that are tried again; one server serves them all."""
    printed = ran(
        *(node_tool("vitest"), "run", "context"),
        cwd=project / "suites" / "vitest",
        SEGMOCK_COMMAND=SEGMOCK,
    )
    assert "5 passed" in printed


def test_the_readme_shows_a_test_that_runs(project):
    """Its twenty lines, with the code under test that `examples/` has."""
    [program] = re.findall(r"```js\n(.*?)```", (PACKAGE / "README.md").read_text(), re.DOTALL)
    assert 15 <= len(program.splitlines()) <= 25
    (project / "readme.test.mjs").write_text(program)
    shutil.copy(ROOT / "examples" / "node" / "postcards.mjs", project)
    command = (find_tool("node"), "--test", "readme.test.mjs")
    assert "# pass 2" in ran(*command, cwd=project, SEGMOCK_COMMAND=SEGMOCK)


RUNNERS = {
    "node:test": (
        "node-test",
        lambda: [find_tool("node"), "--test", "--test-reporter=spec", "stories.js"],
    ),
    "Vitest": ("vitest", lambda: [node_tool("vitest"), "run", "stories"]),
    "Jest's globals": ("jest", lambda: [node_tool("vitest"), "run"]),
}


@contextmanager
def serving():
    """Give an emulator and its address."""
    emulator = Emulator(clock="auto")
    with emulator.live() as server:
        yield emulator, server.url


def squeeze(text):
    """Return the lines of a text with single blanks, without the mark of a runner before them."""
    lines = (
        " ".join(line.strip("\N{INFORMATION SOURCE} \t").split()) for line in text.splitlines()
    )
    return "\n".join(filter(None, lines))


@pytest.mark.parametrize(("folder", "command"), RUNNERS.values(), ids=RUNNERS)
def test_a_test_fails_with_what_python_would_say(project, folder, command):
    """Letter by letter: violations where it passes by itself, and its calls where it fails."""
    with serving() as (emulator, url):
        done = subprocess.run(
            command(),
            cwd=project / "suites" / folder,
            env={**os.environ, "SEGMOCK_URL": url, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        printed = done.stdout + done.stderr
        accounts = dict(STORY.findall(printed))
        assert len(accounts) == 7, printed
        assert done.returncode == 1
        told = squeeze(printed)
        for story, key in accounts.items():
            said = list(list_said(emulator, url, story, key, knows_failure=knows_failure(folder)))
            assert bool(said) == (not story.startswith("passes")), story
            for text in said:
                assert squeeze(text) in told, f"{story}:\n{text}\n--- not in:\n{printed}"
    failed = sum(not story.startswith("passes") for story in accounts)
    assert re.search(rf"\bfail {failed}\b|\b{failed} failed", printed)
    assert "its own words" in printed


@pytest.mark.parametrize(("folder", "command"), RUNNERS.values(), ids=RUNNERS)
def test_an_audit_is_told_whose_account_it_is_and_how_each_test_went(
    project, folder, command, tmp_path
):
    """Where the variable names its folder; Jest tells nobody how a test of its ends."""
    prepare_folder(tmp_path)
    write_run(tmp_path, Run(run=3))
    with serving() as (_, url):
        done = subprocess.run(
            command(),
            cwd=project / "suites" / folder,
            env={**os.environ, "SEGMOCK_URL": url, "SEGMOCK_AUDIT": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    accounts = {key: story for story, key in STORY.findall(done.stdout + done.stderr)}
    lines = list(read_lines(tmp_path))
    whose = {line.api_key: line.test for line in lines if isinstance(line, OfAccount)}
    names = {key: test.rpartition(" > ")[2] for key, test in whose.items()}
    assert names == accounts
    assert all(test.partition(" > ")[0].startswith("stories.") for test in whose.values())
    assert {line.runner for line in lines if isinstance(line, Started)} == {"node"}
    ended = {line.test: line for line in lines if isinstance(line, Ended)}
    if not knows_failure(folder):
        assert ended == {}
        return
    began = {line.test: line for line in lines if isinstance(line, Began)}
    assert set(ended) == set(began) == set(whose.values())
    for test, line in ended.items():
        assert line.outcome == ("passed" if " > passes" in test else "failed"), test
        assert (line.run, began[test].run) == (3, 3)
        assert began[test].at_us < line.at_us <= read_now_us()
    assert any(line.has_verdict for line in ended.values())


def knows_failure(folder):
    """Tell whether a helper knows that a test has failed by itself: Node tells from 20.12 on."""
    version = re.match(r"v(\d+)\.(\d+)", ran(find_tool("node"), "--version"))
    is_told = tuple(map(int, version.groups())) >= (20, 12)
    return folder == "vitest" or (folder == "node-test" and is_told)


def list_said(emulator, url, story, key, *, knows_failure):
    """Yield what Python says of an account at the end of its test."""
    account = emulator.account(key)
    account.url = url
    report = FailureReport(account)
    if story == "fails by itself" and knows_failure:
        for title, text in report.render_sections():
            yield f"{title}\n{text}"
        return
    yield from report.find_violations(STRICT.get(story, True))
