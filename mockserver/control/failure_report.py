"""Telling a test's author what went wrong, with the lines of the journal that show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from textwrap import fill, indent
from typing import Literal, Protocol, TypeAlias

from client_tests.reports.text import flat, short
from mockserver.base.plurals import count
from mockserver.control.trail import Document, Trail
from mockserver.replay.marks import MISSED

_WIDTH = 96
_MOST_STRAYS = 12
ASKED = "segmock: what the client asked"
_BEARER = re.compile(r"bearer +(.+)", re.IGNORECASE | re.DOTALL)
_GONE = (
    "segmock: the journal could not keep all calls; the oldest {} are gone.\n"
    "Whether they broke a rule cannot be told. Let the client make fewer calls, empty the journal\n"
    "on the way (`reset()`), or mark the test with @pytest.mark.segmock(strict=False)."
)

Strict: TypeAlias = bool | Literal["should"]
"""What a test holds its client to. True: to the MUST rules, and to the faults that were armed.
"should": to the SHOULD rules as well. False: to nothing."""


class Findings(Protocol):
    """What is known of a test's client, each list as the control plane shows it."""

    @property
    def verdicts(self) -> list[Document]:
        """Which rules it broke, MUST before SHOULD; all it did counts as one run."""

    @property
    def dropped(self) -> int:
        """How many of its exchanges the journal could not keep."""

    @property
    def faults(self) -> Iterable[Document]:
        """The rules that are armed for its account."""

    @property
    def requests(self) -> list[Document]:
        """What it asked and was answered, oldest first."""

    @property
    def stray(self) -> list[Document]:
        """Calls that came meanwhile with a key that nobody introduced, or with none."""


