"""The golden exchanges, as others read them."""

import pytest

from mockserver import fixtures
from mockserver.contract.catalogue import Catalogue
from mockserver.core.bodies import encode
from mockserver.core.errors import EmulatorError
from mockserver.tests.conformity import Conformity

CATALOGUE = Catalogue()
CONFORMITY = Conformity()


@pytest.mark.parametrize("slug", list(CATALOGUE.models))
@pytest.mark.parametrize("outcome", ["v1", "submit", "queued", "processing", "completed", "failed"])
def test_every_model_has_its_outcomes(slug, outcome):
    """Each model's story can be loaded by name."""
    exchange = fixtures.load(f"{slug}/{outcome}")
    assert exchange["name"] == f"{slug}/{outcome}"
    assert exchange["provenance"]["facts"]


@pytest.mark.parametrize(
    "name",
    [
        "files/upload",
        "webhooks/add",
        "pixelflows/completed",
        "generations/history",
        "accounts/current",
        "finetune/details",
    ],
)
def test_every_namespace_has_its_outcomes(name):
    """Each namespace of the SDK has exchanges that can be loaded by name."""
    exchange = fixtures.load(name)
    assert exchange["response"]["status"] == 200
    assert exchange["provenance"]["facts"]


@pytest.mark.parametrize("name", fixtures.names())
def test_every_golden_answer_keeps_its_contract(name):
    """The files satisfy the contracts, whoever wrote them."""
    exchange = fixtures.load(name)
    request, response = exchange["request"], exchange["response"]
    if isinstance(response["body"], dict) and "media" in response["body"]:
        assert response["headers"]["content-type"] == response["body"]["media"]["content_type"]
        return
    is_text = isinstance(response["body"], str)
    body = response["body"].encode() if is_text else encode(response["body"])
    headers = {**response["headers"], "content-length": str(len(body))}
    problems = CONFORMITY.problems(
        CATALOGUE,
        method=request["method"],
        path=request["path"],
        status=response["status"],
        headers=headers,
        body=body,
    )
    assert problems == []


def test_an_unknown_name_says_where_the_names_are():
    """Loading what is not there is an error with a hint."""
    for call in (fixtures.load, fixtures.media):
        with pytest.raises(EmulatorError) as refusal:
            call("../pyproject")
        assert refusal.value.hint


@pytest.mark.parametrize(("name", "start"), [("input.png", b"\x89PNG"), ("input.jpg", b"\xff\xd8")])
def test_there_are_small_input_images(name, start):
    """Input images for image-to-image come with the package."""
    image = fixtures.media(name)
    assert image.startswith(start)
    assert len(image) < 20_000
