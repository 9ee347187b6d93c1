"""A verifier says of a sound service that all agrees, and names each fact that another breaks."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal

import pytest

from mockserver.facts.judges import judge_story
from mockserver.tests.broken_servers.process import serving_broken
from mockserver.tests.broken_servers.table import DEFECTS, NON_DEFECTS, SERVERS
from mockserver.tests.kinds import IS_STORM
from mockserver.tests.processes import environment
from mockserver.tests.verifier.sockets import TIMES, list_facts, verify_over_tls
from mockserver.tests.verifier.verifications import CATALOGUE
from mockserver.tests.verifier.virtual_servers import verify_virtually
from mockserver.verifier import verifying
from mockserver.verifier.unasked import UNASKED

USUAL, AMPLE = Decimal("0.05"), Decimal(20)

UNSEEN = {
    "charges-failed-blocking": "nothing is known that makes a run on v1 fail",
    "v1-failed-422": "nothing is known that makes a run on v1 fail",
    "v1-failed-with-cost": "nothing is known that makes a run on v1 fail",
    "v1-json-for-image": "the only such model takes a picture of the user's",
    "v1-gives-up-408": "a page of another status is an edge's word",
    "workflow-failed-422": "nobody knows what a run of a workflow costs",
    "workflow-output-list": "nobody knows what a run of a workflow costs",
    "workflow-submit-renamed": "nobody knows what a run of a workflow costs",
    "finetune-taken": "nobody knows what a training costs",
}
"""Servers that differ in what a verifier does not ask, each with the reason."""

DEAR = {"v1-image-for-json", "v1-data-renamed", "v1-waits-for-slow"}
"""Those that need a model which the usual budget has no room for."""

SEEN = [each for each in DEFECTS if each.name not in UNSEEN]
ASKED = SEEN if IS_STORM else SEEN[::3]

NEEDS_TIME = {"fifth-state", "states-backwards", "pending-result-404", "pending-result-202"}
"""How fast this machine is decides whether a run of a tenth of a second is seen while it goes."""

NEEDS_A_WINDOW = {"limit-without-reset", "limit-with-retry-after", "limit-503"}
"""A window of a minute is a tenth of a second there."""

FOR_SOCKETS = [
    name for name in SERVERS if name not in UNSEEN.keys() | DEAR | NEEDS_TIME | NEEDS_A_WINDOW
]
OVER_TLS = FOR_SOCKETS if IS_STORM else ["sound", "unknown-id-402", "charges-refused", "gzip"]


QUICK = ("--time-scale", str(TIMES))
"""Before it asks once more, a verifier waits for two seconds of the service's time."""


def test_of_a_sound_service_all_agrees_and_what_is_not_asked_has_a_reason():
    """With money enough, every fact that can be judged is seen or listed with its reason."""
    done = verify_virtually(SERVERS["sound"], AMPLE)
    assert (list_facts(done), done.stopped, done.exit_code) == (set(), "", 0)
    unseen = {row.fact for row in done.report.find_rows("not seen")}
    assert unseen <= UNASKED.keys()
    assert len(done.report.find_rows("agrees")) >= 60


def test_the_usual_budget_shows_more_than_half_of_all_facts():
    """It costs three cents."""
    done = verify_virtually(SERVERS["sound"], USUAL)
    assert (done.spent, done.reserved) == (Decimal("0.032"), 0)
    assert len(done.report.find_rows("agrees")) >= 55
    assert any("$0.018 is left" in why for why in done.skipped.values())


def test_read_only_sends_nothing_that_could_change_anything():
    """GET and OPTIONS, and no money is even reserved."""
    done = verify_virtually(SERVERS["sound"], USUAL, is_read_only=True)
    assert (done.paid_calls, done.exit_code) == (0, 0)
    assert len(done.report.find_rows("agrees")) >= 12


@pytest.mark.parametrize("defect", ASKED, ids=lambda each: each.name)
def test_a_service_that_breaks_a_fact_is_told_by_its_fact(defect):
    """One that takes money that it should not is stopped besides."""
    budget = AMPLE if defect.name in DEAR else USUAL
    done = verify_virtually(defect, budget, waits_expiry=defect.shown_by == "wait")
    assert list_facts(done) & defect.facts
    assert done.exit_code == 1


