"""The routes of the gateway, as the control plane lists them."""

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.routing import ROUTES
from mockserver.control.routes import list_routes

SHOWN = list_routes(load_shipped_catalogue())["routes"]


def test_every_route_is_told_in_the_order_of_its_table():
    """By its name, with its verbs, its path and a sentence."""
    told = [(row["name"], row["methods"], row["path"]) for row in SHOWN]
    assert told == [(row.name, row.methods, row.path) for row in load_shipped_catalogue().routes]
    assert all(row["summary"] for row in SHOWN)


def test_a_route_tells_what_it_has_to_do_with_jobs():
    """As whatever decides by it has it."""
    for word in ("starts_job", "polls_job", "has_model", "has_state"):
        told = {row["name"]: row[word] for row in SHOWN}
        assert told == {name: getattr(ROUTES[name], word) for name in told}
