"""Lists come in pages, which together are the whole, and no step of them looks at everything."""

from itertools import count

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import redact_key
from mockserver.base.lock_steps import run_steps
from mockserver.control import pages
from mockserver.control.control import ResetScope
from mockserver.control.journal import JournalFilter
from mockserver.control.pages import ListFilter, VerdictFilter
from mockserver.tests.conftest import KEY, OTHER_KEY, Client
from mockserver.tests.control.conftest import LISTS, count_steps, read_all


@pytest.mark.parametrize("key", [None, KEY, OTHER_KEY])
@pytest.mark.parametrize("limit", [1, 2, 5, 1000])
@pytest.mark.parametrize("what", LISTS)
def test_the_pages_of_a_list_are_the_whole(filled, what, limit, key):
    """Each item is on one page, in order, and every page but the last is full."""
    whole = LISTS[what](filled, api_key=key)[what]
    assert whole
    found, sizes = read_all(filled, what, limit=limit, api_key=key)
    assert found == whole
    assert set(sizes[:-1]) <= {limit}


@pytest.mark.parametrize("what", LISTS)
def test_a_page_ends_early_where_its_items_are_large(filled, what, monkeypatch):
    """Few large items make a page, and the rest is on those that follow."""
    whole = LISTS[what](filled)[what]
    monkeypatch.setattr(pages, "MAX_PAGE_BYTES", 1)
    found, sizes = read_all(filled, what)
    assert found == whole
    assert len(sizes) > 1 or what in {"faults", "verdicts"}


@pytest.mark.parametrize("what", LISTS)
def test_a_page_of_nothing_is_empty(filled, what):
    """`limit` 0 asks for what is beside the list: how many exchanges were dropped."""
    assert LISTS[what](filled, limit=0)[what] == []


@pytest.mark.parametrize("what", ["jobs", "faults"])
def test_a_place_that_is_not_there_is_refused(filled, what):
    """An id that no item has, or has any longer, is 404: the reader has to begin anew."""
    with pytest.raises(EmulatorError) as refusal:
        LISTS[what](filled, after="0" * 32)
    assert refusal.value.status == 404


def test_steps_hand_on_what_is_raised(filled):
    """A refusal within a step is the caller's."""
    with pytest.raises(EmulatorError):
        run_steps(filled.jobs.list_in_steps(ListFilter(api_key="SG_nobody")))


STEPS = {
    "requests": lambda control, key: control.journal.show_in_steps(JournalFilter(api_key=key)),
    "jobs": lambda control, key: control.jobs.list_in_steps(ListFilter(api_key=key)),
    "verdicts": lambda control, key: control.verdicts.show_in_steps(VerdictFilter(api_key=key)),
}


def fill_and_list(client, what, key, between):
    """Give two accounts jobs, exchanges and verdicts; list them, with something between steps."""
    for owner in (KEY, OTHER_KEY):
        client.submit(key=owner)
        client.post("/v2/ideogram-3", headers={"authorization": "Bearer x"}, key=owner)
    _, page = count_steps(STEPS[what](client.control, key), between=between)
    return page[what]


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("scope", [None, KEY, OTHER_KEY], ids=str)
@pytest.mark.parametrize("key", [None, KEY], ids=str)
@pytest.mark.parametrize("what", STEPS)
def test_an_account_may_end_between_any_two_steps(client, what, key, scope, at):
    """What other accounts have is shown whole; of one that has ended, what was read before."""
    places = count()

    def reset():
        if next(places) == at:
            client.control.reset(ResetScope(api_key=scope))

    whole = fill_and_list(Client(), what, key, between=lambda: None)
    shown = fill_and_list(client, what, key, between=reset)
    assert whole
    assert shown == [item for item in whole if item in shown]
    if scope is not None:
        others = [item for item in whole if item["api_key"] != redact_key(scope)]
        assert others == [item for item in shown if item in others]


@pytest.mark.parametrize("at", range(3))
def test_an_account_may_end_while_its_exchanges_are_forgotten(client, at):
    """Nothing that the filter matches is left."""
    places = count()

    def reset():
        if next(places) == at:
            client.control.reset(ResetScope(api_key=KEY))

    fill_and_list(client, "requests", None, between=lambda: None)
    count_steps(client.control.journal.clear_in_steps(JournalFilter(since=1)), between=reset)
    assert client.control.journal.show(JournalFilter(since=1))["requests"] == []
