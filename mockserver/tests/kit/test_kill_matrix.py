"""The kill matrix is made as it says, and the page about the mutants says what they are."""

from __future__ import annotations

import dataclasses
import io
import re

import pytest

from client_tests.cases.catalogue import load_test_cases
from client_tests.clients.reference import Reference
from client_tests.mutants import MUTANTS
from client_tests.mutants.kill_matrix import __main__ as command
from client_tests.mutants.kill_matrix import fingerprint, making, matrix, page, player
from client_tests.mutants.kill_matrix.fingerprint import code_of, digest_client
from client_tests.mutants.kill_matrix.matrix import Matrix, Origin
from client_tests.mutants.kill_matrix.player import MatrixError
from client_tests.mutants.registry import Mutant

CHECKS = {test_case.id: test_case for test_case in load_test_cases()}
PLAIN, FAILED, BALANCE = (
    "run/models/ideogram-3",
    "run/submit/failed-before-first",
    "credits/balances/a-lot",
)
GONE = "property/gone"
NOTHING = Matrix()


# --- The page -----------------------------------------------------------------------------


def test_the_page_says_what_each_mutant_does_and_what_finds_it_out():
    """It is written from the mutants themselves: `… kill_matrix --page` after a change."""
    assert page.PAGE.read_text(encoding="utf-8") == page.render_page()
    rows = [line for line in page.render_page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(MUTANTS)
    for row, (name, each) in zip(rows, MUTANTS.items(), strict=True):
        assert row.startswith(f"| `{name}` | ")
        assert row.endswith(f"| `{each.killed_by}` | `{each.assertion}` |")
        assert len(re.findall(r"(?<!\\)\|", row)) == 6


# --- What it was made from ----------------------------------------------------------------

SOURCE = """
def pause(seconds):
    left = seconds
    return left
"""

SAME = {
    "a comment": SOURCE.replace("left = seconds", "left = seconds  # real ones"),
    "a docstring of the module": '"""Pauses."""' + SOURCE,
    "a docstring of a function": SOURCE.replace("    left", '    """Sleep."""\n    left', 1),
    "layout": SOURCE.replace("(seconds)", "(\n    seconds\n)"),
}
OTHER = {
    "another name": SOURCE.replace("left", "rest"),
    "another value": SOURCE.replace("return left", "return 2 * left"),
    "another order": SOURCE.replace("left = seconds", "seconds = left"),
    "a string that is used": SOURCE.replace("return left", "return 'left'"),
}


@pytest.mark.parametrize("change", SAME)
def test_words_about_the_code_make_no_matrix_stale(change):
    """Comments, docstrings and layout are not what runs."""
    assert code_of(SAME[change]) == code_of(SOURCE)


@pytest.mark.parametrize("change", OTHER)
def test_whatever_runs_otherwise_makes_a_matrix_stale(change):
    """Anything else may."""
    assert code_of(OTHER[change]) != code_of(SOURCE)


def test_sources_that_have_moved_are_missed(monkeypatch):
    """A pattern that names nothing would let every change pass."""
    monkeypatch.setattr(fingerprint, "JUDGING", ("nowhere/*.py",))
    with pytest.raises(FileNotFoundError, match=r"nowhere/\*.py names no module"):
        fingerprint.digest_judging.__wrapped__()


def test_each_mutant_has_a_digest_of_its_own():
    """A change of one makes nobody play another."""
    digests = {digest_client(each.client) for each in MUTANTS.values()}
    assert len(digests) == len(MUTANTS)


def test_a_matrix_is_read_as_it_was_written(tmp_path):
    """Or there is nothing in it, where none was written."""
    path = tmp_path / "matrix.json"
    assert Matrix.read(path) == Matrix()
    origin = Origin(judging="j", checks={PLAIN: "c"}, mutants={"does-nothing": "m"})
    made = Matrix(origin=origin, uses={PLAIN: ["run"]}, rows={"does-nothing": [PLAIN]})
    path.write_text(made.to_json(), encoding="utf-8")
    assert Matrix.read(path) == made


def test_what_gross_mutants_alone_fail_is_weak():
    """Nearly any check finds out a client that does nothing."""
    checks = {f"run/{number}": "" for number in range(10)}
    rows = {"does-nothing": list(checks), "drops-nulls": ["run/3"]}
    found = Matrix(origin=Origin(checks=checks), rows=rows).find_weak()
    assert found == [id_ for id_ in checks if id_ != "run/3"]


# --- Making it ----------------------------------------------------------------------------


class Here:
    """Workers that do the work in this process."""

    def map(self, work, things, /):
        """Do it."""
        return map(work, things)


@pytest.fixture(scope="module")
def _harness():
    """Let this process be a worker."""
    player.begin()
    yield
    player.held.close()
    player.harnesses.clear()


@pytest.fixture
def make(_harness, monkeypatch):
    """Make a matrix of some mutants and some checks."""

    def made(mutants, *ids, last=NOTHING):
        monkeypatch.setattr(making, "load_test_cases", lambda: [CHECKS[id_] for id_ in ids])
        for module in (making, matrix, player):
            monkeypatch.setattr(module, "MUTANTS", {each.id: each for each in mutants})
        out = io.StringIO()
        return making.make_matrix(Here(), out, last), out.getvalue()

    return made


def broken(client, killed_by):
    """A mutant of which little is known."""
    return Mutant(id="broken", bug="", seen_in="", killed_by=killed_by, assertion="", client=client)


def test_a_mutant_is_played_where_the_reference_comes_to_what_it_changes(make):
    """And nowhere else, for there the two do the same."""
    found, said = make([MUTANTS["swallows-failure"]], PLAIN, FAILED, BALANCE)
    assert found.rows == {"swallows-failure": [FAILED]}
    assert "3 checks" in said
    assert "1 trial of" in said


def test_a_change_costs_its_own_trials_alone(make):
    """Of what the last matrix tells nothing is played again: not the reference, nor a mutant."""
    first, other = MUTANTS["swallows-failure"], MUTANTS["does-nothing"]
    last, _ = make([first], PLAIN, FAILED)
    same, said = make([first], PLAIN, FAILED, last=last)
    assert same == last
    assert "passed 0 checks" in said
    assert "0 trials" in said
    more, said = make([first, other], PLAIN, FAILED, last=last)
    assert more.rows == {**last.rows, "does-nothing": [PLAIN, FAILED]}
    assert "passed 0 checks" in said
    assert "2 trials" in said
    more, said = make([first], PLAIN, FAILED, BALANCE, last=last)
    assert "passed 1 check" in said
    assert more.rows == last.rows


def test_a_judge_that_changed_has_all_played_again(make):
    """Whatever was known may come out otherwise."""
    last, _ = make([MUTANTS["swallows-failure"]], FAILED)
    stale = dataclasses.replace(last, origin=dataclasses.replace(last.origin, judging="another"))
    again, said = make([MUTANTS["swallows-failure"]], FAILED, last=stale)
    assert again == last
    assert "passed 1 check" in said


def test_a_mutant_that_alters_parameters_is_played_where_it_does(make):
    """The same parameters make the same case."""
    given = "run/parameters/nulls"
    found, said = make([MUTANTS["drops-nulls"]], PLAIN, given, BALANCE)
    assert found.rows == {"drops-nulls": [given]}
    assert "1 trial of" in said


def test_a_property_kills_too(make):
    """It is given some examples."""
    found, _ = make([MUTANTS["resubmits-when-gone"]], "run/status/expire-before-later", GONE)
    assert GONE in found.rows["resubmits-when-gone"]


def test_a_survivor_is_named(make):
    """One that has no bug is one."""

    class Same(Reference):
        def run(self, model, params):
            return super().run(model, params)

    found, _ = make([broken(Same, PLAIN)], PLAIN)
    assert found.find_survivors() == ["broken"]


def test_a_reference_that_fails_is_no_matrix(make, monkeypatch):
    """Whatever else is killed then means nothing."""
    monkeypatch.setattr(player.Recording, "run", MUTANTS["does-nothing"].client.run, raising=False)
    with pytest.raises(
        MatrixError, match=f"the reference does not pass {PLAIN}: .*runs were asked for"
    ):
        make([], PLAIN)


def test_what_takes_long_has_to_fail_twice(make, monkeypatch):
    """It may have been chance."""
    tries = []

    class Unlucky(Reference):
        def run(self, model, params):
            tries.append(model)
            if len(tries) == 1:
                self.deadline = 0
            return super().run(model, params)

    monkeypatch.setattr(player, "LONG_S", 0)
    found, _ = make([broken(Unlucky, PLAIN)], PLAIN)
    assert found.find_survivors() == ["broken"]
    assert len(tries) == 1 + player.ATTEMPTS


@pytest.fixture
def files(monkeypatch, tmp_path):
    """Let the command read and write in a folder of its own, and play nothing."""
    monkeypatch.setattr(command, "JSON_FILE", tmp_path / "build" / "matrix.json")
    monkeypatch.setattr(page, "PAGE", tmp_path / "matrix.md")
    return tmp_path


def test_the_command_plays_and_then_says_whether_it_has_to_again(files, monkeypatch, capsys):
    """A matrix is fresh for as long as what it was made from stays."""
    assert command.main([]) == 1
    assert "make matrix" in capsys.readouterr().out
    rows = {name: [each.killed_by] for name, each in MUTANTS.items()}
    made = Matrix(origin=Origin.find(CHECKS.values(), MUTANTS), rows=rows)
    monkeypatch.setattr(making, "make_matrix", lambda *_: made)
    assert command.main(["--write"]) == 0
    assert Matrix.read(command.JSON_FILE) == made
    assert (files / "matrix.md").read_text(encoding="utf-8") == page.render_page()
    assert command.main([]) == 0
    monkeypatch.setattr(command, "load_test_cases", lambda: [CHECKS[PLAIN]])
    monkeypatch.setattr(command, "MUTANTS", {**MUTANTS, "new": MUTANTS["does-nothing"]})
    assert command.main([]) == 1
    assert "stale, 0 checks and 1 mutant have changed" in capsys.readouterr().out


@pytest.mark.usefixtures("files")
def test_the_command_names_survivors_and_weak_checks(monkeypatch, capsys):
    """What was played is kept all the same, and a survivor's trial is played again next time."""
    made = Matrix(origin=Origin(checks={PLAIN: ""}), rows={"does-nothing": []})
    monkeypatch.setattr(making, "make_matrix", lambda *_: made)
    assert command.main(["--write"]) == 1
    assert "not killed by the check that names them: does-nothing" in capsys.readouterr().err
    assert Matrix.read(command.JSON_FILE) == made
    assert command.main(["--weak"]) == 0
    assert capsys.readouterr().out == f"{PLAIN}\n1 check\n"


def test_the_command_writes_the_page_alone(files):
    """Nothing is played for it."""
    assert command.main(["--page"]) == 0
    assert [path.name for path in files.iterdir()] == ["matrix.md"]


def test_the_command_fails_when_there_can_be_no_matrix(files, monkeypatch, capsys):
    """Or when it is not understood."""

    def fail(*_):
        raise MatrixError("the reference fails")

    monkeypatch.setattr(making, "make_matrix", fail)
    assert command.main(["--write"]) == 1
    assert "the reference fails" in capsys.readouterr().err
    assert not list(files.iterdir())
    assert command.main(["--help"]) == 2
    assert "usage" in capsys.readouterr().err
