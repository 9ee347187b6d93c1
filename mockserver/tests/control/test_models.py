"""Models as the control plane shows them: lists in pages, and all that is known of one."""

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.contract.model_evidence import find_gaps
from mockserver.contract.model_lists import is_wanted
from mockserver.control.models import ModelFilter, render_row
from mockserver.tests.conftest import Client
from mockserver.tests.control.conftest import count_steps
from mockserver.tests.models import MODELS, TELLING, WHOLE
from mockserver.tests.tables import for_each

CLIENT = Client(credits="100000")
"""One with credits for a run of many models."""


@pytest.fixture
def models():
    """The models of an emulator."""
    return CLIENT.control.models


def list_slugs(models, **wanted):
    """Return the slugs of one page."""
    return [row["slug"] for row in models.list(ModelFilter(**wanted))["models"]]


def test_every_model_is_listed_in_the_order_of_slugs(models):
    """With level, medium, price, seconds and whose shape its answers have."""
    shown = models.list()
    assert [row["slug"] for row in shown["models"]] == sorted(MODELS)
    assert shown["next"] is None
    [row] = [row for row in shown["models"] if row["slug"] == "flux-schnell"]
    terms = MODELS["flux-schnell"].terms
    assert row == {
        "slug": "flux-schnell",
        "title": "Flux.1 Schnell",
        "level": "partial",
        "makes": "image",
        "task": "text-to-image",
        "price_usd": terms.price.usd,
        "price_per": "run",
        "seconds": terms.typical_s,
        "provider": None,
    }


def test_only_those_that_are_wanted_are_listed(models):
    """By level, by what they make and by words, each alone and together."""
    for wanted in ({"level": "verified"}, {"makes": "video"}, {"level": "listed", "makes": "3d"}):
        of_these = [slug for slug in sorted(MODELS) if is_wanted(MODELS[slug], **wanted)]
        assert list_slugs(models, **wanted) == of_these
        assert of_these
    assert "flux-schnell" in list_slugs(models, text="schnell FLUX")
    assert list_slugs(models, text="schnell", makes="video") == []


@pytest.mark.parametrize("wanted", [{}, {"makes": "audio"}, {"level": "partial", "text": "image"}])
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_the_pages_of_models_are_the_whole(models, wanted, limit):
    """Each model is on one page, and every page but the last is full."""
    found, after = [], ""
    while after is not None:
        page = models.list(ModelFilter(limit=limit, after=after, **wanted))
        assert len(page["models"]) == limit or page["next"] is None
        found += [row["slug"] for row in page["models"]]
        after = page["next"]
    assert found == list_slugs(models, **wanted)


def test_a_page_of_no_models_is_empty(models):
    """`limit` 0 asks for none."""
    assert list_slugs(models, limit=0) == []


def test_no_step_reads_every_model(models):
    """Others have their turn between, since each contract may have to be read first."""
    number, page = count_steps(models.list_in_steps(ModelFilter()))
    assert number == len(MODELS) // 50
    assert page == models.list()


@pytest.mark.parametrize("ask", ["show", "list"])
def test_a_model_that_is_not_there_is_refused(models, ask):
    """404, with those that are close."""
    with pytest.raises(EmulatorError) as refusal:
        models.show("flux-schnel") if ask == "show" else models.list(
            ModelFilter(after="flux-schnel")
        )
    assert refusal.value.status == 404
    assert "`flux-schnell`" in refusal.value.hint


@for_each("slug", MODELS)
def test_a_model_is_shown_with_all_that_is_known_of_it(slug):
    """Its row, its schema without a reference, its evidence, and what is not known."""
    shown, model = CLIENT.control.models.show(slug), MODELS[slug]
    assert render_row(model).items() <= shown.items()
    assert shown["schema"] == model.schema
    assert "'$ref'" not in str(shown["schema"])
    assert shown["evidence"] == model.terms.provenance
    assert shown["unknown"] == list(find_gaps(model))
    assert shown["price"]["usd"] == shown["price_usd"]
    assert (shown["retired"], shown["v1_returns"]) == (False, model.terms.v1_returns)


@for_each("slug", [*WHOLE, *TELLING])
def test_a_sample_of_a_model_runs(slug):
    """It is taken as it stands, by one of each kind of model."""
    assert CLIENT.submit(slug, CLIENT.control.models.show(slug)["sample"])["request_id"]


def test_a_model_of_no_list_can_be_shown(make_client):
    """Where an emulator has models of all slugs, each is shown, and none of them is listed."""
    models = make_client(unknown_models="image").control.models
    assert (models.show("who-knows")["level"], models.show("who-knows")["makes"]) == (
        "unknown",
        "image",
    )
    assert "who-knows" not in list_slugs(models)
