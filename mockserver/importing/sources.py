"""What a text is that models are imported from, and the models in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import msgspec

from mockserver.base.documents import parse_json
from mockserver.importing.drafts import Draft, check_slug
from mockserver.importing.errors import SourceError
from mockserver.importing.model_lists import ENVELOPE, parse_model_list
from mockserver.importing.openapi_documents import parse_openapi
from mockserver.importing.page_texts import flatten_html, is_html
from mockserver.importing.pages import parse_page

MOST_CHARACTERS = 20_000_000
MOST_OF_PAGE = 2_000_000
"""Longer texts are refused unread."""


_YAML = re.compile(r"^['\"]?(?:openapi|swagger)['\"]?:", re.MULTILINE)
"""The key that an OpenAPI document has, at the begin of a line."""


class Source(msgspec.Struct, frozen=True):
    """A source: what it is, in words, and the models that it describes."""

    kind: str
    drafts: list[Draft]


def parse_source(text: str, slug: str | None = None) -> Source:
    """Tell what a text is, and read the models in it.

    Args:
        text: A model page (text or HTML), a model list (JSON) or an OpenAPI document (JSON, YAML).
        slug: The model to read: of a page its name, of the others the one that is wanted.

    Raises:
        SourceError: it is none of these, or is broken; the message is one line that says where,
            what came and what was expected.
    """
    text = text.removeprefix("\ufeff")
    begin = text[:4000].lstrip()
    _check_length(text, MOST_CHARACTERS)
    if slug is not None:
        check_slug(slug)
    if begin.startswith(("{", "[")):
        return _parse_document(_parse_json(text), slug)
    if _YAML.search(text):
        return _parse_document(_parse_yaml(text), slug)
    _check_length(text, MOST_OF_PAGE)
    if is_html(begin):
        return Source("a model page (HTML)", [parse_page(flatten_html(text), slug)])
    return Source("a model page (text)", [parse_page(text, slug)])


def _check_length(text: str, most: int) -> None:
    if len(text) > most:
        raise SourceError(f"it has {len(text):,} characters; {most:,} at the most were expected")


def _parse_document(document: Any, slug: str | None) -> Source:
    if isinstance(document, dict) and ENVELOPE in document:
        return Source("a model list", _select(document, parse_model_list, slug))
    if isinstance(document, dict) and "openapi" in document:
        return Source("an OpenAPI document", _select(document, parse_openapi, slug))
    expected = f"`openapi` or `{ENVELOPE}` was expected"
    if isinstance(document, dict):
        keys = ", ".join(map(repr, list(document)[:5])) or "no key"
        raise SourceError(f"$: {keys[:120]} came; {expected} among the keys")
    raise SourceError(f"$: a list came; an object was expected: {expected} among its keys")


def _select(
    document: dict[str, Any], parse: Callable[[dict[str, Any]], list[Draft]], slug: str | None
) -> list[Draft]:
    drafts = parse(document)
    if slug is None:
        return drafts
    chosen = [draft for draft in drafts if draft.slug == slug]
    if not chosen:
        named = ", ".join(draft.slug for draft in drafts[:5])
        raise SourceError(f"it has no model {slug!r}; it has {len(drafts)}, such as {named}")
    return chosen


def _parse_json(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError as error:
        raise SourceError(str(error)) from None


def _parse_yaml(text: str) -> Any:
    import yaml

    try:
        has_c = hasattr(yaml, "CSafeLoader")  # five times faster
        loaded = yaml.load(text, yaml.CSafeLoader) if has_c else yaml.safe_load(text)
        return _make_plain(loaded, [len(text)])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise SourceError(f"{place}it is not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0] or "it is nested too deeply"
        raise SourceError(f"it is not YAML that can be read: {reason}") from None


def _make_plain(value: Any, left: list[int]) -> Any:
    """Return what YAML holds as JSON has it.

    Args:
        value: What was loaded.
        left: How many values there may be: more than characters are aliases that multiply.
    """
    left[0] -= 1
    if left[0] < 0:
        raise SourceError("its aliases multiply")
    if isinstance(value, dict):
        return {str(key): _make_plain(each, left) for key, each in value.items()}
    if isinstance(value, list):
        return [_make_plain(each, left) for each in value]
    if isinstance(value, dt.date | bytes | set):
        return str(value)
    return value