class FailureReport:
    """What is to be said of a test's client, as it is when it is first asked for.

    Args:
        account: The test's account, or what else knows as much of its client; where it has a
            `url`, a client that asked nothing may have been pointed elsewhere, and where it
            `replays` a recording, some calls may not be in that.
    """

    def __init__(self, account: Findings) -> None:
        self._account = account
        url = getattr(account, "url", "")
        self._where = f"; the server's root is {url}" if url else ""

    def find_violations(
        self, strict: Strict, *, with_faults: bool = True, is_told: bool = False
    ) -> list[str]:
        """Return what a test complains of when it is over.

        That is a journal that could not keep everything, calls that a recording which is played
        does not have, broken rules, faults that never struck; where there is something, SHOULD
        rules that fail nothing follow as advice.

        Args:
            strict: What the client is held to.
            with_faults: Whether it had the occasion to meet all faults.
            is_told: Whether a report has the verdicts already, so that their titles are enough.
        """
        if not strict:
            return []
        levels = {"MUST", "SHOULD"} if strict == "should" else {"MUST"}
        broken = [each for each in self._verdicts if each["level"] in levels]
        render = _render_briefly if is_told else self._render_verdict
        found = [*self._render_dropped(), *self.render_misses(), *map(render, broken)]
        found += self._render_idle_faults() if with_faults else []
        return [*found, *self._render_advice(levels)] if found and not is_told else found

    def find_advice(self, strict: Strict) -> list[str]:
        """Return the broken SHOULD rules, unless they are complained of."""
        return self._render_advice({"SHOULD"} if strict == "should" else set())

    def render_sections(self) -> list[tuple[str, str]]:
        """Return what a test that failed shows, each part with its title: calls, broken rules."""
        verdicts = self.render_verdicts()
        broken = [("segmock: which rules it broke", verdicts)] if verdicts else []
        return [(ASKED, self.render_requests()), *broken]

    def render_requests(self) -> str:
        """Return what the client asked, and what came meanwhile with a key of nobody's."""
        own = [*self._trail.render(), *self._render_remarks()]
        return self._add_strays(own) or f"nothing at all{self._where}"

    def render_verdicts(self) -> str:
        """Return every rule that the client broke, MUST before SHOULD; nothing if it broke none."""
        grave = [self._render_verdict(each) for each in self._verdicts if each["level"] == "MUST"]
        return "\n\n".join([*grave, *self._render_advice(set())])

    @cached_property
    def _verdicts(self) -> list[Document]:
        return self._account.verdicts

    @cached_property
    def _dropped(self) -> int:
        return self._account.dropped

    @cached_property
    def _faults(self) -> list[Document]:
        return list(self._account.faults)

    @cached_property
    def _exchanges(self) -> list[Document]:
        return self._account.requests

    @cached_property
    def _trail(self) -> Trail:
        marked = {seq for verdict in self._verdicts for seq in verdict["requests"]}
        faults = {rule["id"]: rule for rule in self._faults}
        return Trail(self._exchanges, self._dropped, faults, marked)

    def _render_verdict(self, verdict: Document, *, is_advice: bool = False) -> str:
        title = _render_title(verdict, "advice, " if is_advice else "")
        lines = self._trail.render_chosen(verdict["requests"])
        why = fill(verdict["explanation"], _WIDTH, break_on_hyphens=False)
        return "\n".join([title, why, *lines])

    def _render_advice(self, complained: set[str]) -> list[str]:
        """Return the SHOULD rules that were broken, if their level is not complained of."""
        return [
            self._render_verdict(verdict, is_advice=True)
            for verdict in self._verdicts
            if verdict["level"] == "SHOULD" and "SHOULD" not in complained
        ]

    def _render_dropped(self) -> list[str]:
        """Return a complaint about exchanges that the journal could not keep."""
        return [_GONE.format(self._dropped)] if self._dropped else []

    def render_misses(self) -> list[str]:
        """Return a complaint about calls that the recording does not have, if one is played."""
        if not getattr(self._account, "replays", False):
            return []
        missed = [each for each in self._exchanges if MISSED in each["behaviours"]]
        lines = [
            f"#{self._trail.find_number(each['seq'])}: {flat(each['response']['body']['error'])}"
            for each in missed
        ]
        if not lines:
            return []
        calls = f"{count(len(lines), 'call')} {'was' if len(lines) == 1 else 'were'} not recorded"
        return [f"segmock: {calls}\n{_render_list(lines)}"]

    def _render_idle_faults(self) -> list[str]:
        """Return a complaint about each fault that had a chance and never struck."""
        idle = [rule for rule in self._faults if not rule["hits"] and "probability" not in rule]
        if not idle:
            return []
        own = (
            self._add_strays(self._trail.render_few()) or f"  nothing at all was asked{self._where}"
        )
        return [
            f"segmock: {rule['id']} never struck: {_render_rule(rule)}\n"
            f"{self._explain_idle(rule)} What it did ask:\n{own}"
            for rule in idle
        ]

    def _explain_idle(self, rule: Document) -> str:
        """Say why a rule never struck: it let all calls pass, or there were none that it means."""
        if rule["calls"]:
            calls = count(rule["calls"], "such call")
            return f"The client made {calls}, and the rule let {_them(rule['calls'])} pass."
        wanted = rule.get("on", {}).get("route", "*")
        routes = dict.fromkeys(each["route"] for each in self._exchanges if each["route"])
        where = (
            f" ({wanted}; its calls: {', '.join(routes)})" if wanted not in {"*", *routes} else ""
        )
        others = any(each["hits"] for each in self._faults)
        first = ", or another rule struck it first" if others and not where else ""
        return f"The client never made the call that it means{where}{first}."

    def _render_remarks(self) -> list[str]:
        """Return hints about models that did not run, and doubts about what passed (P1, P6, P7)."""
        hinted = self._list_once(lambda exchange: [exchange["hint"]] if "hint" in exchange else [])
        doubted = self._list_once(_list_doubts)
        return [
            *(["  about models that did not run:", _render_list(hinted)] if hinted else []),
            *(["  about what passed:", _render_list(doubted)] if doubted else []),
        ]

    def _list_once(self, find_texts: Callable[[Document], list[str]]) -> list[str]:
        """Return what there is to say of exchanges, each sentence with the first of its own."""
        first: dict[str, int] = {}
        for exchange in self._exchanges:
            for text in find_texts(exchange):
                first.setdefault(text, exchange["seq"])
        return [f"#{self._trail.find_number(seq)}: {flat(text)}" for text, seq in first.items()]

    def _add_strays(self, own: list[str]) -> str:
        """Add the calls with keys of nobody's: a wrong key is the likeliest reason for silence."""
        strays = [_render_stray(exchange) for exchange in self._account.stray]
        if not strays:
            return "\n".join(own)
        shown = f" {strays[0]}" if len(strays) == 1 else "\n" + _render_list(strays)
        lead = "" if own else "nothing with this test's key; "
        return "\n".join([*own, f"  {lead}during this test the server also saw{shown}"])


def _list_doubts(exchange: Document) -> list[str]:
    texts = exchange.get("numbers_as_text", ())
    spelled = [f"A number or boolean came as text: {', '.join(texts)}."] if texts else []
    return [*exchange.get("advice", ()), *spelled]


def _render_title(verdict: Document, lead: str = "") -> str:
    facts = ", ".join(verdict["facts"])
    return f"segmock: {lead}{verdict['level']} {verdict['id']}: {verdict['title']} ({facts})"


def _render_briefly(verdict: Document) -> str:
    return f"{_render_title(verdict)}\nThe report of the failed test shows where."


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _render_rule(rule: Document) -> str:
    told = ("id", "api_key", "hits", "spent", "calls")
    return ", ".join(f"{name} {value}" for name, value in rule.items() if name not in told)


def _render_stray(exchange: Document) -> str:
    bearer = _BEARER.fullmatch(exchange["request"]["headers"].get("authorization", ""))
    key = exchange["api_key"] or (bearer and bearer[1])
    whose = f"with key {flat(key.replace('...', '…'))}" if key else "without a key"
    whose += " as Bearer, which is no x-api-key" if bearer and not exchange["api_key"] else ""
    call = f"{flat(exchange['method'])} {short(exchange['path'])}"
    return f"{call} → {exchange['status'] or 'no answer'} {whose}"


def _render_list(lines: list[str]) -> str:
    more = len(lines) - _MOST_STRAYS
    shown = lines[:_MOST_STRAYS] + ([f"… and {more} more"] if more > 0 else [])
    return indent("\n".join(shown), "  ")
