"""The report on a test's client over the control plane, for tests in whatever language.

It is the one that a test in Python has: `failure_report` writes both.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from mockserver.base.lock_steps import Steps, run_steps
from mockserver.control.accounts import find_account
from mockserver.control.faults import Faults
from mockserver.control.journal import Exchanges, JournalFilter
from mockserver.control.pages import ListFilter, VerdictFilter
from mockserver.control.verdicts import Verdicts
from mockserver.gateway.context import Services

if TYPE_CHECKING:
    from mockserver.control.failure_report import Strict

Document: TypeAlias = dict[str, Any]

_ALL = 10**9
_STRICT: dict[str, Strict] = {"true": True, "should": "should", "false": False}


class ReportFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On whose client to report, and what it is held to.

    `strict` is as for a test in Python, and `faults=false` says that the client had no occasion to
    meet those that are armed. Calls with keys of nobody's are shown from the one after `since` on.
    `full` wants the sections of a test that failed. `url` is where the client was to call: it is
    named where nothing came.
    """

    api_key: str
    strict: Literal["true", "should", "false"] = "true"
    faults: bool = True
    since: int = 0
    full: bool = False
    url: str = ""
    format: Literal["json", "text"] = "json"


class ClientFindings(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a test's client; what nobody will read of it is left empty."""

    verdicts: list[Document]
    dropped: int
    requests: list[Document]
    faults: list[Document] = []
    stray: list[Document] = []
    url: str = ""
    replays: bool = False


class Reports:
    """The reports on each account's client."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._verdicts = Verdicts(services)
        self._faults = Faults(services)
        self._journal = Exchanges(services)

    def show(self, wanted: ReportFilter) -> dict[str, Any] | str:
        """Tell what a test complains of when it is over, as JSON or as text.

        Raises:
            EmulatorError: there is no such account.
        """
        shown: dict[str, Any] | str = run_steps(self.show_in_steps(wanted))
        return shown

    def show_in_steps(self, wanted: ReportFilter) -> Steps:
        """Do the same in steps."""
        from mockserver.control.failure_report import FailureReport

        findings: ClientFindings = yield from self._find_in_steps(wanted)
        report, strict = FailureReport(findings), _STRICT[wanted.strict]
        violations = report.find_violations(strict, with_faults=wanted.faults)
        sections = report.render_sections() if wanted.full else []
        if wanted.format == "text":
            return render_text(violations, sections)
        return {
            "violations": violations,
            "advice": [] if violations else report.find_advice(strict),
            "sections": [{"title": title, "text": text} for title, text in sections],
        }

    def _find_in_steps(self, wanted: ReportFilter) -> Steps:
        """Return what is known of a client; its exchanges, if there is something to say of them."""
        key = wanted.api_key
        yield partial(find_account, self._services, key)
        judged = yield from self._verdicts.show_in_steps(
            VerdictFilter(api_key=key, limit=_ALL, one_run=True)
        )
        armed = yield partial(self._faults.list, ListFilter(api_key=key, limit=_ALL))
        verdicts, faults = judged["verdicts"], armed["faults"]
        replays = self._services.options.replays
        is_told = wanted.full or verdicts or replays or not all(rule["hits"] for rule in faults)
        strays = JournalFilter(stray=True, since=wanted.since)
        requests = (yield from self._list_in_steps(JournalFilter(api_key=key))) if is_told else []
        return ClientFindings(
            verdicts=verdicts,
            dropped=judged["dropped"],
            faults=faults,
            url=wanted.url,
            replays=replays,
            requests=requests,
            stray=(yield from self._list_in_steps(strays)) if is_told else [],
        )

    def _list_in_steps(self, wanted: JournalFilter) -> Steps:
        """Return the exchanges of all pages."""
        found: list[Document] = []
        while True:
            page = yield from self._journal.show_in_steps(wanted)
            found += page["requests"]
            if page["next"] is None:
                return found
            wanted = msgspec.structs.replace(wanted, after=page["next"], since=0)


def render_text(violations: list[str], sections: list[tuple[str, str]]) -> str:
    """Return a report as one text; an empty one where there is nothing to say."""
    parts = [*violations, *(f"{title}\n\n{text}" for title, text in sections)]
    return "\n\n".join(parts) + "\n" if parts else ""
