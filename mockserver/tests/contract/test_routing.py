"""A path belongs to one route, or to none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.routing import METHODS, find

ROUTES = Catalogue().routes
POSTED = ["files-upload", "webhooks-add", "webhooks-update", "pixelflows-run", "finetune-submit"]

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
        ("/assets/abc.png", ("asset", "abc.png")),
        ("/assets/datasets/abc.zip", ("dataset", "abc.zip")),
        ("/assets/datasets", ("asset", "datasets")),
        ("/workflows/abc-v1", ("pixelflows-run", "abc-v1")),
        ("/workflows/request/abc", ("pixelflows-poll", "abc")),
        ("/inference-request/request-history/abc", ("generations-get", "abc")),
        ("/inference-request/request-history", ("generations-history", "")),
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
        "/upload-asset/",
        "/upload-asset/abc",
        "/workflows/",
        "/workflows/request/",
        "/workflows/abc/def",
        "/webhook",
        "/webhook/remove",
        "/assets/",
        "/assets/abc/def",
        "/finetune/request",
        "/inference-request/request-history/",
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
def test_only_runs_and_changes_are_posted_and_only_files_have_heads():
    """Runs and changes take POST alone; of files one can ask for the headers."""
    posted = {route for route, methods in METHODS.items() if methods == ("POST",)}
    assert posted == {"sync", "submit", *POSTED}
    assert METHODS["output"] == METHODS["asset"] == ("GET", "HEAD")
    assert METHODS["dataset"] == ("PUT", "GET", "HEAD")
    assert {METHODS[route] for route in ("status", "result", "poll", "credits")} == {("GET",)}


def test_the_table_for_readers_has_every_route():
    """No route is missing from contracts/routes.json, and none is there twice."""
    assert sorted(row.name for row in ROUTES) == sorted(METHODS.keys() - {"unknown"})


@given(st.lists(words | parts).map("/".join) | st.text())
def test_every_path_belongs_somewhere(path):
    """Any text is a route or unknown, and what varies is a part of it."""
    route, subject = find(path)
    assert route in METHODS
    plain = {row.name for row in ROUTES if "{" not in row.path} | {"unknown"}
    assert (subject == "") == (route in plain)
    assert subject in ["", *path.split("/")]
