"""Models as the control plane lists and shows them: contracts, which no request changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.base.lock_steps import Steps, give_way, run_steps
from mockserver.contract.model_catalogue import ModelCatalogue
from mockserver.contract.model_evidence import find_gaps
from mockserver.contract.model_lists import is_wanted
from mockserver.contract.model_terms import Level, Makes, render_terms
from mockserver.contract.models import Model
from mockserver.control.pages import MAX_LISTED, Limit, Page

_MODELS_AT_ONCE = 50
"""How many models are looked at before others have their turn: each may have to be read first."""


class ModelFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which models to show: at most `limit` of them, from the one after the slug `after`.

    `text` are words, each of which is to stand in a model's slug, its title or its task.
    """

    level: Level | None = None
    makes: Makes | None = None
    text: str = ""
    limit: Limit = MAX_LISTED
    after: str = ""


EVERY_MODEL = ModelFilter()
"""The first page of all of them."""


class Models:
    """The models that an emulator knows."""

    def __init__(self, models: ModelCatalogue) -> None:
        self._models = models

    def list(self, wanted: ModelFilter = EVERY_MODEL) -> dict[str, Any]:
        """List models in the order of their slugs.

        Raises:
            EmulatorError: `after` is no model's slug.
        """
        page: dict[str, Any] = run_steps(self.list_in_steps(wanted))
        return page

    def list_in_steps(self, wanted: ModelFilter) -> Steps:
        """Do the same, and let others have their turn between: no step needs the state."""
        page: Page[dict[str, Any]] = Page(wanted.limit)
        for number, model in enumerate(self._list_after(wanted.after), 1):
            if page.is_full:
                break
            if is_wanted(model, wanted.level, wanted.makes, wanted.text):
                page.add(model.slug, render_row(model))
            if number % _MODELS_AT_ONCE == 0:
                yield give_way
        return {"models": page.items, "next": page.next}

    def show(self, slug: str) -> dict[str, Any]:
        """Show one model: what it takes, returns and costs, and how that is known.

        Raises:
            EmulatorError: there is none.
        """
        model = self._models.get(slug)
        if model is None:
            raise self._make_refusal(slug)
        terms = render_terms(model.terms)
        return {
            **render_row(model),
            "description": model.document["description"],
            "retired": terms["retired"],
            "v1_returns": terms["v1_returns"],
            "price": terms["price"],
            "schema": model.schema,
            "evidence": terms["provenance"],
            "unknown": list(find_gaps(model)),
            "sample": model.document["examples"][0],
        }

    def _list_after(self, slug: str) -> Iterator[Model]:
        """Return the models behind this one, or all where none is named."""
        if slug and slug not in self._models:
            raise self._make_refusal(slug)
        return (self._models[each] for each in self._models if each > slug)

    def _make_refusal(self, slug: str) -> EmulatorError:
        """Return the refusal of a model that is not there."""
        hint = self._models.render_hint(slug)
        return EmulatorError(f"there is no model {slug[:80]!r}", hint=hint, status=404)


def render_row(model: Model) -> dict[str, Any]:
    """Return what a list says of a model; a price by values is that of a value not listed."""
    terms = model.terms
    return {
        "slug": model.slug,
        "title": model.document["title"],
        "level": terms.level,
        "makes": terms.output.makes,
        "task": terms.task,
        "price_usd": terms.price.usd,
        "price_per": terms.price.per,
        "seconds": terms.typical_s,
        "provider": terms.output.provider,
    }
