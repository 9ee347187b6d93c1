"""The emulator as a whole: its health, its register of behaviours, and resets."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest

from mockserver import control
from mockserver.base.lock_steps import run_steps
from mockserver.control.control import ResetScope
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import KEY, OTHER_KEY, Client
from mockserver.tests.control.conftest import CREDITS
from mockserver.tests.control.test_clock import START

MODULES = sorted(Path(control.__path__[0]).glob("*.py"))


def test_health_counts_accounts_and_jobs(client):
    """Health tells version, clock, accounts and jobs."""
    client.submit()
    health = client.control.show_health()
    assert health["status"] == "ok"
    assert health["clock"] == {"now_utc": START, "mode": "frozen"}
    assert (health["accounts"], health["jobs"]) == (1, 1)


def test_an_overview_is_the_health_with_models_and_the_newest_exchanges(client):
    """Exchanges are in outline, the newest first, ten at the most, and no key is among them."""
    for _ in range(11):
        client.get(CREDITS)
    client.submit()
    shown = run_steps(client.control.show_overview_in_steps())
    assert client.control.show_health().items() <= shown.items()
    assert "ideogram-3" in shown["models"]
    assert [each["seq"] for each in shown["requests"]] == list(range(12, 2, -1))
    assert KEY not in str(shown)


def test_a_reset_with_a_key_leaves_other_accounts_alone(client):
    """Only the named account begins anew."""
    client.submit()
    client.submit(key=OTHER_KEY)
    client.control.reset(ResetScope(api_key=KEY))
    assert list(client.store.accounts) == [OTHER_KEY]
    assert len(client.control.jobs.list()["jobs"]) == 1


def test_a_whole_reset_repeats_the_world(make_client):
    """After a reset the same calls get the same answers, ids and times included."""
    client = make_client(accounts={KEY: AccountSettings(plan="pro", credits=Decimal(9))})
    first = client.submit()
    client.advance(60)
    client.control.reset(ResetScope())
    assert client.account()["plan"] == "pro"
    assert client.control.clock.show(None)["now_utc"] == START
    assert client.submit() == first


def test_a_configured_account_begins_anew_when_reset(make_client):
    """An account of the configuration file is there again after a reset with its key."""
    client = make_client(accept="listed", accounts={KEY: AccountSettings(credits=Decimal(1))})
    client.account(credits=Decimal(50))
    client.control.reset(ResetScope(api_key=KEY))
    assert client.account()["credits"] == 1


def test_the_register_is_served(client):
    """Every fact is listed with its tests, or with why it has none."""
    rows = client.control.list_behaviours()["behaviours"]
    assert len(rows) == len({row.id for row in rows}) > 50
    assert all(row.tests or row.reason for row in rows)


def test_a_reset_ends_when_nothing_is_left_to_let_go(monkeypatch):
    """A reset in steps lets go of all that there was, however many steps that takes."""
    monkeypatch.setattr("mockserver.state.memory_store.RELEASED_AT_ONCE", 2)
    client = Client()
    for number in range(7):
        client.get(CREDITS, key=f"SG_{number:016}")
    run_steps(client.control.reset_in_steps(ResetScope()))
    assert not client.store.accounts
    assert not client.store.release()


# --- Writing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", sorted(Path(control.__path__[0]).glob("*.py")), ids=lambda path: path.stem
)
def test_the_control_plane_assigns_to_nothing_but_its_own(path):
    """Accounts, jobs and clocks are changed by what is committed to the store."""
    attributes = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    ]
    assert [ast.unparse(node) for node in attributes if ast.unparse(node.value) != "self"] == []
