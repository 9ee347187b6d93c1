"""What is known about a driver: one finding for each rule of the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Document: TypeAlias = dict[str, Any]
Status: TypeAlias = Literal["right", "wrong", "not tried"]

TITLES: Mapping[str, str] = {
    "starts": "The command starts, and waits for calls.",
    "flushes": "An answer is written at once, before stdin ends.",
    "answers": "Every call is answered.",
    "json": "An answer is one line of UTF-8 that holds a JSON object.",
    "id": "An answer repeats the id of its call.",
    "outcome": "The outcome is one of the table's.",
    "fields": "The other fields of an answer have the types that they should.",
    "result": "A completed call has its result, in the right shape.",
    "error": "A job that failed is reported with the gateway's words, as a string.",
    "only-answers": "Nothing but answers goes to stdout, one for each call.",
    "one-after-the-other": "One process answers many calls.",
    "unknown-fields": "Fields that a driver does not know are ignored.",
    "unknown-op": "An operation that a driver does not know is `unsupported`.",
    "parameters": "Parameters arrive unchanged, large ones and any Unicode too.",
    "deadline": "A call is answered by its deadline and a grace.",
    "ends": "The driver ends when its stdin does.",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What became of one check.

    Attributes:
        id: Its name.
        title: What is right.
        status: Whether the driver does so.
        came: What the driver did in its place, or why it was not tried.
        expected: What was expected.
        advice: What its author can do about it.
    """

    id: str
    title: str
    status: Status
    came: str = ""
    expected: str = ""
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class DriverReport:
    """What there is to say about a driver.

    Attributes:
        command: Its command line.
        findings: One for each check.
        features: For each operation `yes`, `unsupported` or `unknown`.
        interrupted_by: The number of the signal that ended the check before its time.
    """

    command: str
    findings: tuple[Finding, ...]
    features: dict[str, str]
    interrupted_by: int | None = None

    @property
    def is_right(self) -> bool:
        """Whether it keeps to the protocol as far as it was tried."""
        return not any(finding.status == "wrong" for finding in self.findings)

    def to_json(self) -> Document:
        """Return the report as a document."""
        return {
            "driver": self.command,
            "right": self.is_right,
            "interrupted_by": self.interrupted_by,
            "features": self.features,
            "checks": [asdict(finding) for finding in self.findings],
        }


class Findings:
    """What is known so far: the first thing that is wrong outweighs all that is right."""

    def __init__(self) -> None:
        self._known: dict[str, Finding] = {}
        self.reason = "nothing led to it"

    def add_wrong(self, check_id: str, came: str, expected: str, advice: str) -> None:
        """Note what is wrong, unless something was before."""
        known = self._known.get(check_id)
        if known is None or known.status != "wrong":
            self._note(check_id, "wrong", came=came, expected=expected, advice=advice)

    def add_right(self, *check_ids: str) -> None:
        """Note that these are right, as far as nothing else is known of them."""
        for check_id in check_ids:
            if check_id not in self._known:
                self._note(check_id, "right")

    def add_not_tried(self, check_id: str, why: str) -> None:
        """Note why a check was not tried, if nothing else is known of it."""
        if check_id not in self._known:
            self._note(check_id, "not tried", came=why)

    def withdraw(self, check_id: str, why: str) -> None:
        """Note that a check was not tried after all, unless it has shown something wrong."""
        if not self.is_wrong(check_id):
            self._note(check_id, "not tried", came=why)

    def is_wrong(self, check_id: str) -> bool:
        """Tell whether a check has shown something wrong."""
        return check_id in self._known and self._known[check_id].status == "wrong"

    def list_all(self) -> tuple[Finding, ...]:
        """Return one finding for each check, in the order of `TITLES`."""
        for check_id in TITLES:
            self.add_not_tried(check_id, self.reason)
        return tuple(self._known[check_id] for check_id in TITLES)

    def _note(self, check_id: str, status: Status, **words: str) -> None:
        self._known[check_id] = Finding(id=check_id, title=TITLES[check_id], status=status, **words)
