"""A case: how the server behaves, what is asked of the client, and what may come of it.

A case is data. It can be written to a file and played again; a generated one that failed is saved
as such a file, and the hand-written ones in `suites/` are nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeAlias

from client_tests.cases.repetition import expand
from client_tests.plurals import count
from client_tests.schemas import find_problem
from client_tests.text_files import find_lines, read_json, read_text

Level: TypeAlias = Literal["MUST", "SHOULD"]

ResetForm: TypeAlias = Literal[
    "milliseconds", "seconds", "microseconds", "nanoseconds", "+00:00", "+05:30"
]

TIMEOUT_S = 5.0
POLL_INTERVAL_S = 0.02

_SAVED = Path(".segmock") / "failures"
"""Where failing cases are saved, unless `--folder` names another folder."""

PATIENCE = 3
"""So many polls in a row may go wrong, and a client still has to try again."""


class CaseError(ValueError):
    """A file holds no case, or one that cannot be."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What happens to one call of a route: the `ordinal`-th of the client's, counted from 0.

    `do` is an effect as segmock's faults have it. `reset_in_s` beside a 429 says how many real
    seconds after its answer the window ends, and `reset_form` how that instant is spelled: to
    which part of a second, in UTC as `Z`, or with an offset. Where it is not in milliseconds, the
    seconds begin right before the first call.
    """

    route: str
    ordinal: int
    do: dict[str, Any]
    when: Literal["before", "after"] | None = None
    reset_in_s: float | None = None
    reset_form: ResetForm = "milliseconds"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that is asked of the client.

    `download` fetches the output of a run that the kit makes.
    """

    op: str
    model: str = "ideogram-3"
    params: dict[str, Any] = field(default_factory=dict)
    timeout_s: float = TIMEOUT_S
    poll_interval_s: float = POLL_INTERVAL_S

    @property
    def is_run(self) -> bool:
        """Whether a run is asked for, which is paid for."""
        return self.op in {"run", "run_sync"}


