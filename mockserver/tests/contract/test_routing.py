"""A path belongs to one route, or to none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.routing import PREFLIGHT, ROUTES, UNKNOWN, find, find_names

ROWS = Catalogue().routes
POSTED = ["files-upload", "webhooks-add", "webhooks-update", "pixelflows-run", "finetune-submit"]

parts = st.text(st.characters(exclude_characters="/"), min_size=1)
literals = sorted({part for row in ROWS for part in row.path.split("/") if "{" not in part})
words = st.sampled_from([*literals, "x"])
joined = st.lists(words | parts, max_size=6).map("/".join)
paths = joined.map(lambda path: f"/{path}") | joined | st.text()


def names_and_subject(path):
    """Return the name of a path's route, and what varies in it."""
    route, subject = find(path)
    return route.name, subject


def match_one_by_one(path):
    """Return the same by trying every template, the one that varies least first."""
    for row in sorted(ROWS, key=lambda row: "{" in row.path):
        template = re.sub(r"\\{.*\\}", "([^/]+)", re.escape(row.path))
        if found := re.fullmatch(template, path, re.DOTALL):
            return row.name, "".join(found.groups())
    return "unknown", ""


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
    assert names_and_subject(path) == route


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
        "upload-asset",
        "status",
        "x/status",
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
    assert find(path) == (UNKNOWN, "")


@pytest.mark.no_cover
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@given(part=parts)
def test_the_table_for_readers_says_the_same(row, part):
    """Each path of contracts/routes.json is the route that it says, with its methods."""
    route, subject = find(row.fill_path(part))
    assert (route.name, subject) == (row.name, part if "{" in row.path else "") or part in literals
    assert ROUTES[row.name].methods == row.methods


@pytest.mark.fact("R8")
def test_only_runs_and_changes_are_posted_and_only_files_have_heads():
    """Runs and changes take POST alone; of files one can ask for the headers."""
    posted = find_names(lambda route: route.methods == ("POST",))
    assert posted == {"sync", "submit", *POSTED}
    assert ROUTES["output"].methods == ROUTES["asset"].methods == ("GET", "HEAD")
    assert ROUTES["dataset"].methods == ("PUT", "GET", "HEAD")
    asked = ("status", "result", "poll", "credits")
    assert {ROUTES[route].methods for route in asked} == {("GET",)}


def test_the_table_for_readers_has_every_route():
    """No route is missing from contracts/routes.json, and none is there twice."""
    assert [*(row.name for row in ROWS), UNKNOWN.name, PREFLIGHT.name] == list(ROUTES)


@given(path=paths)
def test_every_path_belongs_somewhere(path):
    """Any text is a route or unknown, and what varies is a part of it."""
    route, subject = find(path)
    assert route in ROUTES.values()
    assert (subject == "") == ("{" not in route.path)
    assert subject in ["", *path.split("/")]


@given(path=paths)
def test_a_path_is_found_as_by_trying_every_template(path):
    """What is looked up by its segments is what each template in turn would say."""
    assert names_and_subject(path) == match_one_by_one(path)


@given(row=st.sampled_from(ROWS), part=parts, change=st.sampled_from(["/", "x", "?", "/status"]))
def test_a_path_with_something_behind_it_is_another(row, part, change):
    """The end of a path counts, whatever the route."""
    path = row.fill_path(part) + change
    assert names_and_subject(path) == match_one_by_one(path)


@pytest.mark.fact("R1", "A4", "L2", "R7", "C1")
@pytest.mark.parametrize(
    ("belongs", "names"),
    [
        (lambda route: route.runs_model, {"sync", "submit"}),
        (lambda route: route.starts_job, {"sync", "submit", "pixelflows-run"}),
        (lambda route: route.blocks, {"sync"}),
        (lambda route: route.polls_job, {"status", "result", "poll", "pixelflows-poll"}),
        (lambda route: route.has_state, {"status", "result", "poll"}),
        (
            lambda route: route.has_model,
            {"sync", "submit", "status", "result", "poll", "output"},
        ),
        (lambda route: route.counts_in_window, {"sync", "submit"}),
        (lambda route: route.bearer, {"pixelflows-run", "pixelflows-poll"}),
        (lambda route: route.serves == "output", {"output"}),
        (lambda route: route.serves == "upload", {"asset", "dataset"}),
        (lambda route: not route.key, {"output", "asset", "dataset", "unknown", "preflight"}),
    ],
)
def test_each_flag_is_true_of_its_routes(belongs, names):
    """What is known of a group of routes is known of these, and of no other."""
    assert find_names(belongs) == names


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_a_path_names_is_what_its_flags_say(row):
    """A route that polls a job, serves a file or runs a model has that in its path."""
    varying = row.path.partition("{")[2].partition("}")[0]
    message = "{slug} is the model that a call runs: call what varies otherwise, under `parameters`"
    assert (varying == "slug") == row.runs_model, message
    assert (varying == "file") == (row.serves is not None)
    assert not row.polls_job or varying == "id"
    assert not row.serves or not row.key
    assert not (row.starts_job and row.methods != ("POST",))


@given(st.integers(0, 300), st.sampled_from(["/v2/requests/{}/status", "/v2/{}", "/x/{}/y"]))
def test_a_path_has_its_route_however_long_it_is_and_however_often_it_is_asked_for(length, path):
    """What is remembered of a path is what would be found anew."""
    asked = path.format("n" * length)
    assert [names_and_subject(asked), names_and_subject(asked)] == [match_one_by_one(asked)] * 2
