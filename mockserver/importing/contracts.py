"""Whole contracts of models, written from drafts."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.contract.kinds import load_kinds
from mockserver.contract.model_terms import Terms
from mockserver.contract.schemas import DIALECT
from mockserver.importing.assumptions import Assumption
from mockserver.importing.drafts import Draft
from mockserver.importing.examples import make_examples
from mockserver.importing.tasks import find_task
from mockserver.importing.terms import TermsMaker


class Contract(msgspec.Struct, frozen=True):
    """A contract as its file has it, and what it took for granted."""

    document: dict[str, Any]
    assumptions: list[Assumption]


def make_contract(draft: Draft, source: str, date: str, known: Terms | None = None) -> Contract:
    """Return the contract of a model.

    Args:
        draft: What its source says.
        source: A file or an address, for the provenance.
        date: The day of the import, as 2026-11-26.
        known: The terms of the model of this slug that comes along, if there is one: what the
            draft does not say is taken from there.

    Raises:
        SourceError: its parameters are a schema that no body satisfies.
    """
    kinds = load_kinds()
    task, guess = find_task(draft, kinds, known.task if known else None)
    maker = TermsMaker(draft, kinds[task], known)
    terms = maker.make()
    assumed = [*draft.assumptions, *([guess] if guess else []), *maker.assumptions]
    stated = {"what": "parameters", "evidence": draft.evidence, "source": source, "date": date}
    schema = {"type": "object", **draft.schema}
    document = {
        "$schema": DIALECT,
        "$id": f"urn:segmock:model:{draft.slug}",
        "title": draft.title or draft.slug,
        "description": draft.description or kinds[task].description,
        "x-model": {
            **terms,
            "level": "verified" if _is_whole(draft) else "partial",
            "provenance": [
                stated,
                *({"what": str(each), "evidence": "inferred"} for each in assumed),
            ],
        },
        **schema,
        "examples": make_examples(schema, draft.samples),
    }
    return Contract(document, assumed)


def _is_whole(draft: Draft) -> bool:
    """Tell whether the source has every parameter, and only advises of none."""
    schemas = [draft.schema, *draft.properties.values()]
    advises = any(isinstance(schema, dict) and "x-advice" in schema for schema in schemas)
    return draft.is_whole and bool(draft.properties) and not advises