@dataclass(frozen=True, kw_only=True)
class Expect:
    """What may come of a case, beyond what holds for every case.

    Attributes:
        outcomes: The outcomes that are right, for each call.
        error: Words that the answer's error has to hold.
        charges: How many runs may have been charged.
        submits: How many POSTs the client may have made for a run.
        verdicts: MUST verdicts of segmock that this case cannot do without.
        each: What may come of each call, in order, where that is not the same for all: outcomes
            and error.
    """

    outcomes: tuple[str, ...] = ()
    error: str | None = None
    charges: tuple[int, ...] = ()
    submits: tuple[int, ...] = ()
    verdicts: tuple[str, ...] = ()
    each: tuple[Expect, ...] = ()

    def of(self, index: int) -> Expect:
        """Return what may come of one call: what is said of it, or else of all."""
        own = self.each[index] if self.each else self
        if own.outcomes:
            return own
        return replace(own, outcomes=self.outcomes, error=own.error or self.error)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case.

    Attributes:
        id: Its name, in parts: `run/status/reset-recovers`.
        title: What a right client does.
        level: Whether it has to.
        facts: The facts that it rests on.
        operations: What is asked, one after the other, or at the same time if `concurrent`.
        behaviour: What happens to which call.
        account: What is said of the account: `credits`, `plan`, `denied_models`, ….
        api_key: Its key, where it is one of segmock's triggers; else a fresh one.
        clock: `auto` steps with each poll; `real` is for pauses that the client has to keep.
        listen_s: How long the journal is listened to after the last answer, in real seconds: what
            the client still asks by then is in the trace.
        expect: What may come of it.
        after: What was played before it, by the same processes, where it fails only then.
    """

    id: str
    title: str
    level: Level
    facts: tuple[str, ...]
    operations: tuple[Operation, ...]
    concurrent: bool = False
    behaviour: tuple[Effect, ...] = ()
    account: dict[str, Any] = field(default_factory=dict)
    api_key: str | None = None
    clock: Literal["auto", "real"] = "auto"
    listen_s: float = 0.0
    expect: Expect = Expect()
    after: tuple[Case, ...] = ()

    @property
    def feature(self) -> str:
        """The operation that a driver needs for it."""
        return self.operations[0].op

    def to_json(self) -> dict[str, Any]:
        """Return the case as a document, without what is as it would be anyway."""
        document: dict[str, Any] = json.loads(json.dumps(_render_given(self)))
        return document

    @classmethod
    def from_json(cls, document: Any, where: str = "the case") -> Case:
        """Read a case; what is long may be written short (see `repetition`).

        Raises:
            CaseError: it breaks the schema; the message says where and why.
        """
        document = expand(document)
        problem = find_problem("case", document)
        if problem:
            raise CaseError(f"{where}: {problem}")
        parts = dict(document)
        parts["facts"] = tuple(parts["facts"])
        parts["operations"] = tuple(Operation(**each) for each in parts.pop("asks"))
        parts["concurrent"] = parts.pop("together", False)
        parts["behaviour"] = tuple(Effect(**effect) for effect in parts.get("behaviour", ()))
        parts["expect"] = _read_expect(parts.get("expect", {}))
        number, told = len(parts["operations"]), len(parts["expect"].each)
        if told not in {0, number}:
            raise CaseError(
                f"{where}: expect.each tells of {count(told, 'call')}, and asks has {number}"
            )
        parts["after"] = tuple(cls.from_json(each, where) for each in parts.get("after", ()))
        return cls(**parts)


def _read_expect(document: dict[str, Any]) -> Expect:
    parts: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
    }
    return Expect(**parts | {"each": tuple(map(_read_expect, document.get("each", ())))})


_KEYS = {"operations": "asks", "concurrent": "together"}
"""Fields of which the file has older names."""


def _render_given(record: Any) -> Any:
    """Return a record's fields that are not at their defaults."""
    if isinstance(record, tuple):
        return [_render_given(item) for item in record]
    if not hasattr(record, "__dataclass_fields__"):
        return record
    empty: tuple[Any, ...] = (None, (), {}, Expect(), False)
    always = {"id", "title", "level", "facts", "operations", "op", "route", "ordinal", "do"}
    return {
        _KEYS.get(each.name, each.name): _render_given(getattr(record, each.name))
        for each in fields(record)
        if each.name in always
        or (getattr(record, each.name) not in empty and getattr(record, each.name) != each.default)
    }


def _find_saved(path: Path) -> Path | None:
    """Return the saved case whose name is most like a path at which there is nothing."""
    saved = {
        each.relative_to(_SAVED).with_suffix("").as_posix(): each for each in _SAVED.rglob("*.json")
    }
    close = get_close_matches(path.with_suffix("").as_posix(), saved, n=1)
    return saved[close[0]] if close else None


def load(path: Path) -> list[Case]:
    """Read the cases of a file: one, or a list under `cases`.

    Raises:
        CaseError: the file is not JSON, or a case in it cannot be.
    """
    try:
        document = read_json(path)
    except ValueError as error:
        meant = None if path.exists() else _find_saved(path)
        hint = f"did you mean {meant}?" if meant else f"a case is what the kit saves in {_SAVED}"
        raise CaseError(f"{path}: {error} ({hint})") from None
    is_list = isinstance(document, dict) and isinstance(document.get("cases"), list)
    many = document["cases"] if is_list else [document]
    lines = find_case_lines(path)
    return [
        Case.from_json(each, f"{path}, line {line}, case {number}")
        for number, (each, line) in enumerate(zip(many, lines, strict=True), 1)
    ]


def find_case_lines(path: Path) -> list[int]:
    """Return the line on which each case of a file begins that can be read."""
    return find_lines(read_text(path), "cases") or [1]


def unique(cases: Iterable[Case]) -> list[Case]:
    """Return the cases, of which no two may have the same id.

    Raises:
        CaseError: two have.
    """
    by_id: dict[str, Case] = {}
    for case in cases:
        if case.id in by_id:
            raise CaseError(f"{case.id} is there twice")
        by_id[case.id] = case
    return list(by_id.values())
