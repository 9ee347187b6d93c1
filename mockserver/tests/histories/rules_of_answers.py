"""What holds of answers: each is one that can be, and none is missing where nothing was killed."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.tests.histories.history import Evidence, Operation

STATUSES = {
    "submit": {200, 406, 429},
    "run": {200, 406, 429},
    "status": {200, 404, 422},
    "result": {200, 404, 422},
    "credits": {200},
    "move": {200},
    "arm": {200},
    "disarm": {204},
    "force": {200, 400, 404},
    "show": {200, 404},
    "list": {200},
    "put": {200},
    "watch": {200},
    "upload": {200},
    "read": {200, 404},
    "hook": {200},
}
"""What can be answered where no fault strikes; what of it is right other rules say."""


def check_statuses(evidence: Evidence) -> Iterator[str]:
    """See that no answer is one that nothing explains."""
    for operation in evidence.operations:
        is_odd = operation.is_known and operation.status not in STATUSES[operation.kind]
        if is_odd and not evidence.is_struck(operation):
            yield f"{operation} is answered {operation.answer!r}"


def check_losses(evidence: Evidence) -> Iterator[str]:
    """See that an answer is lost only where a fault took it, or somebody was killed."""
    if evidence.history.is_disturbed:
        return
    for operation in evidence.operations:
        if not operation.is_known and not evidence.is_struck(operation):
            yield f"{operation} got no answer, and nobody was killed"


def check_forces(evidence: Evidence) -> Iterator[str]:
    """See that a job is brought into the state that was asked for, unless it had ended."""
    for force in evidence.list_operations("force"):
        if force.status == 200 and force.answer["state"] != force.body["state"]:
            yield f"{force} was to be {force.body['state']}, and is {force.answer['state']}"
        elif force.status == 400 and not had_ended(evidence, force):
            yield f"{force} is refused, though the job had not ended"


def had_ended(evidence: Evidence, force: Operation) -> bool:
    """Tell whether a job is at the end in a state that no job leaves."""
    jobs = [job for account in evidence.accounts for job in account.jobs]
    states = [job["state"] for job in jobs if job["request_id"] == force.subject]
    return not set(states) & {"QUEUED", "PROCESSING"}
