"""Models that no list has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.contract import unlisted_models
from mockserver.contract.models import META_SCHEMA, find_contradictions, find_reserved_slugs
from mockserver.tests.models import MODELS

UUID = "40174048-1b49-48f3-ad7e-8384098f22d2"
FINETUNES = [
    f"{UUID}-mybmwlora",
    f"{UUID}-x",
    f"{UUID.upper()}-Any.Name_1",
    f"{UUID.replace('-', '')}-x",
    "ramsrigouthamg-lora-cat-SSD-1B",
    "alice-lora",
    "alice-LoRA-v2",
    "acme-corp-style-lora",
    "alice-dreambooth-dog",
    "alice-finetuned",
    "alice-fine-tune",
    "alice-sdxl",
    "alice-dog-flux",
    "alice.b-dog-ssd-1b",
]
OTHERS = [
    UUID,
    f"{UUID}-",
    f"{UUID[:-1]}-x",
    "alice-dog",  # any two words
    "alice-flora",
    "lora-alice",
    "flux-lora",  # another model's first word
    "sdxl-lora",
    "kling-dreambooth",
    "fluxx-realism-lora",  # nearly a model
    "jugernaut-pro-flux",
    "kwen-image-edit-plus-multi-lora",
    f"alice-lora-{'x' * 200}",
    "alice-lora-ü",
    "-lora-x",
]
NO_SLUGS = ["", "-a", ".a", "a b", "a/b", "ä", "a\n", "a" * 201, *sorted(find_reserved_slugs())]


@pytest.mark.fact("P8")
@pytest.mark.parametrize("slug", FINETUNES)
def test_a_fine_tune_is_known_by_the_shape_of_its_slug(slug):
    """It draws pictures, under its own name, and says how little is known."""
    assert slug in MODELS
    model = MODELS[slug]
    assert (model.slug, model.terms.slug) == (slug, slug)
    if slug not in set(MODELS):
        assert (model.terms.task, model.terms.level) == ("text-to-image", "unknown")


@pytest.mark.fact("P8")
@pytest.mark.parametrize("slug", OTHERS)
def test_what_may_be_any_two_words_or_a_misspelt_slug_is_no_fine_tune(slug):
    """It is not found."""
    assert slug not in MODELS
    assert MODELS.get(slug) is None


def test_fine_tunes_that_are_known_keep_what_is_known_of_them():
    """Their files come before the shape of their slugs, and nobody withdrew them."""
    for slug in (f"{UUID}-mybmwlora", "ramsrigouthamg-lora-dog-SSD-1B"):
        assert MODELS[slug].terms.level == "partial"
        assert MODELS[slug].remarks == ()


@pytest.mark.parametrize(
    ("unknown", "medium"),
    [("image", "image"), ("video", "video"), ("audio", "audio"), ("text", "text")],
)
def test_a_slug_that_nobody_knows_makes_what_it_was_told_to(unknown, medium):
    """Without a word about its parameters, each of which passes."""
    model = MODELS.serve_unknown(unknown)["midjourney"]
    assert (model.slug, model.terms.output.media) == ("midjourney", medium)
    assert model.validator.is_valid({"anything": [1, None]})
    assert model.find_unknown({"prompt": "x"}) == ["prompt"]


def test_a_text_has_the_shape_of_the_provider_whose_models_are_called_so():
    """JSON of our own has that of none."""
    providers = {
        slug: MODELS.serve_unknown("text")[slug].terms.output.provider
        for slug in ("claude-9", "gemini-9", "grok-9")
    }
    assert providers == {"claude-9": "anthropic", "gemini-9": "gemini", "grok-9": "openai"}
    terms = MODELS.serve_unknown("json")["claude-9"].terms
    assert (terms.output.media, terms.output.provider, terms.v1_returns) == ("text", None, "json")


@pytest.mark.parametrize("unknown", ["image", "video", "audio", "text", "json"])
def test_its_contract_could_be_a_file(unknown):
    """`segmock models show` prints that of a fine-tune."""
    model = MODELS.serve_unknown(unknown)["midjourney"]
    schemas = model._schemas
    schemas.check(model.file, model.document, META_SCHEMA)
    assert model.document["x-model"]["slug"] == "midjourney"
    assert list(find_contradictions(model, schemas)) == []


@pytest.mark.parametrize("slug", NO_SLUGS)
def test_what_is_no_slug_has_no_model(slug):
    """No other route's name, nothing endless, nothing but letters, digits, dots and hyphens."""
    models = MODELS.serve_unknown("image")
    assert slug not in models
    assert models.get(slug) is None
    with pytest.raises(KeyError):
        models[slug]


def test_lists_have_none_of_them():
    """Nor do the models of another emulator of the process."""
    models = MODELS.serve_unknown("image")
    assert models["midjourney"].slug not in list(models)
    assert list(models) == list(MODELS)
    assert "midjourney" not in MODELS
    assert 5 not in models
    assert models["veo-3"] is MODELS["veo-3"]


def test_each_is_the_same_for_all_who_ask():
    """At the same time too."""
    models = MODELS.serve_unknown("image")
    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(models.get, ["midjourney"] * 8))
    assert {id(model) for model in asked} == {id(models["midjourney"])}


def test_never_too_many_are_kept(monkeypatch):
    """A client may send a million slugs; all of one kind share what was compiled."""
    monkeypatch.setattr(unlisted_models, "_MOST_KNOWN", 3)
    models = MODELS.serve_unknown("image")
    made = [models[f"nobody-{number}"] for number in range(10)]
    assert len(models.unlisted._known) <= 3
    assert len({id(model.validator) for model in made}) == 1
    assert len({model.slug for model in made}) == 10
    assert all(f"{name}-{'x' * 200}" not in models for name in range(5))
    assert len(models.unlisted._known) <= 3
