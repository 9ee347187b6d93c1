"""What a client may send in another form than the schema has, on both routes and in forms."""

import json

import pytest

from mockserver.base.wire import Request
from mockserver.contract.files import find_data_dir
from mockserver.control.journal import JournalFilter
from mockserver.control.pages import VerdictFilter
from mockserver.gateway.body_readers import read_ahead
from mockserver.tests.conftest import HOST, KEY, PROMPT

OLD_SDK = {
    "prompt": "A paper boat in a puddle",
    "negative_prompt": "None",
    "samples": "1",
    "scheduler": "UniPC",
    "num_inference_steps": "25",
    "guidance_scale": "7.5",
    "seed": "2345",
}
"""SDXL as the vendor's first Python SDK asks for it."""

NUMBERS = ["samples", "num_inference_steps", "guidance_scale", "seed"]
SDXL, EDGE = "sdxl1.0-txt2img", {"content-type": "multipart/form-data; boundary=edge"}


def list_exchanges(client):
    """Return the journal, newest first."""
    return client.control.journal.show(JournalFilter())["requests"][::-1]


def list_verdicts(client):
    """Return what the journal says of the client."""
    return client.control.verdicts.show(VerdictFilter())["verdicts"]


def serve_with_length(make_client, folder, schema):
    """Return the client of an emulator whose mock-inference has a parameter `length`."""
    source = find_data_dir("contracts") / "models" / "mock-inference.json"
    document = json.loads(source.read_text())
    document["properties"]["length"] = schema
    (folder / source.name).write_text(json.dumps(document))
    return make_client(models=folder)


def make_form(**fields):
    """Return a multipart body with these fields."""
    part = '--edge\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return "".join(part.format(*field) for field in fields.items()).encode() + b"--edge--\r\n"


@pytest.mark.fact("P1")
def test_the_numbers_of_the_first_sdk_are_taken(client):
    """v1 answers with the picture, v2 completes, and what was sent is kept as it came."""
    assert client.post(f"/v1/{SDXL}", OLD_SDK).status == 200
    submitted = client.submit(SDXL, OLD_SDK)
    client.advance(60)
    assert client.get(submitted["response_url"]).json["status"] == "COMPLETED"
    shown = client.control.jobs.show(submitted["request_id"])
    assert shown["params"] == OLD_SDK


@pytest.mark.fact("P1")
@pytest.mark.parametrize("route", ["v1", "v2"])
def test_numbers_as_text_are_noted_and_draw_advice(client, route):
    """The journal names them, and the verdict the exchange; a run without them draws none."""
    client.post(f"/{route}/{SDXL}", PROMPT)
    client.post(f"/{route}/{SDXL}", OLD_SDK)
    noted, plain = list_exchanges(client)
    assert sorted(noted["numbers_as_text"]) == sorted(NUMBERS)
    assert not {"numbers_as_text", "advice"} & set(plain)
    [verdict] = list_verdicts(client)
    assert (verdict["id"], verdict["level"]) == ("number-as-text", "SHOULD")
    assert list(verdict["requests"]) == [noted["seq"]]


@pytest.mark.fact("P5")
def test_in_a_form_all_is_text_and_nothing_is_noted(client):
    """Its numbers are taken, and no verdict is drawn."""
    body = make_form(**OLD_SDK)
    assert client.post(f"/v1/{SDXL}", body, headers=EDGE).status == 200
    assert "numbers_as_text" not in list_exchanges(client)[0]
    assert list_verdicts(client) == []


@pytest.mark.fact("P5")
def test_a_number_of_a_form_that_its_schema_does_not_type_is_not_noted(make_client, tmp_path):
    """A list of numbers without a type takes a field that spells one of them."""
    client = serve_with_length(make_client, tmp_path, {"enum": [5, 10]})
    sent = make_form(prompt="a", length="5")
    assert client.post("/v1/mock-inference", sent, headers=EDGE).status == 200
    assert "numbers_as_text" not in list_exchanges(client)[0]
    assert client.post("/v1/mock-inference", {"prompt": "a", "length": "5"}).status == 200
    assert list_exchanges(client)[0]["numbers_as_text"] == ["length"]


