"""Which profile a check belongs to: how much one may ask of a client before it is trusted."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Literal, Protocol, TypeAlias

from client_tests.cases.model import Level

Profile: TypeAlias = Literal["core", "robust", "strict"]

PROFILES: tuple[Profile, ...] = ("core", "robust", "strict")
"""From the least that is asked to the most; each is asked together with those before it."""

MEANINGS: dict[Profile, str] = {
    "core": "never pays twice, sends what it was given, keeps its key, reads states and "
    "outcomes, ends",
    "robust": "repeats polls that went wrong, waits out a 429, keeps its deadline",
    "strict": "bears exotic names, lengths and spellings, and does what a client SHOULD",
}

_PROFILES: tuple[tuple[str, Profile], ...] = (
    ("property/params-arrive*", "strict"),
    ("property/anything", "robust"),
    ("property/one-after-another", "robust"),
    ("property/deadline", "robust"),
    ("property/garbled", "robust"),
    ("property/poll-faults", "robust"),
    ("property/rate-limit", "robust"),
    ("property/*", "core"),
    ("*/after-the-end/*", "core"),
    ("*/redirects/*", "core"),
    ("*/keys/*", "core"),
    ("*/durations/*", "robust"),
    ("*/spelling/reset-*", "robust"),
    ("*/spelling/*-with-a-charset", "robust"),
    ("*/spelling/urls-with-a-query", "robust"),
    ("*/spelling/*", "strict"),
    ("*/lengths/*-of-one*", "core"),
    ("*/lengths/*-of-some-hundreds", "core"),
    ("*/lengths/*", "strict"),
    ("*/shapes/text-*", "strict"),
    ("*/deadlines/*", "robust"),
    ("*/limits/*", "robust"),
    ("*/429-*", "robust"),
    ("*/delay-*", "core"),
    ("*/drip-*", "core"),
    ("*/extra-fields-*", "core"),
    ("*-recovers", "robust"),
    ("*-trouble*", "robust"),
    ("*/trouble-*", "robust"),
    ("run/failures/behind-*", "robust"),
    ("run/failures/cut-in-half", "robust"),
    ("run/results/everything-goes-wrong-once", "robust"),
    ("run/states/long-and-rough", "robust"),
    ("run/states/no-state", "robust"),
    ("run/states/number-for-a-state", "robust"),
    ("run/states/*json-*", "robust"),
    ("run/states/result-in-html", "robust"),
    ("run/states/pages-with-a-json-label", "robust"),
    ("*/parameters/named-*", "strict"),
    ("*/parameters/name*", "strict"),
    ("*/parameters/all-names-at-once", "strict"),
    ("*/parameters/prompt-of-controls", "strict"),
    ("*/parameters/prompt-of-private", "strict"),
    ("*/parameters/prompt-of-separators", "strict"),
    ("*/parameters/long-*", "strict"),
    ("*/parameters/many", "strict"),
    ("*/parameters/*", "core"),
    ("run/*", "core"),
    ("run_sync/*", "core"),
    ("download/*", "core"),
    ("credits/*", "core"),
)
"""The first pattern that matches an id decides. Whoever adds a group of cases adds its line."""


class Check(Protocol):
    """A case, a property, or what became of one."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def level(self) -> Level:
        """Whether a client has to hold it."""


def profile_of(check: Check) -> Profile:
    """Return the profile of a check; what a client merely SHOULD do is always strict.

    A check that no line speaks for is robust, so that it counts unless somebody says otherwise.
    """
    if check.level == "SHOULD":
        return "strict"
    return next(
        (profile for pattern, profile in _PROFILES if fnmatchcase(check.id, pattern)), "robust"
    )


def widest(profiles: Iterable[Profile]) -> Profile:
    """Return that of some profiles which contains the others."""
    return max(profiles, key=PROFILES.index)


def contains(wide: Profile, profile: Profile) -> bool:
    """Tell whether one profile asks for all that another does."""
    return PROFILES.index(profile) <= PROFILES.index(wide)
