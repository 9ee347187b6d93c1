"""The journal: what is shown of it and in which pages, what is forgotten, and what is a stray."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import name_account
from mockserver.base.lock_steps import run_steps
from mockserver.control.control import ResetScope
from mockserver.control.journal import JournalFilter
from mockserver.control.pages import VerdictFilter
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT, Client
from mockserver.tests.control.conftest import CREDITS, KEYS, LISTS, count_steps
from mockserver.tests.control.test_clock import change_clock


def show_exchanges(client, **fields):
    """Return what the journal shows under a filter."""
    return client.control.journal.show(JournalFilter(**fields))["requests"]


def test_the_journal_is_filtered_by_what_the_query_says(client):
    """Account, route, request, sequence and number narrow what is shown, oldest first."""
    submitted = client.submit()
    client.get(submitted["status_url"])
    client.submit(key=OTHER_KEY)
    client.get("/nowhere", key=None)
    assert [exchange["seq"] for exchange in show_exchanges(client)] == [1, 2, 3, 4]
    assert [exchange["route"] for exchange in show_exchanges(client, api_key=KEY)] == [
        "submit",
        "status",
    ]
    assert [exchange["seq"] for exchange in show_exchanges(client, route="submit")] == [1, 3]
    assert len(show_exchanges(client, request_id=submitted["request_id"].upper())) == 2
    assert [exchange["seq"] for exchange in show_exchanges(client, since=2, limit=1)] == [3]
    assert show_exchanges(client, api_key="SG_nobody") == []


def test_a_filter_of_a_route_that_is_none_is_refused(client):
    """It would find nothing for ever, and a test of it could not fail."""
    with pytest.raises(EmulatorError, match="there is no route 'sumbit'") as caught:
        show_exchanges(client, route="sumbit")
    assert caught.value.hint.startswith("did you mean `submit`? routes: ")
    assert [show_exchanges(client, route=name) for name in ("unknown", "preflight")] == [[], []]


def test_an_exchange_names_the_account_in_whose_journal_it_is(client):
    """A poll without a key is the job's account's, as a download is; a stray call is nobody's."""
    client.get(client.submit()["status_url"], key=None)
    client.get("/nowhere", key=None)
    shown = show_exchanges(client)
    assert [each["api_key"] for each in shown[-2:]] == [None, None]
    assert [each["account"] for each in shown[-2:]] == [name_account(KEY), None]
    outlined = run_steps(client.control.journal.outline_in_steps(2))
    assert [each["account"] for each in outlined] == [None, name_account(KEY)]


def test_an_exchange_is_shown_without_its_key(client):
    """An exchange has the whole exchange, and of the key the last four characters."""
    client.submit()
    [exchange] = show_exchanges(client)
    assert KEY not in msgspec.json.encode(exchange).decode()
    assert exchange["request"]["headers"]["x-api-key"] == "...cdef"
    assert exchange["request"]["body"] == PROMPT
    assert (exchange["status"], exchange["model"], exchange["route"]) == (
        200,
        "ideogram-3",
        "submit",
    )
    assert exchange["behaviours"] == ["R2", "S1", "S1b", "S2"]


def test_the_journal_is_cleared_as_it_is_shown(client):
    """DELETE forgets what the same query would show."""
    submitted = client.submit()
    client.get(submitted["status_url"])
    client.control.journal.clear(JournalFilter(route="status"))
    assert [exchange["route"] for exchange in show_exchanges(client)] == ["submit"]
    client.control.journal.clear(JournalFilter())
    assert show_exchanges(client) == []


def test_the_journal_tells_the_number_of_the_newest_exchange(client):
    """Whatever is listed, and though it has left the journal: what comes later is above it."""
    assert client.control.journal.show(JournalFilter())["newest"] == 0
    client.submit()
    client.submit(key=OTHER_KEY)
    for wanted in (JournalFilter(), JournalFilter(limit=0), JournalFilter(api_key=KEY)):
        assert client.control.journal.show(wanted)["newest"] == 2
    client.control.journal.clear(JournalFilter())
    assert client.control.journal.show(JournalFilter())["newest"] == 2


@given(st.integers(0, 40), st.sampled_from([None, KEY]), st.integers(0, 40))
def test_the_last_exchanges_are_the_end_of_the_journal(filled, last, key, since):
    """`last` shows the newest so many, oldest first."""
    whole = filled.journal.show(JournalFilter(api_key=key, since=since))["requests"]
    shown = filled.journal.show(JournalFilter(api_key=key, since=since, last=last))
    assert shown["requests"] == (whole[-last:] if last else [])
    assert shown["next"] is None


# --- Work under the lock -------------------------------------------------------------------


def test_a_page_of_one_looks_at_few_exchanges_however_many_there_are(client):
    """`limit=1` on a journal of many accounts takes a step or two, not one for each account."""
    for number in range(600):
        client.get(CREDITS, key=f"SG_{number:016x}")
    number, page = count_steps(client.control.journal.show_in_steps(JournalFilter(limit=1)))
    assert (number, len(page["requests"])) == (2, 1)
    number, page = count_steps(client.control.journal.show_in_steps(JournalFilter(last=1)))
    assert (number, len(page["requests"])) == (2, 1)
    number, page = count_steps(client.control.journal.show_in_steps(JournalFilter()))
    assert len(page["requests"]) == 600
    assert number < 20