@pytest.mark.fact("P1", "P2")
@pytest.mark.parametrize(
    ("slug", "change", "words"),
    [
        (SDXL, {"samples": "9"}, "'samples' is 9, but it must be from 1 to 4"),
        (SDXL, {"samples": "many"}, "'samples' is \"many\", but it must be of type integer"),
        ("ideogram-3", {"prompt": None}, "'prompt' is required, but it is missing or empty"),
    ],
)
def test_what_is_still_wrong_is_refused_on_both_routes(client, slug, change, words):
    """v1 says so at once, the job of v2 as it fails; both in the same words."""
    body = {**PROMPT, **change}
    refused = client.post(f"/v1/{slug}", body)
    assert (refused.status, refused.error) == (400, f"Parameter {words}.")
    submitted = client.submit(slug, body)
    client.advance(60)
    failed = client.get(submitted["status_url"])
    assert (failed.status, failed.json["error"]) == (422, refused.error)


@pytest.mark.parametrize(
    "change",
    [{"samples": "1"}, {"base64": "true"}, {"negative_prompt": None}],
    ids=["number", "boolean", "null"],
)
def test_strict_types_are_the_word_of_the_schema(make_client, change):
    """With --types strict what others may send is refused as any other wrong type."""
    body = {**PROMPT, **change}
    [name] = change
    assert make_client().post(f"/v1/{SDXL}", body).status == 200
    answer = make_client(types="strict").post(f"/v1/{SDXL}", body)
    assert answer.status == 400
    assert answer.error.startswith(f"Parameter '{name}' is ")
    assert "must be of type" in answer.error


@pytest.mark.parametrize("types", ["lenient", "strict"])
def test_a_body_that_is_read_ahead_is_judged_alike(make_client, types):
    """A big body is read by the same rule as a small one, and the same is noted of it."""
    client = make_client(types=types)
    body = json.dumps({**OLD_SDK, "prompt": "a" * 70_000}).encode()
    sent = {"host": HOST, "x-api-key": KEY, "content-type": "application/json"}
    headers = {name.encode(): value.encode() for name, value in sent.items()}
    request = Request(method="POST", path=f"/v1/{SDXL}", headers=headers, body=body)
    client.emulator.gateway.handle(request)
    client.emulator.gateway.handle(request, read_ahead(client.emulator.services, request))
    ahead, in_turn = list_exchanges(client)
    assert ahead["status"] == in_turn["status"] == (200 if types == "lenient" else 400)
    assert ahead.get("numbers_as_text") == in_turn.get("numbers_as_text")
    assert ("numbers_as_text" in ahead) == (types == "lenient")


@pytest.mark.fact("P6", "P7")
def test_what_is_not_as_known_runs_and_is_noted(make_client, tmp_path):
    """The journal says it in a sentence; the run is like any other, and no rule is broken."""
    client = serve_with_length(
        make_client, tmp_path, {"type": "integer", "x-advice": {"enum": [5, 10]}}
    )
    assert client.post("/v1/mock-inference", {"prompt": "a", "length": 7}).status == 200
    [exchange] = list_exchanges(client)
    assert exchange["advice"] == ["Parameter 'length' is 7; known values are 5, 10."]
    assert list_verdicts(client) == []


def test_a_key_in_what_is_noted_is_hidden(make_client, tmp_path):
    """Advice repeats what came, but for keys."""
    client = serve_with_length(make_client, tmp_path, {"x-advice": {"enum": ["short"]}})
    client.post("/v1/mock-inference", {"prompt": "a", "length": KEY})
    [exchange] = list_exchanges(client)
    assert KEY not in exchange["advice"][0]
    assert "'length'" in exchange["advice"][0]
