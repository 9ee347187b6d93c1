"""What clients know of each other, and the requests that they make of it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from mockserver.tests.histories.generator import FREE, PRICES, PROMPTS, STEPS_S, Script, Step
from mockserver.tests.histories.history import Document, Operation

RARE = ("disarm", "read")
"""Kinds that often have nothing to be about."""

DENIED = ("sdxl1.0-txt2img", "ideogram-2a-txt-2-img")
"""Models that no client calls."""


class Scene:
    """What clients know of each other: what their operations can be about.

    Attributes:
        jobs: Ids of each account whose submit was answered.
        armed: Faults of each account that nobody has removed yet.
        files: Each file's account and address.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.jobs: list[list[str]] = [[] for _ in script.accounts]
        self.armed: list[list[str]] = [[] for _ in script.accounts]
        self.files: list[tuple[str, str]] = []

    def make_operation(self, step: Step, client: int, number: int) -> Operation:
        """Make a step's operation; what has nothing to be about yet is another."""
        write = getattr(self, f"_write_{step.kind}")
        fields = write(step, number)
        if fields is None:
            instead = self._write_credits if step.kind in RARE else self._write_submit
            fields = instead(step, number)
        key = self.script.accounts[step.account].key
        return Operation(**{"number": number, "client": client, "account": key, **fields})

    def learn(self, operation: Operation, account: int) -> None:
        """Take in what others can ask about from now on."""
        if operation.status != 200 or not isinstance(operation.answer, dict):
            return
        if operation.kind == "submit":
            self.jobs[account].append(operation.answer["request_id"])
        elif operation.kind == "arm":
            self.armed[account].append(operation.answer["id"])
        elif operation.kind == "upload":
            self.files.append((operation.account, operation.answer["urls"][0]))

    def _write_submit(self, step: Step, number: int) -> Document:
        prompt = PROMPTS[step.draws[0] % len(PROMPTS)]
        slug = list(PRICES)[step.draws[1] % len(PRICES)]
        params: Document = {"prompt": f"{prompt} op-{number}"}
        return {"kind": "submit", "method": "POST", "path": f"/v2/{slug}", "body": params}

    def _write_run(self, _step: Step, number: int) -> Document:
        body = {"prompt": f"A kite op-{number}", "sleep": 1}
        return {"kind": "run", "method": "POST", "path": f"/v1/{FREE}", "body": body}

    def _write_status(self, step: Step, _number: int) -> Document | None:
        return self._poll(step, step.account, "status", "/v2/requests/{}/status")

    def _write_result(self, step: Step, _number: int) -> Document | None:
        return self._poll(step, step.account, "result", "/v2/requests/{}")

    def _write_foreign(self, step: Step, _number: int) -> Document | None:
        others = len(self.jobs) - 1
        other = (step.account + 1 + step.draws[1] % others) % len(self.jobs)
        found = self._poll(step, other, "status", "/v2/requests/{}/status")
        return found and {**found, "is_foreign": True}

    def _write_credits(self, _step: Step, _number: int) -> Document:
        return {"kind": "credits", "method": "GET", "path": "/v1/get-user-credits"}

    def _write_move(self, step: Step, number: int) -> Document:
        seconds = STEPS_S[step.draws[0] % len(STEPS_S)] + (number + 1) / 1_000_000
        key = self.script.accounts[step.account].key
        body = {"api_key": key, "advance_s": seconds}
        return {"kind": "move", "method": "PATCH", "path": "/_mock/clock", "body": body}

    def _write_arm(self, step: Step, _number: int) -> Document:
        key = self.script.accounts[step.account].key
        rule = {**self.script.armed[step.account], "api_key": key}
        return {"kind": "arm", "method": "POST", "path": "/_mock/faults", "body": rule}

    def _write_disarm(self, step: Step, _number: int) -> Document | None:
        armed = self.armed[step.account]
        if not armed:
            return None
        subject = armed.pop()
        path = f"/_mock/faults/{subject}"
        return {"kind": "disarm", "method": "DELETE", "path": path, "subject": subject}

    def _write_force(self, step: Step, _number: int) -> Document | None:
        found = self._poll(step, step.account, "force", "/_mock/jobs/{}")
        body = {"state": ("COMPLETED", "FAILED")[step.draws[1] % 2]}
        return found and {**found, "method": "PATCH", "body": body}

    def _write_show(self, step: Step, _number: int) -> Document | None:
        return self._poll(step, step.account, "show", "/_mock/jobs/{}")

    def _write_list(self, step: Step, _number: int) -> Document:
        key = self.script.accounts[step.account].key
        path = f"/_mock/requests?api_key={key}&limit=10000"
        return {"kind": "list", "method": "GET", "path": path}

    def _write_put(self, step: Step, _number: int) -> Document:
        key = self.script.accounts[step.account].key
        body = {"denied_models": [DENIED[step.draws[0] % len(DENIED)]]}
        return {"kind": "put", "method": "PUT", "path": f"/_mock/accounts/{key}", "body": body}

    def _write_upload(self, _step: Step, number: int) -> Document:
        data = b64encode(f"op-{number}".encode()).decode()
        body = {"data_urls": [f"data:text/plain;base64,{data}"]}
        return {"kind": "upload", "method": "POST", "path": "/upload-asset", "body": body}

    def _write_read(self, step: Step, _number: int) -> Document | None:
        if not self.files:
            return None
        account, url = self.files[step.draws[0] % len(self.files)]
        path = "/assets/" + url.rpartition("/")[2]
        return {"kind": "read", "method": "GET", "path": path, "account": account, "subject": url}

    def _write_hook(self, _step: Step, number: int) -> Document:
        body: Any = {"webhook_url": f"https://a.example/op-{number}"}
        body["event"] = {"types": ["GRAPH_RUN"]}
        return {"kind": "hook", "method": "POST", "path": "/webhook/add", "body": body}

    def _poll(self, step: Step, owner: int, kind: str, path: str) -> Document | None:
        """Ask about one of an account's jobs, if there is one."""
        jobs = self.jobs[owner]
        if not jobs:
            return None
        subject = jobs[step.draws[0] % len(jobs)]
        return {"kind": kind, "method": "GET", "path": path.format(subject), "subject": subject}
