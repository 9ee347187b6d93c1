"""Exchanges are chosen by what they are, and a name that would choose none is refused."""

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.contract.routing import ROUTES
from mockserver.facts.observed import Observed
from mockserver.recordings.selection import Selection


def observe(path, status):
    """Return an answered GET."""
    return Observed(
        number=1, sent_s=1, method="GET", url=f"https://api.segmind.com{path}", status=status
    )


@pytest.mark.parametrize(
    ("members", "path", "status", "is_meant"),
    [
        ({"routes": ("credits",)}, "/v1/get-user-credits", 200, True),
        ({"routes": ("status",)}, "/v1/get-user-credits", 200, False),
        ({"routes": ("/v1/*",)}, "/v1/get-user-credits", 200, True),
        ({"routes": ("*-list",)}, "/v1/get-user-credits", 200, False),
        ({"statuses": ("5xx",)}, "/v1/get-user-credits", 503, True),
        ({"statuses": ("4XX", "none")}, "/v1/get-user-credits", None, True),
        ({"statuses": ("402",)}, "/v1/get-user-credits", 200, False),
    ],
)
def test_an_exchange_is_meant_by_its_route_or_status(members, path, status, is_meant):
    """Names, patterns of paths, and patterns of statuses."""
    assert Selection(**members).includes(observe(path, status), 0) is is_meant


@pytest.mark.parametrize("name", ROUTES)
def test_each_route_can_be_named(name):
    """As they are called everywhere else."""
    assert Selection(routes=(name,))


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"routes": ("submitt",)}, "there is no route 'submitt'"),
        ({"routes": ("v2-status",)}, "there is no route 'v2-status'"),
        ({"routes": ("",)}, "there is no route ''"),
        ({"statuses": ("abc",)}, "'abc' is no status"),
        ({"statuses": ("4000",)}, "'4000' is no status"),
        ({"statuses": ("nothing",)}, "'nothing' is no status"),
    ],
)
def test_a_name_that_chooses_nothing_is_refused(members, told):
    """Otherwise a misspelt word would show, or prune, nothing, and look like success."""
    with pytest.raises(EmulatorError) as caught:
        Selection(**members)
    assert caught.value.message == told
    assert caught.value.hint