@pytest.mark.parametrize("other", NON_DEFECTS, ids=lambda each: each.name)
def test_what_no_fact_forbids_is_no_difference(other):
    """Order, spelling, compression, speed."""
    done = verify_virtually(other, USUAL)
    assert (list_facts(done), done.stopped, done.exit_code) == (set(), "", 0)


def test_what_a_verifier_cannot_see_is_among_the_servers():
    """The table of exceptions has no row too many."""
    names = {each.name for each in DEFECTS}
    assert names >= UNSEEN.keys() | DEAR


@pytest.fixture(scope="module")
def servers():
    """Servers in a process of their own, over TLS."""
    with serving_broken(*OVER_TLS, clock=f"x{TIMES}", speed=0.5) as running:
        yield running


@pytest.mark.parametrize("name", OVER_TLS)
def test_a_process_of_its_own_over_tls_is_told_in_the_same_way(servers, name):
    """Nothing depends on the server's being the emulator in this process."""
    defect = SERVERS[name]
    waits = defect.shown_by == "wait"
    done = verify_over_tls(servers.urls[name], defect.key, servers.ca, waits_expiry=waits)
    assert bool(list_facts(done) & defect.facts) == bool(defect.fact)
    assert done.exit_code == bool(defect.fact)


def test_the_command_writes_its_reports_and_its_ledger(servers, tmp_path):
    """It says on stderr what is asked and what it may cost, and ends with the report."""
    command = [
        *(sys.executable, "-m", "mockserver", "verify", "server"),
        *("--url", servers.urls["sound"], "--ca", str(servers.ca), "--time-scale", str(TIMES)),
        *("--json", "report.json", "--junit", "report.xml", "--html", "report.html"),
        *("--ledger", "ledger.jsonl", "--record", "seen"),
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**environment(), "SEGMIND_API_KEY": servers.keys["rich"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all agree" in done.stdout
    assert "20 calls" in done.stdout
    assert "may cost $0.008" in done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    CATALOGUE.schemas.check(tmp_path / "report.json", report, "urn:segmock:schema:fact_report")
    assert report["verification"]["spent_usd"] == "0.032"
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert servers.keys["rich"].encode() not in written
    assert (tmp_path / "ledger.jsonl").read_text().splitlines()[-1].startswith('{"line":"end"')


def test_ctrl_c_while_the_judges_speak_loses_no_report(monkeypatch):
    """What was asked was paid for."""
    calls = []

    def judge(*asked):
        calls.append(asked)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return judge_story(*asked)

    monkeypatch.setattr(verifying, "judge_story", judge)
    done = verify_virtually(SERVERS["sound"], USUAL)
    assert isinstance(done.interrupt, KeyboardInterrupt)
    assert done.spent
    assert list_facts(done) == set()


def test_without_a_key_the_command_says_where_to_give_one(tmp_path):
    """Also where everything is free: half of the questions need it."""
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", "verify", "server", "--url", "http://127.0.0.1:1"],
        cwd=tmp_path,
        env={k: v for k, v in environment().items() if k != "SEGMIND_API_KEY"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "SEGMIND_API_KEY or --api-key" in done.stderr


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (
            ("--url", "http://127.0.0.1:1", *QUICK),
            "nobody answers at http://127.0.0.1:1: Connection refused",
        ),
        (
            ("--url", "http://no.invalid", *QUICK),
            "nobody answers at http://no.invalid: no such host",
        ),
        (("--url", "127.0.0.1"), "'127.0.0.1' is not the address of a service"),
        (("--url", "http://127.0.0.1:1/v1"), "has a path, '/v1'"),
        ((), "Missing option '--url'"),
        (
            ("--url", "http://127.0.0.1:1", "--read-only", "--wait-expiry"),
            "--wait-expiry is about runs",
        ),
        (("--url", "http://127.0.0.1:1", "--read-only", "--ledger", "l"), "--ledger is about runs"),
    ],
)
def test_the_command_refuses_in_a_line_what_cannot_be(tmp_path, flags, told):
    """Exit 2."""
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", "verify", "server", *flags],
        cwd=tmp_path,
        env={**environment(), "SEGMIND_API_KEY": "SG_0", "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    assert told in done.stderr
