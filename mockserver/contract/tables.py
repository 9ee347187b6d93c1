"""The tables of `contracts/`: errors, plans, routes and the behaviour register."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from mockserver.contract.files import read_json
from mockserver.contract.routing import Route
from mockserver.contract.schemas import Schemas

T = TypeVar("T")


class ErrorRow(msgspec.Struct, frozen=True):
    """One error of the gateway. `message` may name values in braces.

    `code` is the word that the console's envelope has beside the message.
    """

    id: str
    status: int
    message: str
    when: str
    facts: tuple[str, ...]
    media: Literal["json", "html", "console"] = "json"
    code: str = ""


class Plan(msgspec.Struct, frozen=True):
    """One plan; `requests_per_minute` None means no limit."""

    name: str
    requests_per_minute: int | None
    description: str
    source: str
    facts: tuple[str, ...] = ()


class Parameter(msgspec.Struct, frozen=True):
    """What varies in a path, or is in a query or a header; an empty value may count as left out."""

    name: str
    description: str
    schema: dict[str, Any]
    required: bool = False
    may_be_empty: bool = False


class LinkRow(msgspec.Struct, frozen=True):
    """A call that can follow an answer.

    Attributes:
        to: The name of its route, with the slug of a model behind it where it runs one.
        description: What it is about.
        parameters: What its path and its query have of the exchange, as runtime expressions.
        body: Its body: one such expression, or an object of expressions and values.
    """

    to: str
    description: str
    parameters: dict[str, str] = {}
    body: str | dict[str, Any] | None = None


class AnswerRow(msgspec.Struct, frozen=True):
    """One way in which a route answers: a success has body schemas, a refusal names its rows.

    Without body schemas, the model or the media type decides what the body is. `method` is the
    only verb that is answered so; None means all of them.
    """

    status: int
    description: str
    bodies: tuple[str, ...] = ()
    media: tuple[str, ...] = ("application/json",)
    errors: tuple[str, ...] = ()
    method: str | None = None
    headers: tuple[Parameter, ...] = ()
    links: tuple[LinkRow, ...] = ()


class Described(msgspec.Struct, frozen=True):
    """A group of routes, and what they have in common."""

    name: str
    description: str


class RouteRow(Route, frozen=True, gc=True, kw_only=True):
    """One route, and what the documents say of it.

    Attributes:
        tag: The group that the route is shown in; of a run, its model is the group.
        host: The vendor's host, where it is not the gateway's own.
        request: The schema of the body that the route takes.
        request_media: The media type of that body; without a schema, any bytes are taken.
        request_required: Whether that body must be there.
        query: The parameters of the query.
    """

    summary: str
    facts: tuple[str, ...]
    answers: tuple[AnswerRow, ...]
    tag: str = ""
    host: str = ""
    request: str | None = None
    request_media: str = "application/json"
    request_required: bool = True
    query: tuple[Parameter, ...] = ()


class FaultRow(msgspec.Struct, frozen=True):
    """One effect that a fault can have; the first of `when` is its default.

    `group` says what it is about, as words for people. `sets_state` says that its value is a state
    in which the job is to be: it strikes polls of jobs that may still be in it. `takes_time` says
    that real seconds pass before all of the answer is there.
    """

    effect: str
    group: str
    description: str
    routes: tuple[str, ...]
    when: tuple[Literal["before", "after"], ...]
    example: dict[str, Any]
    schema: dict[str, Any]
    sets_state: bool = False
    takes_time: bool = False


class Behaviour(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fact about the gateway: the behaviour register's row.

    `unjudged` says why nobody can see from outside whether it holds; without it somebody can.
    """

    id: str
    statement: str
    evidence: tuple[str, ...]
    source: str
    unjudged: str | None = None
    testable: bool = True
    reason: str | None = None
    tests: tuple[str, ...] = ()


class VerdictRow(msgspec.Struct, frozen=True):
    """One rule that a client's journal is held against."""

    id: str
    level: Literal["MUST", "SHOULD"]
    title: str
    explanation: str
    facts: tuple[str, ...]


def load_table(
    folder: Path, name: str, row: type[T], schemas: Schemas, key: str | None = None
) -> list[T]:
    """Load `<name>.json`, check it against its schema, and return its rows.

    Args:
        folder: Where the file is.
        name: What the file is called.
        row: What a row is read as.
        schemas: What knows its schema.
        key: Where in the file the rows are; under the name of the file unless told.

    Raises:
        ContractError: the file breaks its schema.
    """
    path = folder / f"{name}.json"
    document: Any = read_json(path)
    schemas.check(path, document, f"urn:segmock:schema:{name}")
    return msgspec.convert(document[key or name], list[row])  # type: ignore[valid-type]
