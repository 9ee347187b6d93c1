"""The table of causes: the first rule that applies to a violation names its cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from client_tests.cases.profiles import Profile
from client_tests.judging.cause import Rank
from client_tests.judging.scene import Scene
from client_tests.judging.scene_words import describe_raised, describe_resubmission, describe_route


@dataclass(frozen=True)
class Rule:
    """A line of the table: `detail` fills the braces of the title, and follows the id."""

    id: str
    rank: Rank
    title: str
    applies: Callable[[Scene], bool]
    trait: str | None = None
    detail: Callable[[Scene], str] | None = None
    amount: Callable[[Scene], float] | None = None
    profile: Profile | None = None
    facts: tuple[str, ...] = ()


_LOST = {"server_error", "transport_error"}
_LONG_S = 0.3


def _is(*assertions: str) -> Callable[[Scene], bool]:
    return lambda scene: scene.violation.assertion in assertions


def _ends(applies: Callable[[Scene], bool]) -> Callable[[Scene], bool]:
    """Return a condition for what is about how a call ended."""
    return lambda scene: scene.is_about_the_end and applies(scene)


RULES: tuple[Rule, ...] = (
    Rule(
        "submits-again", Rank.PAID_TWICE, "Makes another run for one call, after {}",
        lambda scene: scene.is_one_too_many
        and scene.violation.assertion in {"charged", "submitted", "resubmitted-after-lost-answer"},
        detail=describe_resubmission,
        facts=("S2",),
    ),
    Rule(
        "submits-again", Rank.PAID_TWICE, "Sends a run again when its answer went missing",
        _is("resubmitted-after-lost-answer"),
    ),
    Rule(
        "runs-too-often", Rank.PAID_TWICE, "Makes more runs than were asked of it",
        lambda scene: _is("charged", "submitted")(scene) and not scene.is_too_few,
        facts=("S2",),
    ),
    Rule(
        "key-leaves-the-api", Rank.KEY, "Lets its key be seen where it does not belong: {}",
        lambda scene: scene.violation.assertion.startswith("key-"),
        detail=lambda scene: scene.violation.assertion,
    ),
    Rule("no-key", Rank.KEY, "Calls without its key", _is("no-key")),
    Rule(
        "runs-another-model", Rank.UNCHANGED, "Runs another model than the one it was asked for",
        _is("model"),
    ),
    Rule(
        "goes-on-after-the-end", Rank.RULES, "Goes on asking after it has answered",
        _is("after-the-end"),
    ),
    Rule(
        "ignores-429-window", Rank.RULES, "Asks again before the instant that a 429 names",
        _is("called-before-reset"),
        profile="robust",
    ),
    Rule(
        "polls-too-fast", Rank.PACE, "Polls a job faster than it was asked to",
        _is("paced", "polled-too-fast"),
    ),
    Rule(
        "repeats-without-a-pause", Rank.PACE, "Repeats what has failed many times without a pause",
        _is("hammered"),
        profile="robust",
    ),
    Rule(
        "outlasts-deadline", Rank.PACE, "Goes on when its deadline is over",
        _is("overran"),
        profile="robust",
    ),
    Rule("asks-without-end", Rank.PACE, "Makes more calls than can be kept", _is("kept")),
    Rule("mixes-up-jobs", Rank.OUTCOME, "Hands on what belongs to another call", _is("own")),
    Rule(
        "pauses-too-long", Rank.PACE, "Pauses between polls for much longer than it was asked to",
        _ends(lambda scene: scene.longest_pause_s > max(_LONG_S, 5 * scene.asked_pause_s)
              and scene.outcome in {None, "timeout"} and scene.is_poll and not scene.is_trouble
              and not scene.is_struck),
        profile="robust", trait="max_poll_interval_s", amount=lambda scene: scene.longest_pause_s,
    ),
    Rule(
        "outlasts-deadline", Rank.PACE, "Does not answer by its deadline",
        _ends(lambda scene: scene.reply is not None and scene.reply.answer is None),
        profile="robust",
    ),
    Rule(
        "raises", Rank.OUTCOME, "Raises {}",
        _ends(lambda scene: scene.outcome == "client_bug"), detail=describe_raised,
    ),
    Rule(
        "changes-result", Rank.OUTCOME, "Hands on something other than what was delivered",
        _ends(lambda scene: scene.outcome == "completed" and not scene.is_trouble
              and scene.violation.assertion == "result"),
    ),
    Rule(
        "passes-garbled-result", Rank.OUTCOME, "Reports a garbled answer to a {} as completed",
        _ends(lambda scene: scene.outcome == "completed" and scene.is_trouble),
        detail=describe_route,
        profile="core", facts=("O1",),
    ),
    Rule(
        "passes-unfinished-result", Rank.OUTCOME,
        "Takes whatever the result says for the end, whatever state is in it",
        _ends(lambda scene: scene.outcome == "completed" and scene.is_poll
              and scene.state != "COMPLETED"),
    ),
    Rule(
        "gives-up-on-a-429", Rank.OUTCOME, "Gives up when a poll gets a 429",
        _ends(lambda scene: scene.is_limited and scene.is_poll
              and scene.outcome in {"rate_limited", *_LOST}),
        trait="waits_out_429",
        profile="robust", facts=("E5",),
    ),
    Rule(
        "gives-up-on-a-poll", Rank.OUTCOME, "Gives up when a poll goes wrong",
        _ends(lambda scene: scene.is_poll and scene.is_trouble and scene.outcome in _LOST),
        trait="retries_polls",
        profile="robust", facts=("S2",),
    ),
    Rule(
        "gives-up-on-an-unknown-state", Rank.OUTCOME, "Gives up on a state that it does not know",
        _ends(lambda scene: scene.is_in_an_unknown_state and scene.outcome in _LOST),
    ),
    Rule(
        "keeps-failure-to-itself", Rank.OUTCOME, "Does not pass on the words of an error",
        _ends(lambda scene: scene.outcome in {"failed", "invalid"}
              and (scene.has_failed or scene.is_refusal)
              and scene.outcome in scene.case.expect.outcomes),
    ),
    Rule(
        "misreads-failed-job", Rank.OUTCOME, "Reports a job that FAILED as {}",
        _ends(lambda scene: scene.has_failed and scene.outcome != "failed"),
        detail=lambda scene: str(scene.outcome),
    ),
    Rule(
        "gives-up-early", Rank.OUTCOME, "Says that its time is over while there is some left",
        _ends(lambda scene: scene.outcome == "timeout" and scene.is_poll),
        profile="robust",
    ),
)  # fmt: skip
