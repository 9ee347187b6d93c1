"""Models that no list has: fine-tunes, and whatever else a server was told to serve.

P8: the slug of a fine-tune is `{uuid}-{name}` or `{user}-{name}`. Any two words have the second
shape, so it is believed only where the name says what it is, and no model is called nearly so.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from mockserver.contract.close_slugs import CloseSlugs
from mockserver.contract.kinds import TASKS, Kind, load_kinds
from mockserver.contract.model_documents import complete_document
from mockserver.contract.models import Model, find_reserved_slugs
from mockserver.contract.providers import find_provider
from mockserver.contract.schemas import Schemas

UnknownModels: TypeAlias = Literal["404", "image", "video", "audio", "text", "json"]
"""What becomes of a slug that nobody knows: it is not found, or runs as a model that makes this."""

FINETUNE_TASK = "text-to-image"

MAX_SLUG = 200
"""Characters."""

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_UUID = r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}"
_HAS_UUID = rf"(?i:{_UUID}-[a-z0-9][a-z0-9._-]*)"
_TUNED_WORDS = r"lora|dreambooth|fine-?tuned?"
_SAYS_TUNED = rf"(?i:[a-z0-9_.]+-(?:.*[-_.])?(?:(?:{_TUNED_WORDS})(?:[-_.].*)?|ssd-1b|sdxl|flux))"
"""Both are compiled when a slug is first held against them: a start need not wait for it."""
_FIRST_WORD = re.compile(r"[a-z]*")

_TOO_CLOSE = 0.62
"""A model whose slug is that much alike was meant."""

_MOST_KNOWN = 512


def is_slug(text: str) -> bool:
    """Tell whether a model can be called so: no other route is, and it is not endless."""
    is_sound = len(text) <= MAX_SLUG and _SLUG.fullmatch(text) is not None
    return is_sound and text not in find_reserved_slugs()


def has_uuid(slug: str) -> bool:
    """Tell whether a slug is `{uuid}-{name}`, with or without the hyphens within (S1b)."""
    return re.fullmatch(_HAS_UUID, slug) is not None


def says_finetune(slug: str) -> bool:
    """Tell whether a slug has the shape of a fine-tune's, whatever other models are called (P8)."""
    return has_uuid(slug) or re.fullmatch(_SAYS_TUNED, slug) is not None


class UnlistedModel(Model):
    """A model that differs from others of its sort in its slug alone, and shares all else."""

    @property
    def document(self) -> dict[str, Any]:
        """Its contract, under its own slug; made when somebody asks, as few do."""
        terms = {**self._document["x-model"], "slug": self.slug}
        names = {"$id": f"urn:segmock:model:{self.slug}", "title": self.slug, "x-model": terms}
        return {**self._document, **names}

    def rename(self, slug: str) -> UnlistedModel:
        """Return the same model under another slug."""
        model = copy(self)
        model.slug = slug
        model.terms = msgspec.structs.replace(self.terms, slug=slug, level="unknown")
        return model


class UnlistedModels:
    """Finds the models of slugs that no list has; it keeps the last of them.

    Args:
        schemas: The schemas of contracts.
        table: The file from which kinds come, for errors.
        slugs: The slugs of models that are no fine-tunes.
        unknown: What becomes of a slug that is no fine-tune's.
    """

    def __init__(
        self,
        schemas: Schemas,
        table: Path,
        slugs: Collection[str],
        unknown: UnknownModels = "404",
    ) -> None:
        self._schemas = schemas
        self._table = table
        self._slugs = slugs
        self._unknown = unknown
        self._samples: dict[str, UnlistedModel] = {}
        self._known: dict[str, Model | None] = {}

    def find(self, slug: str) -> Model | None:
        """Return the model of a slug that no list has; None where it is not found."""
        if slug in self._known:
            return self._known[slug]
        if not is_slug(slug):
            return None
        may_be_tuned = says_finetune(slug)
        if not may_be_tuned and self._unknown == "404":
            return None
        made = self._make(slug, is_finetune=may_be_tuned and self._is_finetune(slug))
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        # Two threads may make the same model at once: the first one stays.
        return self._known.setdefault(slug, made)

    @cached_property
    def _first_words(self) -> set[str]:
        """The words with which models' slugs begin: none of them is a user."""
        return {_find_first_word(slug) for slug in self._slugs}

    @cached_property
    def _like_finetunes(self) -> CloseSlugs:
        """The models whose slugs have the shape of a fine-tune's, too."""
        return CloseSlugs([slug for slug in self._slugs if says_finetune(slug)])

    def _is_finetune(self, slug: str) -> bool:
        """Tell whether a slug of that shape is no misspelt one, such as `flux-lora`."""
        if has_uuid(slug):
            return True
        if _find_first_word(slug) in self._first_words:
            return False
        return all(each.score < _TOO_CLOSE for each in self._like_finetunes.rank(slug))

    def _make(self, slug: str, *, is_finetune: bool) -> Model | None:
        if is_finetune:
            return self._find_sample(slug, "finetune").rename(slug)
        return None if self._unknown == "404" else self._find_sample(slug).rename(slug)

    def _find_sample(self, slug: str, sort: str | None = None) -> UnlistedModel:
        """Return a model like all of its sort: they differ in their slugs alone.

        Whose shape a text has is told by the slug.
        """
        sort = sort or self._unknown
        name = f"{sort}, {find_provider(slug)}" if sort == "text" else sort
        sample = self._samples.get(name)
        if sample is None:
            sample = UnlistedModel(self._table, _make_document(slug, sort), self._schemas)
            sample.validator.is_valid({})  # compiled once for all
            sample = self._samples.setdefault(name, sample)
        return sample


def _find_first_word(slug: str) -> str:
    found = _FIRST_WORD.match(slug.lower())
    return found[0] if found else ""


def _make_document(slug: str, sort: str) -> dict[str, Any]:
    """Return the contract of a fine-tune, or of what makes a medium."""
    kind = load_kinds()[FINETUNE_TASK if sort == "finetune" else TASKS[sort]]
    if sort == "json":
        kind = _leave_out_provider(kind)
    document = complete_document(slug, {}, None, kind, "")
    if sort == "finetune":
        told = {"what": "shape of the slug", "evidence": "docs", "fact": "P8"}
        document["x-model"]["provenance"].insert(0, told)
    return document


def _leave_out_provider(kind: Kind) -> Kind:
    """Return a kind that answers in no provider's shape, but in JSON of our own."""
    output = {name: value for name, value in kind.model["output"].items() if name != "provider"}
    return msgspec.structs.replace(kind, model={**kind.model, "output": output})
