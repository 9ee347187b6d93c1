"""A path belongs to one route, or to none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.catalogue import Catalogue
from mockserver.core.routes import METHODS, find

ROUTES = Catalogue().routes

parts = st.text(st.characters(exclude_characters="/"), min_size=1)
words = st.sampled_from(["", "v1", "v2", "requests", "status", "outputs", "get-user-credits", "x"])


@pytest.mark.fact("R1", "R2", "R3", "R4", "R5", "R6")
@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/v1/ideogram-3", ("sync", "ideogram-3")),
        ("/v2/ideogram-3", ("submit", "ideogram-3")),
        ("/v2/requests/abc/status", ("status", "abc")),
        ("/v2/requests/abc", ("result", "abc")),
        ("/v1/requests/abc", ("poll", "abc")),
        ("/v1/get-user-credits", ("credits", "")),
        ("/v2/get-user-credits", ("submit", "get-user-credits")),
        ("/outputs/abc.png", ("output", "abc.png")),
        ("/v2/requests", ("submit", "requests")),
    ],
)
def test_a_path_names_its_route_and_what_varies_in_it(path, route):
    """Each route has its path, and gives the slug, id or file in it."""
    assert find(path) == route


@pytest.mark.fact("R9")
@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1",
        "/v1/",
        "/v2/",
        "/v3/ideogram-3",
        "/V1/ideogram-3",
        "v1/ideogram-3",
        "//v1/ideogram-3",
        "/v1/ideogram-3/",
        "/v1/requests/",
        "/v2/requests/abc/",
        "/v2/requests//status",
        "/v2/requests/abc/cancel",
        "/v2/requests/abc/status/",
        "/v1/requests/abc/status",
        "/v1/get-user-credits/",
        "/outputs/",
        "/outputs/abc/def.png",
        "/openapi.json",
    ],
)
def test_any_other_path_is_unknown(path):
    """A path that is not exactly one of the routes is none of them."""
    assert find(path) == ("unknown", "")


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.name)
@given(part=parts)
def test_the_table_for_readers_says_the_same(row, part):
    """Each path of contracts/routes.json is the route that it says, with its method."""
    template, _, rest = row.path.partition("{")
    path = template + part + rest.partition("}")[2] if rest else template
    known = {"requests", "get-user-credits"}
    assert find(path) == (row.name, part if rest else "") or part in known
    assert row.method in METHODS[row.name]


@pytest.mark.fact("R8")
def test_only_runs_are_posted_and_only_outputs_have_heads():
    """Runs take POST alone, and everything else GET; an output can be asked for its headers."""
    posted = {route for route, methods in METHODS.items() if methods == ("POST",)}
    assert posted == {"sync", "submit"}
    assert METHODS["output"] == ("GET", "HEAD")
    assert {METHODS[route] for route in ("status", "result", "poll", "credits")} == {("GET",)}


def test_the_table_for_readers_has_every_route():
    """No route is missing from contracts/routes.json, and none is there twice."""
    assert sorted(row.name for row in ROUTES) == sorted(METHODS.keys() - {"unknown"})


@given(st.lists(words | parts).map("/".join) | st.text())
def test_every_path_belongs_somewhere(path):
    """Any text is a route or unknown, and what varies is a part of it."""
    route, subject = find(path)
    assert route in METHODS
    assert (subject == "") == (route in {"credits", "unknown"})
    assert subject in ["", *path.split("/")]
