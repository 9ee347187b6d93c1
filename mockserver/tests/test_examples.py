"""The examples run as their first lines say, each in a process of its own."""

import json
import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from mockserver.edges.authority_store import load_authority
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.pages import PAGES, ROOT
from mockserver.tests.snippets.running import PYTEST as PLUGINS
from mockserver.tests.tools import find_tool

EXAMPLES = ROOT / "examples"
SEGMOCK = f"{sys.executable} -m mockserver"
PROXIES = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
"""Nobody answers there: no example may ask a proxy for what is on this machine."""
LOGGED = re.compile(r"^\d\d:\d\d:\d\d\.\d{3} ", re.MULTILINE)
"""How a line of a server's log begins."""


@pytest.fixture(autouse=True)
def _start_soon(tmp_path, monkeypatch):
    """Have pytest load the plugins that readers have, and clients one authority alone."""
    (tmp_path / "authority.pem").write_bytes(load_authority().pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    for name, value in PLUGINS.items():
        monkeypatch.setenv(name, value)


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
    """Run one where the environment names a proxy; its report has no server's log between."""
    printed = ran(*command, **options, **PROXIES)
    assert not LOGGED.search(printed), printed
    return printed


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_the_pytest_examples_pass(workers):
    """Pytest with the SDK, asyncio in process, and a suite with respx routes of its own."""
    printed = example(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers, "tests"
    )
    assert int(re.search(r"(\d+) passed", printed)[1]) >= 15


@pytest.mark.parametrize(("client", "tests"), [("correct", 6), ("careless", 3)])
def test_the_suites_that_are_audited_pass(client, tests):
    """That of the careless client as well: this is what an audit is about."""
    printed = example(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"audit/{client}"
    )
    assert f"{tests} passed" in printed


PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


def audit(*suite, cwd, tmp_path):
    """Audit a suite against two mutants; return what came of it and the report."""
    report = tmp_path / "report.json"
    done = subprocess.run(
        (
            *SEGMOCK.split(),
            "audit",
            "--json",
            str(report),
            *WANTED,
            "--max-runs",
            "2",
            "--",
            *suite,
        ),
        cwd=EXAMPLES / cwd,
        env=os.environ | PROXIES | {"SEGMOCK": SEGMOCK, "SEGMOCK_COMMAND": SEGMOCK},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.stdout, done.stderr
    return done, json.loads(report.read_text(encoding="utf-8"))


WANTED = ("--effects", "answer-lost-after-submit,result-lost")


def test_the_suite_of_a_careless_client_is_told_first_that_it_pays_twice(tmp_path):
    """All of its tests pass all the same, so the audit fails."""
    done, report = audit(*PYTEST, cwd="audit/careless", tmp_path=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("PAID TWICE  the answer to a submit is lost")
    first = report["findings"][0]
    assert (first["mutant"], first["group"]) == ("answer-lost-after-submit", "paid_twice")
    assert first["failing_tests"] == []
    assert {charge["runs"] - charge["clean_runs"] for charge in first["charges"]} == {1}
    assert report["counts"]["paid_twice"] == 2


def test_the_suite_of_a_correct_client_notices_or_handles_what_strikes(tmp_path):
    """So the audit passes."""
    done, report = audit(*PYTEST, cwd="audit/correct", tmp_path=tmp_path)
    assert done.returncode == 0, done.stdout
    assert report["counts"]["paid_twice"] == report["counts"]["unnoticed"] == 0
    assert report["counts"]["noticed"] + report["counts"]["handled"] == 2
    assert "your_client" not in done.stdout


@pytest.mark.parametrize(
    ("folder", "tool", "words", "runner", "tests"),
    [
        ("node", "node", ["--test"], "node", 5),
        ("shell", "sh", ["test_postcard.sh"], "other", 1),
    ],
    ids=["node", "sh"],
)
def test_suites_in_other_languages_are_audited_by_their_environment(
    folder, tool, words, runner, tests, tmp_path
):
    """With the tests of Node's by name; of a script all that is known is whether it failed."""
    done, report = audit(find_tool(tool), *words, cwd=folder, tmp_path=tmp_path)
    assert done.returncode == 0, done.stdout
    assert (report["runner"], len(report["clean"]["tests"])) == (runner, tests)
    assert {finding["group"] for finding in report["findings"]} <= {"noticed", "handled"}
    assert report["counts"]["noticed"] >= 1


def test_the_unittest_example_passes():
    """Unittest runs it without pytest, and no warning is left over."""
    pattern = ("-p", "test_with_unittest.py")
    printed = example(
        sys.executable, "-W", "error", "-m", "unittest", "discover", "-s", "tests", *pattern
    )
    assert re.search(r"Ran 2 tests.*\n\nOK", printed)


def test_the_node_example_passes():
    """Node's own test runner, with fetch, against a server."""
    printed = example(find_tool("node"), "--test", cwd=EXAMPLES / "node", SEGMOCK_COMMAND=SEGMOCK)
    assert re.search(r"^# pass 5$", printed, re.MULTILINE)


def test_the_shell_example_passes():
    """Curl in a POSIX shell script, against a server."""
    for name in ("curl", "jq"):
        find_tool(name)
    printed = example("sh", "test_postcard.sh", cwd=EXAMPLES / "shell", SEGMOCK=SEGMOCK)
    assert printed.count("ok: ") == 4


def test_the_demo_finds_no_difference(tmp_path):
    """What a newcomer runs first: every comparison holds, and the files are there."""
    out = tmp_path / "out"
    printed = example(sys.executable, "demo.py", "--out", str(out))
    assert re.search(r"^\d+ checks, all as expected; ", printed, re.MULTILINE)
    kinds = Counter(path.suffix for path in out.iterdir())
    assert kinds == {".png": 8, ".mp4": 1, ".wav": 1, ".json": 2, ".glb": 1}
    for level in ("verified", "partial", "listed"):
        assert re.search(rf"^ +\$[\d.]+, [\d.]+ s in life; {level}: ", printed, re.MULTILINE)


def test_the_demo_knows_what_every_model_costs():
    """It reads the contracts with code of its own, and comes to the emulator's prices."""
    code = """
from demo_kit import Contract
from mockserver.contract.catalogue import Catalogue
asked = [(m, params) for m in Catalogue().models.values() for params in m.document["examples"]]
asked += [(m, {"resolution": "480p", "duration": 7, "samples": 3}) for m, _ in asked]
judge = Contract()
differing = [m.slug for m, each in asked if judge.price(m.slug, each) != m.compute_price(each)]
print(len(asked) > 1000, differing)
"""
    assert ran(sys.executable, "-c", code).split() == ["True", "[]"]


def test_the_demo_ends_with_what_to_do_next(segmock):
    """Serve, test, and let something go wrong: each line works as it stands there."""
    code = "import demo_report as it; print(*it.list_next_steps(it.find_command()), sep='\\n')"
    serve, test, fault = ran(sys.executable, "-c", code).splitlines()
    assert "8765" in ran(*serve.split()[:2], "--help")
    assert 'base_url="http://127.0.0.1:8765/v1"' in serve
    assert test.startswith("def test_it(segmock): ... ")
    assert eval(fault.partition("   ")[0], {"segmock": segmock})
    segmock.faults.clear()
    assert [line.split()[-1] in PAGES for line in (test, fault)] == [True, True]