def test_exchanges_that_are_long_to_show_are_shown_a_few_at_a_time(client):
    """Others have their turn between large exchanges: hiding keys in each may take long."""
    for _ in range(20):
        client.post("/v2/ideogram-3", {"prompt": "a" * 64_000})
    steps = client.control.journal.show_in_steps(JournalFilter())
    number, page = count_steps(steps)
    assert len(page["requests"]) == 20
    assert number > 10


# --- Forgetting ----------------------------------------------------------------------------


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
    client.control.journal.clear(JournalFilter(**wanted, limit=1, last=1))
    shown = client.control.journal.show(JournalFilter())
    found = [(exchange["route"], exchange["api_key"][-4:]) for exchange in shown["requests"]]
    assert found == [(route, key[-4:]) for route, key in left]
    assert shown["dropped"] == 0


def test_what_was_dropped_is_told_by_account_and_over_all(client):
    """Journal and verdicts say how many exchanges they do not know of."""
    for key in KEYS[:2]:
        client.get(CREDITS, key=key)
        client.store.records[key].journal.max_exchanges = 2
    for _ in range(4):
        client.get(CREDITS)
    for what in ("requests", "verdicts"):
        dropped = [LISTS[what](client.control, api_key=key)["dropped"] for key in (*KEYS, None)]
        assert dropped == [3, 0, 0, 3]
    client.control.reset(ResetScope(api_key=KEY))
    assert client.control.journal.show(JournalFilter())["dropped"] == 0


def test_one_huge_exchange_leaves_the_others_and_their_verdicts(client):
    """Tens of thousands of unknown parameters, or headers of megabytes, push nothing out."""
    wrong = {"aspect_ratio": "no such ratio", "prompt": "x"}
    for _ in range(2):
        client.post("/v1/ideogram-3", wrong)
    before = client.control.verdicts.show(VerdictFilter(api_key=KEY))["verdicts"]
    assert [verdict["id"] for verdict in before] == ["repeated-after-refusal"]
    client.post("/v2/ideogram-3", {"prompt": "x"} | {f"unknown{n}": 1 for n in range(5_000)})
    client.get(CREDITS, headers={"x-big": "b" * 9 * 1024 * 1024})
    client.get(f"{CREDITS}?{'q' * 3_000_000}")
    shown = client.control.journal.show(JournalFilter(api_key=KEY))
    assert (len(shown["requests"]), shown["dropped"]) == (5, 0)
    assert client.control.verdicts.show(VerdictFilter(api_key=KEY))["verdicts"] == before
    named = [exchange.get("truncated") for exchange in shown["requests"][2:]]
    assert named == [["unknown_params"], ["request.headers"], ["request.query"]]


# --- Strays --------------------------------------------------------------------------------

ASKERS = st.sampled_from([None, "SG_introduced0001", "SG_introduced0002", "SG_somebody"])

STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "poll", "introduce", "forget"]), ASKERS), max_size=12
)


@given(steps=STEPS)
def test_a_stray_is_in_the_journal_of_no_account_that_somebody_introduced(steps):
    """Keys are introduced by the control plane; one that was forgotten is nobody's again."""
    client = Client()
    introduced = set()
    for step, key in steps:
        if step == "ask":
            client.post("/v2/ideogram-3", key=key)
        elif step == "poll":
            store = client.store
            jobs = [job.key for each in store.accounts for job in store.jobs_of(each)]
            client.get(f"/v2/requests/{jobs[0] if jobs else 0}/status", key=key)
        elif key and step == "introduce":
            client.account(key)
            introduced.add(key)
        elif key:
            client.control.reset(ResetScope(api_key=key))
            introduced.discard(key)
    owners = {key: client.store.journals.exchanges_of(key) for key in client.store.accounts}
    expected = {exchange.seq for exchange in client.store.journals.exchanges_of(None)}
    for key, journal in owners.items():
        expected |= {exchange.seq for exchange in journal} if key not in introduced else set()
    found = [exchange["seq"] for exchange in show_exchanges(client, stray=True)]
    assert found == sorted(expected)
    assert [each["seq"] for each in show_exchanges(client, stray=True, last=2)] == found[-2:]
    for start in found:
        since = show_exchanges(client, stray=True, since=start)
        assert [exchange["seq"] for exchange in since] == [seq for seq in found if seq > start]


def test_whoever_moves_a_keys_clock_or_configures_it_has_introduced_it(make_client):
    """A first call has not."""
    client = make_client(accounts={"SG_configured": AccountSettings()})
    change_clock(client, api_key="SG_timed", mode="auto")
    for key in ("SG_configured", "SG_timed", KEY):
        client.submit(key=key)
    [exchange] = show_exchanges(client, stray=True)
    assert exchange["seq"] == 3
    client.control.reset(ResetScope(api_key="SG_configured"))
    client.submit(key="SG_configured")
    assert show_exchanges(client, stray=True) == [exchange]


def test_a_preflight_is_no_stray(client):
    """Browsers send it before a call, and never with a key."""
    headers = {"origin": "http://localhost:5173", "access-control-request-method": "POST"}
    client.ask("OPTIONS", "/v2/ideogram-3", headers=headers, key=None)
    assert len(show_exchanges(client)) == 1
    assert show_exchanges(client, stray=True) == []


def test_strays_can_be_forgotten(client):
    """And they alone."""
    client.account()
    client.submit()
    client.submit(key=OTHER_KEY)
    client.control.journal.clear(JournalFilter(stray=True))
    assert [exchange["seq"] for exchange in show_exchanges(client)] == [1]
