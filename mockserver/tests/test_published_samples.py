"""Every payload that the vendor, or a client of its, has published is taken, in each of its forms.

They stand in sources/*.jsonl, with prompts and addresses of our own. None is wrong by its own page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.base.json_encoding import encode
from mockserver.contract.files import find_data_dir
from mockserver.importing.observed_models import read_sightings
from mockserver.tests.conftest import Client
from mockserver.tests.models import MODELS

FORM = {"content-type": "multipart/form-data; boundary=edge"}
PART = '--edge\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
LONGEST_S = 3600
"""Virtual seconds after which each of these runs has ended, and is still kept."""

SAMPLES = [
    (slug, sample)
    for slug, sightings in read_sightings(find_data_dir("contracts").parent / "sources").items()
    for seen in sightings
    for sample in seen.samples
]


@pytest.fixture(scope="module")
def client():
    """Return a client that v1 makes wait for nothing and that has credits for all."""
    return Client(credits="100000", v1_limit="scaled")


def write_numbers_as_text(value: Any) -> Any:
    """Return a value in which each number, at any depth, is the text of it."""
    if isinstance(value, dict):
        return {name: write_numbers_as_text(item) for name, item in value.items()}
    if isinstance(value, list):
        return [write_numbers_as_text(item) for item in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


def write_with_nulls(slug: str, sample: dict[str, Any]) -> dict[str, Any]:
    """Return a sample with a null for every optional parameter that it leaves out."""
    return dict.fromkeys(MODELS[slug].properties) | sample


def write_form(sample: dict[str, Any]) -> bytes:
    """Return a sample as a multipart body; what is no text stands there as JSON, null nowhere."""
    fields = {
        name: value if isinstance(value, str) else encode(value).decode()
        for name, value in sample.items()
        if value is not None
    }
    return "".join(PART.format(*field) for field in fields.items()).encode() + b"--edge--\r\n"


FORMS: dict[str, tuple[Callable[[str, dict[str, Any]], Any], dict[str, str]]] = {
    "as it stands": (lambda _, sample: sample, {}),
    "numbers as text": (lambda _, sample: write_numbers_as_text(sample), {}),
    "with nulls": (write_with_nulls, {}),
    "as a form": (lambda _, sample: write_form(sample), FORM),
}
"""Each way of sending a sample: what makes the body of it, and its headers."""


def check_run(client: Client, slug: str, body: Any, headers: dict[str, str] | None = None) -> str:
    """Submit a run on v2, and return what went wrong with it, if anything."""
    submitted = client.post(f"/v2/{slug}", body, headers=headers)
    if submitted.status != 200:
        return f"{slug}: {submitted.error}"
    client.advance(LONGEST_S - 1)
    ended = client.get(submitted.json["status_url"]).json
    return "" if ended["status"] == "COMPLETED" else f"{slug}: {ended}"


def test_there_is_a_sample_for_each_medium_and_level():
    """So the tests below are about films, sounds, texts and the rest, whole contracts and parts."""
    terms = [MODELS[slug].terms for slug, _ in SAMPLES]
    assert {each.level for each in terms} == {"verified", "partial"}
    media = {each.output.media for each in terms}
    assert media >= {"image", "video", "audio", "text"}


@pytest.mark.fact("P6")
def test_every_sample_is_taken_by_v1(client):
    """What comes is the medium that the contract says, or JSON."""
    refused = []
    for slug, sample in SAMPLES:
        answer = client.post(f"/v1/{slug}", sample)
        if answer.status != 200 or not answer.body:
            refused.append(f"{slug}: {answer.body[:200]!r}")
    assert refused == []


@pytest.mark.fact("P1", "P2", "P5", "P6")
@pytest.mark.parametrize("form", FORMS)
def test_every_sample_runs_on_v2_in_each_form(client, form):
    """Also with its numbers as text, with null for what it leaves out, and as a form."""
    write, headers = FORMS[form]
    found = [check_run(client, slug, write(slug, sample), headers) for slug, sample in SAMPLES]
    assert list(filter(None, found)) == []


@pytest.mark.fact("P1", "P2", "P5", "P6")
@pytest.mark.parametrize("form", FORMS)
def test_v1_refuses_no_sample_in_any_form(form):
    """Of an account without credits the body is judged before the balance, and nothing is drawn."""
    write, headers = FORMS[form]
    poor = Client(credits="0", v1_limit="scaled")
    told = {
        slug: poor.post(f"/v1/{slug}", write(slug, sample), headers=headers).error
        for slug, sample in SAMPLES
    }
    assert {slug: words for slug, words in told.items() if "credits" not in words} == {}
    wrong = poor.post("/v1/sdxl1.0-txt2img", {"prompt": "A boat", "samples": "9"})
    assert "'samples' is 9" in wrong.error


def test_a_sample_that_would_be_refused_is_found_out(client):
    """So the tests above can fail."""
    found = check_run(client, "sdxl1.0-txt2img", {"prompt": "A boat", "samples": "9"})
    assert "'samples' is 9" in found
