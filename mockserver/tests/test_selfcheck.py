"""The emulator's check of its own faults: it passes, it is complete, and it can fail."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mockserver import cli, selfcheck
from mockserver.base.wire import Wait
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.routing import find_names
from mockserver.emulator import Emulator
from mockserver.gateway.effect import EFFECTS, Effect
from mockserver.gateway.waits import SendAnswer
from mockserver.selfcheck import cell_runner
from mockserver.selfcheck.cell_runner import CellRunner

ROWS = {row.effect: row for row in Catalogue().faults}


@pytest.fixture(scope="module")
def cells():
    """Run the whole check once."""
    return selfcheck.run()


@pytest.fixture
def runner():
    """Serve an emulator to try single cells on."""
    emulator = Emulator(clock="auto")
    with emulator.live() as server:
        yield CellRunner(emulator, server.url)


def test_every_fault_shows_when_it_is_armed_and_only_then(cells):
    """No cell is bad, and each says what gave the fault away."""
    assert [cell for cell in cells if not cell.is_good] == []
    assert all(cell.note for cell in cells)


def test_every_effect_of_the_catalogue_is_tried_wherever_it_can_strike(cells):
    """There is one cell for each effect, route and side of the commit."""
    assert [(cell.effect, cell.route, cell.when) for cell in cells] == [
        (effect, route, when)
        for effect, row in ROWS.items()
        for route in row.routes
        for when in row.when
    ]


def test_every_route_that_may_be_struck_is_tried_and_no_other():
    """A new route says for itself whether faults strike it; which of them do, the effects say."""
    tried = {route for row in ROWS.values() for route in row.routes}
    may_be_struck = find_names(lambda route: route.may_be_struck)
    assert may_be_struck - tried == set(), (
        "no effect strikes these: name them in `routes` of the effects in contracts/faults.json "
        'that can, or say `"may_be_struck": false` in contracts/routes.json'
    )
    assert tried - may_be_struck == set(), "contracts/routes.json has none that may be struck"


@pytest.mark.parametrize(
    ("effect", "when", "outcome"),
    [
        ("reset", "before", "reset"),
        ("close", "after", "closed"),
        ("truncate_bytes", "after", "cut short"),
        ("delay_s", "before", "timed out"),
    ],
)
def test_the_ways_in_which_an_answer_fails_to_come_are_told_apart(cells, effect, when, outcome):
    """Each way of losing an answer is observed as what it is, at every route."""
    seen = [cell for cell in cells if (cell.effect, cell.when) == (effect, when)]
    assert all(cell.note.startswith(f"outcome {outcome}") for cell in seen)


@pytest.mark.parametrize("route", ["submit", "sync"])
@pytest.mark.parametrize("effect", ["status", "reset", "close"])  # a delay may be outwaited
def test_before_nothing_was_charged_and_after_it_was(cells, effect, route):
    """The sides of the commit differ in what the account is charged."""
    notes = {c.when: c.note for c in cells if (c.effect, c.route) == (effect, route)}
    assert "ledger" in notes["before"]
    assert "ledger" not in notes["after"]


def test_an_effect_that_does_nothing_is_found(monkeypatch):
    """The command ends with 1 and marks the cells of an effect that has come to nothing."""
    keys = [("malformed", "status", "after"), ("reset", "status", "before")]
    monkeypatch.setattr(selfcheck, "list_keys", lambda _rows: keys)
    monkeypatch.setitem(EFFECTS, "malformed", Effect)
    result = CliRunner().invoke(cli.main, ["selfcheck"])
    assert result.exit_code == 1
    *table, summary = result.stdout.splitlines()
    assert table == [
        "effect          status",
        "malformed       a✗",
        "reset           b✓",
        "✗ malformed after status: nothing shows",
    ]
    assert summary.startswith("2 cells: 1 as they should be, 1 where the armed fault does not show")


class Unseen(Effect, frozen=True):
    """Has the journal say that the answer is damaged, and sends it as it is."""

    def after(self, _services, context, answer):
        """Damage nothing."""
        context.is_damaged = True
        return answer


def test_a_fault_that_shows_in_the_journal_alone_is_found(runner, monkeypatch):
    """What the emulator merely believes it did is no observation of the client."""
    monkeypatch.setitem(EFFECTS, "malformed", Unseen)
    cell = runner.run_cell(ROWS["malformed"], "status", "after")
    assert not cell.told_apart
    assert cell.note == "delivery damaged"


class Broken(Effect, frozen=True):
    """Fails, as code with a mistake in it does."""

    def after(self, _services, _context, _answer):
        """Fail."""
        raise KeyError("a mistake")


class Silent(Effect, frozen=True):
    """Never lets an answer be sent."""

    def after(self, _services, context, answer):
        """Wait for longer than anybody does."""
        return Wait(3600.0, context, SendAnswer(answer))


@pytest.mark.parametrize("effect", [Broken, Silent])
def test_an_effect_that_breaks_the_emulator_is_found(runner, monkeypatch, effect):
    """A client sees that too, but it is not what the fault is for."""
    monkeypatch.setattr(cell_runner, "PATIENCE_S", 0.2)
    monkeypatch.setitem(EFFECTS, "extra_fields", effect)
    cell = runner.run_cell(ROWS["extra_fields"], "credits", "after")
    assert not cell.told_apart
    assert cell.note.startswith("segmock fails, or never answers: ")


def test_an_effect_that_stays_after_it_was_disarmed_is_found(runner, monkeypatch):
    """A fault that cannot be got rid of makes its cell bad."""
    monkeypatch.setattr(runner, "_disarm", lambda _fault_id: None)
    cell = runner.run_cell(ROWS["extra_fields"], "credits", "after")
    assert (cell.told_apart, cell.clean) == (True, False)
    assert "disarmed it still shows" in cell.note


def test_cells_can_be_had_as_json(monkeypatch):
    """`selfcheck --json` prints every cell, and ends with 0 when all is well."""
    monkeypatch.setattr(selfcheck, "list_keys", lambda _rows: [("drop_fields", "result", "after")])
    result = CliRunner().invoke(cli.main, ["selfcheck", "--json"])
    assert result.exit_code == 0
    [cell] = json.loads(result.stdout)
    assert cell == {
        "effect": "drop_fields",
        "route": "result",
        "when": "after",
        "told_apart": True,
        "clean": True,
        "note": "body, delivery damaged",
    }
