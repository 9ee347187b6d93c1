"""What a server makes for the first time, made before a client is timed: it takes longer then."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

import httpx

from client_tests.cases.model import Case, Operation
from client_tests.running.control_plane import ControlPlane
from client_tests.running.driver_calls import KIT_KEY

_LONGEST_NAME = 100
"""No model of the server's is called anything longer."""


class FirstUses:
    """The models that a server has run, so that none is run for the first time by a client.

    A server reads files and imports what makes pictures when they are first asked for. On a busy
    machine that takes seconds, which would be taken from a client's deadline.
    """

    def __init__(self, control: ControlPlane) -> None:
        self._control = control
        self._used: set[tuple[str, str]] = set()

    def prepare(self, case: Case) -> None:
        """Run what a case runs, if this is the first time, on the kit's own account."""
        for operation in case.operations:
            use = (operation.op, operation.model)
            if use not in self._used and len(operation.model) <= _LONGEST_NAME:
                self._used.add(use)
                with suppress(httpx.HTTPError):  # what goes wrong here is no matter of the case
                    self._run(operation)

    def _run(self, operation: Operation) -> None:
        key, http = {"x-api-key": KIT_KEY}, self._control.http
        model = quote(operation.model, safe="")
        if operation.op == "run_sync":
            http.post(f"/v1/{model}", json=operation.params, headers=key)
        elif operation.op == "run":
            answer = http.post(f"/v2/{model}", json=operation.params, headers=key)
            if answer.is_success:
                job = answer.json()["request_id"]
                http.patch(f"/_mock/jobs/{job}", json={"state": "COMPLETED"})
                http.get(f"/v2/requests/{job}", headers=key)
