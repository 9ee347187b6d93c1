"""Defects of a run's states: of FAILED, of what is pending, and of the order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.base.ids import normalize_id
from mockserver.contract.routing import ROUTES
from mockserver.tests.broken_servers.defect import Defect, change_answers, in_state, where
from mockserver.tests.broken_servers.exchange import Answer, Asked, error
from mockserver.tests.broken_servers.server import Alteration, World

_PENDING = ("QUEUED", "PROCESSING")
_HOUR_S = 3600.0


class _StepsBack(Alteration):
    """Says QUEUED again at every second poll of a run that it has called PROCESSING."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._seen: dict[str, int] = {}

    def answer(self, asked: Asked, answer: Answer) -> Answer:
        """Step back."""
        if answer.members.get("status") != "PROCESSING":
            return answer
        run = normalize_id(asked.subject)
        self._seen[run] = count = self._seen.get(run, 0) + 1
        return answer if count % 2 else answer.with_members(status="QUEUED")


class _Reopens(Alteration):
    """Says PROCESSING of a run that has completed, at every second poll."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._seen: dict[str, int] = {}

    def answer(self, asked: Asked, answer: Answer) -> Answer:
        """Reopen."""
        if not asked.route.has_state or answer.members.get("status") != "COMPLETED":
            return answer
        run = normalize_id(asked.subject)
        self._seen[run] = count = self._seen.get(run, 0) + 1
        if count % 2:
            return answer
        host = asked.find_header("host")
        at = f"https://{host}{ROUTES['result'].fill_path(asked.subject)}"
        pending: dict[str, Any] = {
            "status": "PROCESSING",
            "request_id": run,
            "status_url": f"{at}/status",
            "response_url": at,
            "metrics": {},
        }
        return answer.with_document(pending)


class _Retention(Alteration):
    """Keeps runs for another time than an hour, in seconds."""

    kept_s = _HOUR_S

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._submitted: dict[str, float] = {}
        self._last: dict[str, Answer] = {}

    def answer(self, asked: Asked, answer: Answer) -> Answer:
        """Answer as if the retention were another."""
        if asked.route.name == "submit" and answer.status == 200:
            self._submitted[answer.members["request_id"]] = self.world.read_s(asked.key)
        run = normalize_id(asked.subject)
        if not asked.route.has_state or run not in self._submitted:
            return answer
        age_s = self.world.read_s(asked.key) - self._submitted[run]
        if age_s >= self.kept_s:
            return error(404, f"Request {asked.subject} not found")
        if answer.status != 404:
            self._last[f"{asked.route.name} {run}"] = answer
        return self._last.get(f"{asked.route.name} {run}", answer)


class _ExpiresEarly(_Retention):
    kept_s = 1800.0


class _ExpiresLate(_Retention):
    kept_s = 2 * _HOUR_S


class _NeverExpires(_Retention):
    kept_s = float("inf")


def _as_200(answer: Answer) -> Answer:
    return replace(answer, status=200)


def _with_metrics(answer: Answer) -> Answer:
    return answer.with_members(metrics={"inference_time": 0.25})


def _fail_at_status(*routes: str) -> Any:
    return where(in_state("FAILED", routes=routes), _as_200)


DEFECTS = (
    Defect("failed-as-200-on-status", "T4", "a FAILED status is 200", _fail_at_status("status")),
    Defect(
        "failed-as-200-on-result",
        "T4",
        "a FAILED result is 200",
        _fail_at_status("result", "poll"),
        also=frozenset({"R5"}),
    ),
    Defect(
        "failed-as-500",
        "T4",
        "a FAILED run is 500",
        where(in_state("FAILED"), lambda answer: replace(answer, status=500)),
    ),
    Defect(
        "failed-without-error",
        "T4",
        "a FAILED body has no error",
        where(in_state("FAILED"), lambda answer: answer.without_members("error")),
        also=frozenset({"E1"}),
    ),
    Defect(
        "failed-error-under-message",
        "T4",
        "a FAILED body has its words under message",
        where(
            in_state("FAILED"),
            lambda answer: answer.with_members(message=answer.members["error"]).without_members(
                "error"
            ),
        ),
        also=frozenset({"E1"}),
    ),
    Defect(
        "moderation-has-a-state",
        "T1",
        "a failed run is REJECTED instead of FAILED",
        where(in_state("FAILED"), lambda answer: answer.with_members(status="REJECTED")),
        also=frozenset({"T4", "T5", "E8"}),
    ),
    Defect(
        "fifth-state",
        "T1",
        "a run is STARTING while it is QUEUED",
        where(in_state("QUEUED"), lambda answer: answer.with_members(status="STARTING")),
    ),
    Defect("states-backwards", "T1", "PROCESSING is followed by QUEUED", _StepsBack),
    Defect("completed-reopens", "T1", "COMPLETED is followed by PROCESSING", _Reopens),
    Defect(
        "metrics-while-pending",
        "T2",
        "metrics are filled while a run is pending",
        where(in_state(*_PENDING), _with_metrics),
    ),
    Defect(
        "pending-status-202",
        "T2",
        "the status of a pending run is 202",
        where(in_state(*_PENDING, routes=("status",)), lambda answer: replace(answer, status=202)),
    ),
    Defect(
        "pending-without-urls",
        "T2",
        "a pending status has no URLs",
        where(
            in_state(*_PENDING, routes=("status",)),
            lambda answer: answer.without_members("status_url", "response_url"),
        ),
    ),
    Defect(
        "pending-result-404",
        "T8",
        "the result of a pending run is 404",
        change_answers(
            lambda asked, answer: (
                error(404, f"Request {asked.subject} not found")
                if in_state(*_PENDING, routes=("result", "poll"))(asked, answer)
                else answer
            )
        ),
        also=frozenset({"R5", "T6", "T7"}),
    ),
    Defect(
        "pending-result-202",
        "T8",
        "the result of a pending run is 202",
        where(
            in_state(*_PENDING, routes=("result", "poll")),
            lambda answer: replace(answer, status=202),
        ),
        also=frozenset({"R5"}),
    ),
    Defect(
        "expires-early",
        "T7",
        "a run is forgotten after half an hour",
        _ExpiresEarly,
        shown_by="wait",
    ),
    Defect(
        "expires-late",
        "T7",
        "a run is kept for two hours",
        _ExpiresLate,
        shown_by="wait",
        also=frozenset({"T6"}),
    ),
    Defect(
        "never-expires",
        "T7",
        "a run is kept for good",
        _NeverExpires,
        shown_by="wait",
        also=frozenset({"T6"}),
    ),
)
