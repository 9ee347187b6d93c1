"""An emulator with something in each list of the control plane, and ways to read them."""

import pytest

from mockserver.control.journal import JournalFilter
from mockserver.control.pages import ListFilter, VerdictFilter
from mockserver.rules.faults import FaultRequest
from mockserver.tests.conftest import KEY, OTHER_KEY, Client

CREDITS = "/v1/get-user-credits"
KEYS = [KEY, OTHER_KEY, "SG_aaaabbbbccccdddd"]

LISTS = {
    "requests": lambda control, **page: control.journal.show(JournalFilter(**page)),
    "jobs": lambda control, **page: control.jobs.list(ListFilter(**page)),
    "faults": lambda control, **page: control.faults.list(ListFilter(**page)),
    "verdicts": lambda control, **page: control.verdicts.show(VerdictFilter(**page)),
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
        client.control.faults.add(FaultRequest(does={"status": 500 + number}, api_key=of_key))
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
