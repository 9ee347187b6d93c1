"""Lists come in pages, which together are the whole, and no step of them looks at everything."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import EmulatorError
from mockserver.base.lock_steps import run_steps
from mockserver.control import journal, pages
from mockserver.control.control import JobChange, ResetScope
from mockserver.control.pages import JournalFilter, ListFilter
from mockserver.rules.faults import FaultRequest
from mockserver.tests.conftest import KEY, OTHER_KEY, Client

CREDITS = "/v1/get-user-credits"
KEYS = [KEY, OTHER_KEY, "SG_aaaabbbbccccdddd"]

LISTS = {
    "requests": lambda control, **page: control.show_requests(JournalFilter(**page)),
    "jobs": lambda control, **page: control.list_jobs(**page),
    "faults": lambda control, **page: control.list_faults(**page),
    "verdicts": lambda control, **page: control.show_verdicts(**page),
}


@pytest.fixture(scope="module")
def filled():
    """An emulator on which three accounts have jobs, faults, exchanges and verdicts."""
    client = Client()
    for number in range(12):
        key = KEYS[number % 3]
        client.submit(key=key)
        client.get(f"{CREDITS}?api_key={key}", key=key)
        client.post("/v2/ideogram-3", headers={"authorization": "Bearer x"}, key=key)
    for number in range(12):
        of_key = KEYS[number % 3] if number % 4 else None
        client.control.add_fault(FaultRequest(does={"status": 500 + number}, api_key=of_key))
    return client.control


def read_all(control, what, **page):
    """Read a list page by page; return its items, and how many each page had."""
    found, sizes, after = [], [], {}
    while True:
        shown = LISTS[what](control, **page, **after)
        found += shown[what]
        sizes.append(len(shown[what]))
        if shown["next"] is None:
            return found, sizes
        after = {"after": shown["next"] if what == "requests" else str(shown["next"])}


def count_steps(steps, between=lambda: None):
    """Run steps, with something between any two; return how many there were, and their result."""
    number = 0
    try:
        call = next(steps)
        while True:
            number += 1
            value = call()
            between()
            call = steps.send(value)
    except StopIteration as end:
        return number, end.value


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


@given(st.integers(0, 40), st.sampled_from([None, KEY]), st.integers(0, 40))
def test_the_last_exchanges_are_the_end_of_the_journal(filled, last, key, since):
    """`last` shows the newest so many, oldest first."""
    whole = filled.show_requests(JournalFilter(api_key=key, since=since))["requests"]
    shown = filled.show_requests(JournalFilter(api_key=key, since=since, last=last))
    assert shown["requests"] == (whole[-last:] if last else [])
    assert shown["next"] is None


@pytest.mark.parametrize("what", ["jobs", "faults"])
def test_a_place_that_is_not_there_is_refused(filled, what):
    """An id that no item has, or has any longer, is 404: the reader has to begin anew."""
    with pytest.raises(EmulatorError) as refusal:
        LISTS[what](filled, after="0" * 32)
    assert refusal.value.status == 404


@pytest.mark.parametrize("after", ["x", "-1", "1" * 5000, "1.5", "\u0661"])
def test_a_count_of_verdicts_that_is_none_is_refused(filled, after):
    """What no page has named is a mistake."""
    with pytest.raises(EmulatorError):
        filled.show_verdicts(after=after)


def test_jobs_of_another_account_are_no_place_to_go_on_from(client):
    """A page goes on within the account that it is about."""
    job = client.submit(key=OTHER_KEY)["request_id"]
    client.submit()
    with pytest.raises(EmulatorError):
        client.control.list_jobs(KEY, after=job)


def test_jobs_go_on_behind_one_whose_urls_are_opaque(client):
    """The id that the client knows is the one to go on from."""
    client.control.add_fault(FaultRequest(does={"opaque_urls": True}))
    ids = [client.submit()["request_id"] for _ in range(3)]
    found, _ = read_all(client.control, "jobs", limit=1)
    assert [job["request_id"] for job in found] == ids


def test_jobs_that_leave_between_two_steps_are_no_obstacle(client):
    """A page shows what there was when it was made, a step at a time."""
    jobs = [client.submit()["request_id"] for _ in range(120)]
    leaving = iter(jobs[:3])

    def leave():
        for job in islice(leaving, 1):
            client.control.change_job(job, JobChange(expire=True))

    steps = journal.list_jobs(client.control.services, ListFilter())
    _, page = count_steps(steps, between=leave)
    shown = [job["request_id"] for job in page["jobs"]]
    assert shown == [each for each in jobs if each in shown]
    assert len(shown) >= 117


# --- Work under the lock --------------------------------------------------------------------


def test_a_page_of_one_looks_at_few_exchanges_however_many_there_are(client):
    """`limit=1` on a journal of many accounts takes a step or two, not one for each account."""
    for number in range(600):
        client.get(CREDITS, key=f"SG_{number:016x}")
    world = client.control.services
    number, page = count_steps(journal.show_requests(world, JournalFilter(limit=1)))
    assert (number, len(page["requests"])) == (2, 1)
    number, page = count_steps(journal.show_requests(world, JournalFilter(last=1)))
    assert (number, len(page["requests"])) == (2, 1)
    number, page = count_steps(journal.show_requests(world, JournalFilter()))
    assert len(page["requests"]) == 600
    assert number < 20


def test_exchanges_that_are_long_to_show_are_shown_a_few_at_a_time(client):
    """Others have their turn between large exchanges: hiding keys in each may take long."""
    for _ in range(20):
        client.post("/v2/ideogram-3", {"prompt": "a" * 64_000})
    steps = journal.show_requests(client.control.services, JournalFilter())
    number, page = count_steps(steps)
    assert len(page["requests"]) == 20
    assert number > 10


def test_many_jobs_are_shown_some_at_a_time(client):
    """A step copies some jobs; their parameters are read between the steps."""
    for _ in range(200):
        client.submit()
    number, page = count_steps(journal.list_jobs(client.control.services, ListFilter()))
    assert (number, len(page["jobs"])) == (2 + 200 // 50, 200)


# --- Forgetting -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({}, []),
        ({"api_key": KEY}, [("submit", OTHER_KEY)]),
        ({"route": "submit"}, [("credits", KEY)]),
        ({"api_key": KEY, "route": "submit"}, [("credits", KEY), ("submit", OTHER_KEY)]),
        ({"since": 2}, [("submit", KEY), ("credits", KEY)]),
        ({"api_key": "SG_nobody"}, [("submit", KEY), ("credits", KEY), ("submit", OTHER_KEY)]),
    ],
    ids=str,
)
def test_exchanges_are_forgotten_as_the_filter_says_and_are_not_dropped(client, wanted, left):
    """DELETE forgets what the same filter shows, on all pages, and is no loss."""
    client.submit()
    client.get(CREDITS)
    client.submit(key=OTHER_KEY)
    client.control.clear_requests(JournalFilter(**wanted, limit=1, last=1))
    shown = client.control.show_requests(JournalFilter())
    found = [(entry["route"], entry["api_key"][-4:]) for entry in shown["requests"]]
    assert found == [(route, key[-4:]) for route, key in left]
    assert shown["dropped"] == 0


def test_what_was_dropped_is_told_by_account_and_over_all(client):
    """Journal and verdicts say how many exchanges they do not know of."""
    for key in KEYS[:2]:
        client.get(CREDITS, key=key)
        client.store.accounts[key].journal.max_entries = 2
    for _ in range(4):
        client.get(CREDITS)
    for what in ("requests", "verdicts"):
        dropped = [LISTS[what](client.control, api_key=key)["dropped"] for key in (*KEYS, None)]
        assert dropped == [3, 0, 0, 3]
    client.control.reset(ResetScope(api_key=KEY))
    assert client.control.show_requests(JournalFilter())["dropped"] == 0


def test_one_huge_exchange_leaves_the_others_and_their_verdicts(client):
    """Tens of thousands of unknown parameters, or headers of megabytes, push nothing out."""
    wrong = {"aspect_ratio": "no such ratio", "prompt": "x"}
    for _ in range(2):
        client.post("/v1/ideogram-3", wrong)
    before = client.control.show_verdicts(KEY)["verdicts"]
    assert [verdict["id"] for verdict in before] == ["repeated-after-refusal"]
    client.post("/v2/ideogram-3", {"prompt": "x"} | {f"unknown{n}": 1 for n in range(5_000)})
    client.get(CREDITS, headers={"x-big": "b" * 9 * 1024 * 1024})
    client.get(f"{CREDITS}?{'q' * 3_000_000}")
    shown = client.control.show_requests(JournalFilter(api_key=KEY))
    assert (len(shown["requests"]), shown["dropped"]) == (5, 0)
    assert client.control.show_verdicts(KEY)["verdicts"] == before
    named = [entry.get("truncated") for entry in shown["requests"][2:]]
    assert named == [["unknown_params"], ["request.headers"], ["request.query"]]


def test_steps_hand_on_what_is_raised(filled):
    """A refusal within a step is the caller's."""
    with pytest.raises(EmulatorError):
        run_steps(journal.list_jobs(filled.services, ListFilter(api_key="SG_nobody")))


def test_jobs_with_large_parameters_are_copied_a_few_at_a_time(monkeypatch):
    """One hold of the lock copies jobs up to a number of bytes; the page has all of them."""
    monkeypatch.setattr(journal, "_BYTES_AT_ONCE", 1)
    client = Client()
    sent = [client.submit()["request_id"] for _ in range(3)]
    assert [job["request_id"] for job in client.control.list_jobs()["jobs"]] == sent


def test_a_reset_ends_when_nothing_is_left_to_let_go(monkeypatch):
    """A reset in steps lets go of all that there was, however many steps that takes."""
    monkeypatch.setattr("mockserver.state.store.RELEASED_AT_ONCE", 2)
    client = Client()
    for number in range(7):
        client.get(CREDITS, key=f"SG_{number:016}")
    run_steps(client.control.reset_in_steps(ResetScope()))
    assert not client.store.accounts
    assert not client.store.release()
