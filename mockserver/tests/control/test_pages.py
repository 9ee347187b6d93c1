"""Lists come in pages, which together are the whole, and no step of them looks at everything."""

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.base.lock_steps import run_steps
from mockserver.control import pages
from mockserver.control.pages import ListFilter
from mockserver.tests.conftest import KEY, OTHER_KEY
from mockserver.tests.control.conftest import LISTS, read_all


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
