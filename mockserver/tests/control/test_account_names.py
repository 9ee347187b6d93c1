"""Names of accounts: shown beside the end of every key, and taken wherever a key is."""

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import name_account
from mockserver.base.lock_steps import run_steps
from mockserver.control.account_names import find_key, put_key, render_key
from mockserver.control.journal import JournalFilter
from mockserver.control.pages import ListFilter
from mockserver.rules.faults import FaultRequest
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import KEY, OTHER_KEY

NAME = name_account(KEY)
SHOWN = {"api_key": "...cdef", "account": NAME}


def test_a_key_is_shown_by_its_end_and_by_the_name_of_its_account():
    """Where there is no key, there is no name either."""
    assert render_key(KEY) == SHOWN
    assert render_key(None) == {"api_key": None, "account": None}
    assert render_key("") == {"api_key": "", "account": None}


def test_a_name_means_the_key_of_its_account():
    """It is looked for among the accounts that there are."""
    assert find_key(NAME, [OTHER_KEY, KEY]) == KEY


@pytest.mark.parametrize("key", [KEY, "", "account-", NAME.upper(), f"{NAME}0", f" {NAME}"])
def test_what_is_no_name_is_a_key(key):
    """It need not be that of an account."""
    assert find_key(key, [OTHER_KEY]) == key


def test_a_key_that_looks_like_a_name_is_that_key_once_an_account_has_it():
    """Whoever calls with such a key is not locked out, whatever else has this name."""
    assert find_key(NAME, [KEY, NAME]) == NAME


def test_the_name_of_no_account_is_not_found():
    """The refusal says where the names are."""
    with pytest.raises(EmulatorError, match=f"there is no {NAME}") as refused:
        find_key(NAME, [OTHER_KEY])
    assert refused.value.status == 404
    assert "GET /_mock/accounts" in refused.value.hint


def test_what_is_wanted_of_a_name_is_wanted_of_its_key():
    """All else that is wanted stays; without a name nothing is made anew."""
    wanted = ListFilter(api_key=NAME, limit=3)
    assert put_key(wanted, [KEY]) == ListFilter(api_key=KEY, limit=3)
    for same in (ListFilter(), ListFilter(api_key=KEY), AccountSettings()):
        assert put_key(same, [KEY]) is same


def test_every_document_of_an_account_has_its_name(client):
    """Exchanges, their outlines, jobs, faults, verdicts and the account itself show the same."""
    control = client.control
    job = client.submit()
    client.get(f"/v1/get-user-credits?api_key={KEY}")
    fault = control.faults.add(FaultRequest(does={"status": 500}, api_key=KEY))
    shown = [
        client.account(),
        *control.journal.show(JournalFilter())["requests"],
        *run_steps(control.show_overview_in_steps())["requests"],
        *control.jobs.list()["jobs"],
        control.jobs.show(job["request_id"]),
        fault,
        *control.verdicts.show()["verdicts"],
    ]
    assert len(shown) >= 9
    assert all(SHOWN.items() <= each.items() for each in shown)


def test_what_is_of_no_account_has_no_name(client):
    """An exchange without a key says so; a fault that is about every account says nothing."""
    client.get("/v1/get-user-credits", key=None)
    (exchange,) = client.control.journal.show(JournalFilter())["requests"]
    assert (exchange["api_key"], exchange["account"]) == (None, None)
    fault = client.control.faults.add(FaultRequest(does={"status": 500}))
    assert not {"api_key", "account"} & fault.keys()
