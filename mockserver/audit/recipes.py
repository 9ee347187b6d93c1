"""What a test that is pasted arms and asserts, for each mutant, whatever language it is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from mockserver.audit.mutants import Mutant

Way: TypeAlias = Literal["pytest", "respx", "unittest", "node-test", "vitest", "shell"]
"""How a test reaches the emulator: by the fixture `segmock` or `segmock_respx`, by the context
manager of unittest, by the npm package, or by the address in `SEGMOCK_URL`."""

MARK = "<<< your call"
"""What stands behind the one line of a pasted test that its reader has to change."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A test in which a server misbehaves, and the client under test does right.

    Attributes:
        name: What the test is called, in words of letters and digits alone.
        why: What happens, and why the client must do as it is held to.
        ends: How the client's call has to end.
        counts: What there must be one of: runs that were sent, or runs that were paid for.
        lasts: Whether the fault strikes each call, so that there is one right end, where the
            mutant strikes but once.
        rule: The fault to arm, as `POST /_mock/faults` takes it, without an `api_key`.
    """

    name: str
    why: str
    ends: Literal["error", "result"]
    counts: Literal["sent", "paid"] = "sent"
    lasts: bool = False
    rule: Mapping[str, Any] = field(default_factory=dict)

    @property
    def route(self) -> str:
        """The route that the fault strikes."""
        return str(self.rule["on"]["route"])

    @property
    def count(self) -> int:
        """How many runs there are to be, sent or paid for: none where it is about the balance."""
        return 0 if self.route == "credits" else 1

    @property
    def pause_s(self) -> float:
        """How long it is from each run to the next, at the least, by what the gateway tells."""
        return float(self.rule["do"].get("reset_in_s", 0))

    @property
    def reason(self) -> str:
        """What the client's error has to pass on; nothing if the gateway gives no reason."""
        return str(self.rule["do"].get("error", ""))


_MAYBE = "The run may have been accepted, and a second one is a second charge."

_RECIPES = {
    "answer-lost-after-submit": Recipe(
        name="a run whose answer was lost is not sent again", why=_MAYBE, ends="error"
    ),
    "answer-lost-v1": Recipe(
        name="a blocking call whose answer was lost is not made again", why=_MAYBE, ends="error"
    ),
    "answer-cut-after-submit": Recipe(
        name="a run whose answer was cut short is not sent again", why=_MAYBE, ends="error"
    ),
    "result-lost": Recipe(
        name="a result that was lost on its way is asked for again",
        why="Asking changes nothing, and the run is paid for.",
        ends="result",
    ),
    "garbled-result": Recipe(
        name="a result that cannot be read is told and not bought again",
        why="No answer with the result is JSON. Asking again is free, a second run is not.",
        ends="error",
        lasts=True,
    ),
    "poll-503": Recipe(
        name="two polls that are answered 503 do no harm",
        why="The run goes on, and is paid for.",
        ends="result",
    ),
    "job-failed": Recipe(
        name="a failed run is told with its reason",
        why="It costs nothing, and there is no result to hand out.",
        ends="error",
    ),
    "rate-limited": Recipe(
        name="a run that is refused with 429 is sent again after the reset",
        why="A 429 accepts nothing, and says in x-rate-limit-reset-at-utc when the next may come.",
        ends="result",
        counts="paid",
    ),
    "empty-wallet": Recipe(
        name="an empty wallet is told after one call",
        why="Asking again changes nothing.",
        ends="error",
    ),
    "wrong-key": Recipe(
        name="a wrong key is told after one call",
        why="Asking again changes nothing.",
        ends="error",
    ),
    "result-expired": Recipe(
        name="a result that is gone is told and not bought again",
        why="After an hour the gateway has forgotten the run, which was paid for.",
        ends="error",
    ),
    "cut-download": Recipe(
        name="half a file is not taken for the whole",
        why="Each download stops before the length that it announced.",
        ends="error",
        lasts=True,
    ),
    "output-gone": Recipe(
        name="a file that is gone is told",
        why="What comes in its place is an error, and no picture.",
        ends="error",
    ),
    "page-for-json": Recipe(
        name="a page in place of an answer does no harm",
        why="Asking again is free, a second run is not.",
        ends="result",
    ),
    "unknown-state": Recipe(
        name="a state that nobody documents is not the end",
        why="The run goes on, and is paid for.",
        ends="result",
    ),
    "long-run": Recipe(
        name="a run that takes eight polls longer is waited for",
        why="It is paid for.",
        ends="result",
    ),
    "slow-poll": Recipe(
        name="a poll that takes a second is waited for",
        why="The run goes on, and is paid for.",
        ends="result",
    ),
    "stalled-job": Recipe(
        name="a run that never ends is given up and told",
        why="The client has a deadline of its own, and sends nothing again.",
        ends="error",
    ),
}


def find_recipe(mutant: Mutant, route: str | None = None) -> Recipe:
    """Return what a test of a mutant arms and asserts.

    Args:
        mutant: Which.
        route: The route that it struck: a rule for another one would never strike the client.
    """
    recipe = _RECIPES[mutant.id]
    fitting = [rule for rule in mutant.rules if rule["on"]["route"] == route]
    rule = dict((fitting or mutant.rules)[0])
    if recipe.lasts:
        del rule["times"]
    return replace(recipe, rule=rule)
