"""The mutants of the server that a suite is played against: what servers do to clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockserver.verdicts.exchanges import RUNS


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A server that misbehaves in one way, once or a few times for each account.

    Attributes:
        id: What it is called by.
        title: What the server does, in a few words.
        does: The same in a sentence or two, as a user would tell it.
        right: What a right client does.
        add: The test to add where nothing notices.
        rules: What arms it: rules as `POST /_mock/faults` takes them, without an `api_key`.
        facts: The ids of contracts/behaviours.json that it stands on.
    """

    id: str
    title: str
    does: str
    right: str
    add: str
    rules: tuple[dict[str, Any], ...]
    facts: tuple[str, ...] = ()

    @property
    def routes(self) -> tuple[str, ...]:
        """The routes that it strikes: tests that call none of them are not played."""
        return tuple(rule["on"]["route"] for rule in self.rules)


_RUNS = tuple(sorted(RUNS))


def _on_each(*routes: str, **rule: Any) -> tuple[dict[str, Any], ...]:
    """Return the rule once for each of the routes."""
    return tuple({"on": {"route": route}, **rule} for route in routes)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        id="answer-lost-after-submit",
        title="the answer to a submit is lost",
        does="The run is queued and will be charged; the connection dies before the answer.",
        right="Reports that the run may have been made. It sends nothing again: that pays twice.",
        add="a test in which the answer to the first submit is lost: one submit, and an error",
        rules=_on_each("submit", do={"close": True}, when="after", times=1),
        facts=("S2", "R9"),
    ),
    Mutant(
        id="answer-lost-v1",
        title="the answer to a blocking call is lost",
        does="The run is done and charged; the connection dies before the answer.",
        right="Reports that the run may have been made. It sends nothing again: that pays twice.",
        add="a test in which the answer to a v1 call is lost: one call, and an error",
        rules=_on_each("sync", do={"close": True}, when="after", times=1),
        facts=("S2", "R1"),
    ),
    Mutant(
        id="answer-cut-after-submit",
        title="the answer to a submit or a blocking call is cut short",
        does="The run is made; the answer stops after ten bytes.",
        right="Reports that the run may have been made. It sends nothing again: that pays twice.",
        add="a test in which the answer to the first submit is cut: one submit, and an error",
        rules=_on_each(*_RUNS, do={"truncate_bytes": 10}, times=1),
        facts=("S2",),
    ),
    Mutant(
        id="result-lost",
        title="the first answer with the result is lost",
        does="The result is there; the connection dies before it has come.",
        right="Asks for the result again: a GET may be repeated, a submit may not.",
        add="a test in which the first fetch of a result is lost: one submit, and the result",
        rules=_on_each("result", "poll", do={"close": True}, when="after", times=1),
        facts=("S2", "O1"),
    ),
    Mutant(
        id="garbled-result",
        title="the first answer with the result is garbled",
        does="Half of the JSON of the result comes, and a byte that no JSON has.",
        right="Asks for the result again, or reports what came. It makes no second run.",
        add="a test in which the first result is garbled: one submit, and the result or an error",
        rules=_on_each("result", "poll", do={"malformed": True}, times=1),
        facts=("S2", "O1"),
    ),
    Mutant(
        id="poll-503",
        title="two polls in a row are answered 503",
        does="The gateway's edge answers two polls with a page; the run goes on.",
        right="Polls on: the run is paid for. It neither gives up nor submits again.",
        add="a test in which two polls are answered 503: one submit, and the result",
        rules=_on_each("status", "poll", do={"status": 503, "body": "html"}, times=2),
        facts=("S2", "E6"),
    ),
    Mutant(
        id="job-failed",
        title="the run fails",
        does="The run ends as FAILED, served as 422 (on v1 as 500), and is not charged.",
        right="Reports the failure with the gateway's reason. It hands out no result.",
        add="a test in which the run fails: an error with the gateway's reason",
        rules=_on_each(*_RUNS, do={"state": "FAILED", "error": "out of memory"}),
        facts=("T4", "V4"),
    ),
    Mutant(
        id="rate-limited",
        title="two calls in a row are answered 429",
        does="The rate limit is exceeded; each answer says when its window resets, in a second.",
        right="Waits until the instant that x-rate-limit-reset-at-utc names, and calls again.",
        add="a test in which two submits are answered 429: a pause until the reset, one run",
        rules=_on_each(*_RUNS, do={"status": 429, "reset_in_s": 1}, times=2),
        facts=("E5", "L2"),
    ),
    Mutant(
        id="empty-wallet",
        title="the wallet is empty",
        does="Each run is refused with 406, as the balance is below the price.",
        right="Reports that credits are missing, and stops: asking again changes nothing.",
        add="a test with an empty wallet: an error that says so, after one call",
        rules=_on_each(*_RUNS, do={"status": 406}),
        facts=("E3", "L3"),
    ),
    Mutant(
        id="wrong-key",
        title="the key is not known",
        does="Each run is refused with 401.",
        right="Reports that the key is wrong, and stops: asking again changes nothing.",
        add="a test with a wrong key: an error that says so, after one call",
        rules=_on_each(*_RUNS, do={"status": 401}),
        facts=("A3",),
    ),
    Mutant(
        id="result-expired",
        title="the result is gone",
        does="An hour is over: the result is answered with 404, for good.",
        right="Reports that the result is gone. It neither polls for ever nor submits again.",
        add="a test in which the result is gone: an error, and one submit",
        rules=_on_each("result", "poll", do={"expire": True}, when="before", times=1),
        facts=("T6", "T7"),
    ),
    Mutant(
        id="cut-download",
        title="a download is cut short",
        does="The file of the output announces its length, and stops half-way.",
        right="Notices that bytes are missing; fetches the file again, or reports it.",
        add="a test in which the download is cut: the whole file, or an error",
        rules=_on_each("output", do={"truncate_bytes": 100}, times=1),
        facts=("R7",),
    ),
    Mutant(
        id="output-gone",
        title="the file of the output is gone",
        does="The address of the output is answered with 404: files are kept for seven days.",
        right="Reports that the file is gone. It stores no error page as a picture.",
        add="a test in which the file is gone: an error, and nothing stored",
        rules=_on_each("output", do={"expire": True}, when="before"),
        facts=("R7",),
    ),
    Mutant(
        id="page-for-json",
        title="a page comes where JSON is expected",
        does="One poll, or one look at the balance, is answered 200 with a page of HTML.",
        right="Takes no page for an answer: polls again, or reports it. It makes no second run.",
        add="a test in which one poll is answered with a page: one submit, and the result",
        rules=_on_each(
            "status",
            "poll",
            "credits",
            do={"status": 200, "body": "html", "headers": {"content-type": "text/html"}},
            times=1,
        ),
        facts=("E6",),
    ),
    Mutant(
        id="unknown-state",
        title="a poll tells a state that nobody documents",
        does="One poll says THROTTLED; the run goes on, and is COMPLETED later.",
        right="Takes a state that it does not know for still running, and polls on.",
        add="a test in which one poll tells an unknown state: one submit, and the result",
        rules=_on_each("status", "poll", do={"unknown_state": "THROTTLED"}, times=1),
        facts=("T8b",),
    ),
    Mutant(
        id="long-run",
        title="the run takes eight polls longer",
        does="The job stays in its state for eight more polls.",
        right="Polls on until its deadline. It neither gives up early nor submits again.",
        add="a test in which the run takes eight polls more: one submit, and the result",
        rules=_on_each("status", "poll", do={"linger": True}, times=8),
        facts=("T1",),
    ),
    Mutant(
        id="slow-poll",
        title="a poll takes a second",
        does="One poll is answered a second late.",
        right="Waits for it, within its deadline.",
        add="a test in which one poll takes a second: one submit, and the result",
        rules=_on_each("status", "poll", do={"delay_s": 1.0}, when="before", times=1),
        facts=("R3",),
    ),
    Mutant(
        id="stalled-job",
        title="the run never ends",
        does="The job stays in PROCESSING until it expires (on v1 that is a 504 after a minute).",
        right="Gives up at a deadline of its own, and says so. It does not submit again.",
        add="a test in which the run never ends: an error at the client's deadline, one submit",
        rules=_on_each("submit", do={"stall": "PROCESSING"}),
        facts=("T7", "V3"),
    ),
)
"""All of them, those first that cost the most where nobody notices."""
