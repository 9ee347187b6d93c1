"""The kill matrix: what is committed is fresh and whole, and it is made as it says."""

from __future__ import annotations

import io

import pytest

from client_tests import matrix
from client_tests.checks import every
from client_tests.clients.reference import Reference
from client_tests.matrix import Matrix, MatrixError
from client_tests.mutants import MUTANTS
from client_tests.mutants.registry import Mutant

CHECKS = {check.id: check for check in every()}
PLAIN, FAILED, BALANCE = (
    "run/models/ideogram-3",
    "run/submit/failed-before-first",
    "credits/balances/a-lot",
)
GONE = "property/gone"


@pytest.fixture(scope="module")
def written():
    """Read the matrix that is committed."""
    return Matrix.read()


def test_the_matrix_is_not_stale(written):
    """It was made from these mutants, cases, properties and judges."""
    assert written.fingerprint == matrix.fingerprint(), "make matrix"
    assert written.checks == list(CHECKS)


def test_every_mutant_is_in_it_and_killed_by_the_check_that_names_it(written):
    """Nothing that it says is of other mutants, or of other checks."""
    assert list(written.rows) == list(MUTANTS)
    for name, row in written.rows.items():
        assert MUTANTS[name].killed_by in row
        assert set(row) <= set(CHECKS)


def test_both_files_say_the_same(written):
    """The page for people is made from the one for programs."""
    assert matrix.PAGE.read_text(encoding="utf-8") == matrix.page(written)
    assert matrix.JSON_FILE.read_text(encoding="utf-8") == written.to_json()


# --- Making it ----------------------------------------------------------------------------


class Here:
    """Workers that do the work in this process."""

    def map(self, work, things, /):
        """Do it."""
        return map(work, things)


@pytest.fixture(scope="module")
def _stand():
    """Let this process be a worker."""
    matrix._begin()
    yield
    matrix._held.close()
    matrix._stands.clear()


@pytest.fixture
def make(_stand, monkeypatch):
    """Make a matrix of some mutants and some checks."""

    def made(mutants, *ids):
        monkeypatch.setattr(matrix, "every", lambda: [CHECKS[id_] for id_ in ids])
        monkeypatch.setattr(matrix, "MUTANTS", {each.id: each for each in mutants})
        matrix._checks.cache_clear()
        out = io.StringIO()
        return matrix.made(Here(), out), out.getvalue()

    yield made
    matrix._checks.cache_clear()


def broken(client, killed_by):
    """A mutant of which little is known."""
    return Mutant(id="broken", bug="", wild="", killed_by=killed_by, judge="", client=client)


def test_a_mutant_is_played_where_the_reference_comes_to_what_it_changes(make):
    """And nowhere else, for there the two do the same."""
    found, said = make([MUTANTS["swallows-failure"]], PLAIN, FAILED, BALANCE)
    assert found.rows == {"swallows-failure": [FAILED]}
    assert "3 checks" in said
    assert "1 trials" in said


def test_a_mutant_that_alters_parameters_is_played_where_it_does(make):
    """The same parameters make the same case."""
    given = "run/parameters/nulls"
    found, said = make([MUTANTS["drops-nulls"]], PLAIN, given, BALANCE)
    assert found.rows == {"drops-nulls": [given]}
    assert "1 trials" in said


def test_a_property_kills_too(make):
    """It is given some examples."""
    found, _ = make([MUTANTS["resubmits-when-gone"]], "run/status/expire-before-later", GONE)
    assert GONE in found.rows["resubmits-when-gone"]


def test_a_survivor_is_no_matrix(make):
    """One that has no bug is one."""

    class Same(Reference):
        def run(self, model, params):
            return super().run(model, params)

    with pytest.raises(MatrixError, match="not killed by the check that names them: broken"):
        make([broken(Same, PLAIN)], PLAIN)


def test_a_reference_that_fails_is_no_matrix(make, monkeypatch):
    """Whatever else is killed then means nothing."""
    monkeypatch.setattr(matrix.Recording, "run", MUTANTS["does-nothing"].client.run, raising=False)
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

    monkeypatch.setattr(matrix, "LONG_S", 0)
    with pytest.raises(MatrixError, match="broken"):
        make([broken(Unlucky, PLAIN)], PLAIN)
    assert len(tries) == 1 + matrix.ATTEMPTS


def test_the_command(written, monkeypatch, tmp_path, capsys):
    """It makes, or says whether it has to."""
    assert matrix.main([]) == 0
    monkeypatch.setattr(matrix, "fingerprint", dict)
    assert matrix.main([]) == 1
    assert "stale" in capsys.readouterr().out
    assert matrix.main(["--help"]) == 2
    monkeypatch.setattr(matrix, "JSON_FILE", tmp_path / "matrix.json")
    monkeypatch.setattr(matrix, "PAGE", tmp_path / "matrix.md")
    monkeypatch.setattr(matrix, "made", lambda *_: written)
    assert matrix.main(["--write"]) == 0
    assert Matrix.read() == written

    def fail(*_):
        raise MatrixError("a mutant survives")

    monkeypatch.setattr(matrix, "made", fail)
    assert matrix.main(["--write"]) == 1
    assert "a mutant survives" in capsys.readouterr().err
