"""Keys and envelopes at the routes of the SDK's other namespaces."""

import pytest

from mockserver.contract.catalogue import Catalogue
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import KEY, OTHER_KEY, Client

REVOKED = "SG_0000000000000401"
ROWS = [row for row in Catalogue().routes if row.facts[0].startswith("N")]
CONSOLE = [
    row
    for row in ROWS
    if any(error.startswith("console_invalid_key") for each in row.answers for error in each.errors)
]
KEYED = [row for row in ROWS if row.key]


def call(client, row, **options):
    """Call a route with nothing in its body."""
    path = row.path.replace("{workflow_id}", "flow").replace("{id}", "0" * 32)
    return client.ask(row.methods[0], path, {} if row.methods[0] != "GET" else None, **options)


def test_the_console_is_most_of_them():
    """Uploads, workflows and files are not of the console."""
    others = {row.name for row in ROWS} - {row.name for row in CONSOLE}
    assert others == {"files-upload", "asset", "dataset", "pixelflows-run", "pixelflows-poll"}


@pytest.mark.fact("N20")
@pytest.mark.parametrize("row", CONSOLE, ids=lambda row: row.name)
def test_the_console_refuses_keys_in_its_own_envelope(client, row):
    """No key, a revoked one and one that only came as Bearer are 401, invalid_token."""
    for answer in (
        call(client, row, key=None),
        call(client, row, key=REVOKED),
        call(client, row, key=None, headers={"authorization": f"Bearer {KEY}"}),
    ):
        assert answer.status == 401
        assert set(answer.json) == {"error", "error_description", "status_code"}
        assert (answer.json["error"], answer.json["status_code"]) == ("invalid_token", 401)


@pytest.mark.fact("N20", "N3")
@pytest.mark.parametrize("name", ["files-upload", "pixelflows-run", "pixelflows-poll"])
def test_uploads_and_workflows_refuse_keys_in_the_ordinary_envelope(client, name):
    """Without a key or with a revoked one they are 401 with an error, and nothing else."""
    row = next(row for row in ROWS if row.name == name)
    for key in (None, REVOKED):
        answer = call(client, row, key=key)
        assert (answer.status, set(answer.json)) == (401, {"error"})


@pytest.mark.parametrize("row", KEYED, ids=lambda row: row.name)
def test_an_unlisted_key_is_nobody(row):
    """Where only listed keys are accounts, an unknown key is 401 everywhere."""
    client = Client(accept="listed", accounts={OTHER_KEY: AccountSettings()})
    assert call(client, row).status == 401


@pytest.mark.fact("A4", "N10")
def test_workflows_take_the_key_as_bearer(client):
    """A run and its polls are the same account's whichever way the key came."""
    bearer = {"key": None, "headers": {"authorization": f"bearer {KEY}"}}
    run = client.post("/workflows/flow", {}, **bearer).json
    assert client.get(run["poll_url"]).json["status"] == "QUEUED"
    assert client.get(run["poll_url"], **bearer).json["status"] == "QUEUED"
    basic = {"key": None, "headers": {"authorization": "Basic abc"}}
    assert client.get(run["poll_url"], **basic).status == 401


@pytest.mark.fact("N21", "L2")
def test_none_of_them_counts_towards_the_limit(client):
    """However often they are called, a limit of one leaves room for one run."""
    client.account(requests_per_minute=1)
    for _ in range(3):
        for row in KEYED:
            assert call(client, row).status != 429
    assert client.post("/v2/ideogram-3").status == 200
    assert client.post("/v2/ideogram-3").status == 429
    assert client.post("/workflows/flow", {}).status == 200


@pytest.mark.fact("N21")
def test_none_but_workflows_costs_anything(client):
    """The balance is what it was, after every route but a workflow's."""
    for row in KEYED:
        if row.name != "pixelflows-run":
            call(client, row)
    client.advance(60)
    assert client.account()["credits"] == 100
    assert client.account()["held"] == 0


@pytest.mark.fact("R8")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_wrong_verb_is_a_page(client, row):
    """A verb that a route does not take is 405 as elsewhere."""
    answer = client.ask("DELETE", row.path.replace("{", "").replace("}", ""))
    assert (answer.status, answer.headers["content-type"][:9]) == (405, "text/html")
