"""All that is wrong with files of models at once: what loading them would tell one by one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

from mockserver.base.bounds import cut
from mockserver.base.close_names import find_close, render_hint
from mockserver.base.errors import ContractError
from mockserver.base.json_places import find_line
from mockserver.contract.files import read_json, read_text
from mockserver.contract.keyword_typos import find_keyword_typos
from mockserver.contract.models import META_SCHEMA, Model, find_contradictions, find_model_files
from mockserver.contract.schemas import Schemas, describe_error, find_explanations

if TYPE_CHECKING:
    from jsonschema import ValidationError

_MOST = 500
"""Characters of a reason: it may quote what came."""

_UNREADABLE = (msgspec.ValidationError, LookupError, TypeError, AttributeError)
"""What reading the rest of a file may end in that breaks the meta-schema."""


class LintedFile(NamedTuple):
    """A file, the slug of its model if that could be read, and what is wrong with it."""

    file: Path
    slug: str
    problems: list[ContractError]


def lint_folder(folder: Path, schemas: Schemas) -> Iterator[LintedFile]:
    """Yield every file of a folder with all that is wrong with it.

    Raises:
        ContractError: there is no such folder, or no file in it.
    """
    slugs: dict[str, Path] = {}
    for file in find_model_files(folder):
        linted = lint_file(file, schemas)
        twin = slugs.setdefault(linted.slug, file)
        if linted.slug and twin != file:
            reason = f"{linted.slug} is already in {twin.name}"
            linted.problems.append(ContractError(str(file), "$['x-model'].slug", reason))
        yield linted


def lint_file(file: Path, schemas: Schemas) -> LintedFile:
    """Return a file with all that is wrong with it."""
    try:
        document = read_json(file)
    except ContractError as error:
        return LintedFile(file, "", [error])
    found = dict.fromkeys(_find_breaches(document, schemas))
    slug = ""
    try:
        model = Model(file, document, schemas)
        slug = model.slug
        found |= dict.fromkeys(find_contradictions(model, schemas))
    except ContractError as error:
        found |= {(error.path, error.reason): None}
    except _UNREADABLE:
        if not found:
            raise
    found |= dict.fromkeys(_find_typos(document))
    text = read_text(file)
    problems = [
        ContractError(str(file), path, cut(reason, _MOST), find_line(text, path))
        for path, reason in found
    ]
    return LintedFile(file, slug, sorted(problems, key=lambda each: each.line or 0))


def _find_typos(document: Any) -> Iterator[tuple[str, str]]:
    """Yield place and reason of words that no schema forbids, but that are like another."""
    if not isinstance(document, dict):
        return
    yield from find_keyword_typos(document)
    properties, required = document.get("properties"), document.get("required")
    if not isinstance(properties, dict) or not isinstance(required, list):
        return
    for index, name in enumerate(required):
        meant = find_close(name, properties) if isinstance(name, str) else None
        if meant is not None and name not in properties:
            reason = f"there is no {name!r} among the properties: did you mean `{meant}`?"
            yield f"$.required[{index}]", reason


def _find_breaches(document: Any, schemas: Schemas) -> Iterator[tuple[str, str]]:
    """Yield place and reason of all that breaks the meta-schema."""
    try:
        schemas.check(Path(), document, META_SCHEMA)
    except ContractError as error:
        errors = find_explanations(document, schemas[META_SCHEMA], schemas.by_id)
        if not errors or not isinstance(document, dict):
            yield error.path, error.reason
            return
        for each in errors:
            yield from _explain(each, document)


def _explain(error: ValidationError, document: Any) -> Iterator[tuple[str, str]]:
    """Yield place and reason of an error; of names that are not known, for each one its own."""
    came: Any = error.instance
    if error.validator == "additionalProperties":
        known = cast("dict[str, Any]", error.schema)["properties"]
        for name in came.keys() - known.keys():
            hint = render_hint(name, known, "names")
            yield f"{error.json_path}.{name}", f"{name!r} was unexpected ({hint})"
    elif error.validator in {"anyOf", "oneOf"} and error.context:
        yield error.json_path, "; and ".join(dict.fromkeys(map(describe_error, error.context)))
    elif error.validator is None:  # the schema `false`, of which the library tells the parent
        parent = reduce(getitem, error.absolute_path, document)
        name = next(name for name, value in parent.items() if value is came)
        reason = f"{name!r} means nothing beside what else is said here; leave it out"
        yield f"{error.json_path}.{name}", reason
    else:
        yield error.json_path, f"{describe_error(error)}{_find_help(error)}"


def _find_help(error: ValidationError) -> str:
    """Return what the meta-schema says of a place where one of a few words is to stand."""
    told = error.schema.get("description") if isinstance(error.schema, dict) else None
    return f": {told}" if told and error.validator in {"enum", "type"} else ""
