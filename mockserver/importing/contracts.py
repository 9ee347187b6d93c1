"""Whole contracts of models, written from drafts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

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


def make_contract(
    draft: Draft, kinds: Mapping[str, Mapping[str, Any]], source: str, date: str
) -> Contract:
    """Return the contract of a model.

    Args:
        draft: What its source says.
        kinds: For each task the terms of a model of which nothing else is known.
        source: A file or an address, for the provenance.
        date: The day of the import, as 2026-11-26.

    Raises:
        ValueError: its parameters are a schema that no body satisfies.
    """
    task, guess = find_task(draft, kinds)
    maker = TermsMaker(draft, task, kinds[task])
    terms = maker.make()
    assumed = [*draft.assumptions, *([guess] if guess else []), *maker.assumptions]
    known = {"what": "parameters", "evidence": draft.evidence, "source": source, "date": date}
    schema = {"type": "object", **draft.schema}
    document = {
        "$schema": DIALECT,
        "$id": f"urn:segmock:model:{draft.slug}",
        "title": draft.title or draft.slug,
        "description": draft.description or f"A {task} model.",
        "x-model": {
            "slug": draft.slug,
            "level": "verified" if draft.is_whole else "partial",
            **terms,
            "provenance": [
                known,
                *({"what": str(each), "evidence": "inferred"} for each in assumed),
            ],
        },
        **schema,
        "examples": make_examples(schema, draft.samples),
    }
    return Contract(document, assumed)
