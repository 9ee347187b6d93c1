"""How parameters may be sent, and which bodies language models take (P*, B*).

A run that came through shows that what it was sent is taken. A refusal speaks only where its words
name the parameter and the reason, and nothing else that was sent breaks the model's contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.judgement import judge_params
from mockserver.contract.lenient_reader import is_base64
from mockserver.contract.models import Model
from mockserver.contract.unlisted_models import says_finetune
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.observed import Story
from mockserver.facts.run_outcomes import Outcome, find_outcomes, is_multipart

_TYPES = re.compile(
    r"\b(?:types?|integer|int|number|float|bool|boolean|string|str)\b", re.IGNORECASE
)
_NULL = re.compile(r"\b(?:null|none|missing|required|type)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:ur[il]s?|https?|base64|address)\b", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"\b(?:unknown|unexpected|unrecognized|additional|extra|not permitted)\b", re.IGNORECASE
)
_MISSING = re.compile(r"\b(?:missing|required)\b", re.IGNORECASE)
_CHOICE = re.compile(
    r"\b(?:one of|enum|allowed|permitted|choices?|options?|supported)\b", re.IGNORECASE
)
_SHAPE = re.compile(
    r"\b(?:missing|required|types?|list|array|object|format|invalid)\b", re.IGNORECASE
)
_DATA_URL = re.compile(r"data:[^,]{0,500};base64,", re.IGNORECASE)


def _judge_use(
    fact: str, outcome: Outcome, names: list[str], reason: re.Pattern[str], what: str
) -> Iterator[Judgement]:
    """Judge whether these parameters, sent as a fact allows, were taken."""
    if not names or outcome.params is None:
        return
    if outcome.refusal is not None:
        names = [name for name in names if _names(outcome.refusal, name)]
        is_about = bool(names) and reason.search(outcome.refusal) is not None
        if not is_about or judge_params(outcome.model, outcome.params).violation is not None:
            return
    yield judge_place(
        fact,
        outcome.told,
        "body.error" if outcome.refusal else "status",
        agrees=outcome.refusal is None,
        expected=f"{', '.join(names)} taken: {what}",
        found=outcome.refusal or "taken",
    )


def _names(words: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", words) is not None


@judges("P1")
def judge_numbers_as_text(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A number or a boolean may come as text."""
    for each in find_outcomes(story, catalogue):
        params = each.params or {}
        if not each.model.validator.is_valid(params):
            names = [_cut_place(place) for place in each.model.reader.read(params).numbers_as_text]
            yield from _judge_use("P1", each, names, _TYPES, "as text")


def _cut_place(place: str) -> str:
    """Return the parameter in which a place lies, such as `size` for `size[0]`."""
    return re.split(r"[.\[]", place, maxsplit=1)[0]


@judges("P2")
def judge_null(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """Null for an optional parameter means that it was left out."""
    for each in find_outcomes(story, catalogue):
        required = each.model.schema.get("required", ())
        names = [
            name
            for name, value in (each.params or {}).items()
            if value is None and name in each.model.properties and name not in required
        ]
        yield from _judge_use("P2", each, names, _NULL, "null is as if left out")


@judges("P3")
def judge_files_as_text(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A picture, film or sound may come as a data URL or as bare base64."""
    for each in find_outcomes(story, catalogue):
        names = [
            name
            for name, value in (each.params or {}).items()
            if _takes_file(each.model, name) and isinstance(value, str) and _is_file(value)
        ]
        yield from _judge_use("P3", each, names, _ADDRESS, "a file as base64")


def _takes_file(model: Model, name: str) -> bool:
    return name in model.picture_parameters or _has_uri(model.properties.get(name))


def _has_uri(schema: Any) -> bool:
    """Tell whether a schema, or one of its alternatives, is that of an address."""
    if not isinstance(schema, dict):
        return False
    branches = (branch for key in ("anyOf", "oneOf") for branch in schema.get(key, ()))
    return schema.get("format") == "uri" or any(map(_has_uri, branches))


def _is_file(text: str) -> bool:
    return _DATA_URL.match(text) is not None or is_base64(text)


@judges("P4")
def judge_unlisted(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A parameter that the model's page does not list refuses nothing."""
    for each in find_outcomes(story, catalogue):
        names = each.model.find_unknown(each.params or {})
        yield from _judge_use("P4", each, names, _UNKNOWN, "not listed, and passed on")


@judges("P5")
def judge_forms(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """Parameters may come as multipart/form-data, every field as text."""
    for each in find_outcomes(story, catalogue):
        if not is_multipart(each.asked):
            continue
        is_blamed = "content type" in (each.refusal or "").lower()
        if each.refusal is None or is_blamed:
            yield judge_place(
                "P5",
                each.told,
                "status",
                agrees=not is_blamed,
                expected="multipart/form-data taken",
                found=each.refusal or "taken",
            )


@judges("P6")
def judge_required(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """What only a page calls required refuses nothing where it is left out."""
    for each in find_outcomes(story, catalogue):
        advised = each.model.schema.get("x-advice", {}).get("required", ())
        names = [name for name in advised if (each.params or {}).get(name) in {None, ""}]
        yield from _judge_use("P6", each, names, _MISSING, "left out")


@judges("P7")
def judge_incomplete_lists(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A value that is not among those which a page shows, of more that there are, is taken."""
    for each in find_outcomes(story, catalogue):
        names = [
            name for name, value in (each.params or {}).items() if _is_beyond(each, name, value)
        ]
        yield from _judge_use("P7", each, names, _CHOICE, "not among the values shown")


def _is_beyond(outcome: Outcome, name: str, value: object) -> bool:
    schema = outcome.model.properties.get(name, {})
    shown = schema.get("x-advice", {}).get("enum")
    return shown is not None and value is not None and value not in (*shown, schema.get("default"))


@judges("P8")
def judge_finetunes(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """The slug of a fine-tune runs; that one is not found may mean that it is no more."""
    for each in find_outcomes(story, catalogue):
        is_tuned = each.model.terms.level == "unknown" and says_finetune(each.asked.subject)
        if is_tuned and each.refusal is None:
            yield compare("P8", each.told, "status", 200, each.told.status)
    for exchange in story.exchanges:
        model = catalogue.models.get(exchange.subject) if exchange.route.runs_model else None
        if model is not None and model.terms.retired and exchange.status in {200, 404, 410}:
            yield judge_place(
                "P8",
                exchange,
                "status",
                agrees=exchange.status != 200,
                expected="404 or 410: the model was withdrawn",
                found=str(exchange.status),
            )


@judges("B1")
def judge_conversations(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A language model takes a conversation in any of three shapes, and a prompt alone."""
    for each in find_outcomes(story, catalogue):
        output = each.model.terms.output
        if output.media != "text" or not output.provider:
            continue
        names = [
            name for name in ("messages", "contents", "prompt") if (each.params or {}).get(name)
        ]
        yield from _judge_use("B1", each, names, _SHAPE, "in this shape")
