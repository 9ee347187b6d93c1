"""One account as a test holds it: its key, and everything that can be asked or told of it.

An account is a world of its own, so tests that each have one can share an emulator. Whatever is
done here goes through the control plane, in process or over HTTP: it can do no more than any other
user of that plane.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

from mockserver.base.errors import EmulatorError, is_misuse
from mockserver.handles.control_client import ControlClient, quote_name

__tracebackhide__ = is_misuse

Document: TypeAlias = dict[str, Any]


class AccountHandle:
    """One account.

    Args:
        client: Calls the control plane of the emulator that it lives on.
        api_key: Its key.
        fields: What is said of it: `plan`, `credits`, `requests_per_minute`, ….

    Attributes:
        api_key: What a client sends as `x-api-key`.
        clock: The account's clock.
        faults: The faults that strike this account alone.
    """

    def __init__(self, client: ControlClient, api_key: str, **fields: Any) -> None:
        self._client = client
        self.api_key = api_key
        self.clock = HandleClock(client, api_key)
        self.faults = Faults(client, api_key)
        self._path = f"/_mock/accounts/{quote_name(api_key, 'the key of an account')}"
        self._fields = fields
        self.configure(**fields)
        self._begun = self._find_newest()

    def configure(self, **fields: Any) -> Document:
        """Say something of the account: `plan`, `credits`, `free_credits`, `status`, ….

        Raises:
            EmulatorError: there is no such field, or it cannot have this value.
        """
        shown: Document = self._client.call("PUT", self._path, body=fields)
        return shown

    @property
    def account(self) -> Document:
        """What is said of the account, with its balance and its ledger."""
        shown: Document = self._client.call("GET", self._path)
        return shown

    @property
    def requests(self) -> list[Document]:
        """What the client has asked and was answered, oldest first."""
        return list_pages(self._client, "requests", api_key=self.api_key)

    @property
    def stray(self) -> list[Document]:
        """Calls that came with a key that nobody introduced, or with none, oldest first.

        They are those to this emulator, whoever made them, since this account was made or reset. A
        key is introduced by the control plane or the configuration, as those of all tests are.
        """
        return list_pages(self._client, "requests", stray="true", since=self._begun)

    @property
    def jobs(self) -> list[Document]:
        """The jobs that the client has made and that have not expired."""
        return list_pages(self._client, "jobs", api_key=self.api_key)

    @property
    def verdicts(self) -> list[Document]:
        """Which rules the client broke, MUST before SHOULD; all it did counts as one run."""
        return list_pages(self._client, "verdicts", api_key=self.api_key, one_run="true")

    @property
    def dropped(self) -> int:
        """How many exchanges the journal could not keep: no verdict knows of them."""
        page = self._client.call("GET", "/_mock/requests", api_key=self.api_key, limit=0)
        return int(page["dropped"])

    def job(self, request_id: str) -> Document:
        """Return one job, with its history.

        Raises:
            EmulatorError: there is none, or no longer.
        """
        shown: Document = self._client.call("GET", _render_job_path(request_id))
        return shown

    def complete(self, request_id: str) -> Document:
        """Let a job complete at this instant."""
        return self._change(request_id, state="COMPLETED")

    def fail(self, request_id: str, error: str = "The request failed.") -> Document:
        """Let a job fail at this instant."""
        return self._change(request_id, state="FAILED", error=error)

    def stall(self, request_id: str) -> Document:
        """Let a job stay in the state in which it is, until it expires."""
        return self._change(request_id, stall=True)

    def expire(self, request_id: str) -> Document:
        """Let a job be forgotten at this instant."""
        return self._change(request_id, expire=True)

    def sleepless(self) -> AbstractContextManager[None]:
        """Let the client sleep in virtual time while the context lasts.

        `time.sleep` and the `sleep` of asyncio, anyio and trio return at once and move this
        account's clock, the wall clock and `time.monotonic` of this process by as much, also where
        the client has taken them out of their modules before. Whoever needs real time meanwhile
        has `time.clock_gettime(time.CLOCK_MONOTONIC)`.
        """
        from mockserver.handles.virtual_sleep import sleepless

        return sleepless(self.clock)

    def reset(self) -> None:
        """Begin anew: no jobs, no faults, an empty journal, and what was first said of it."""
        self._client.call("POST", "/_mock/reset", body={"api_key": self.api_key})
        self.configure(**self._fields)
        if asleep := sys.modules.get("mockserver.handles.virtual_sleep"):
            asleep.catch_up(self.clock)
        self._begun = self._find_newest()

    def _find_newest(self) -> int:
        """Return the number of the newest exchange of all."""
        return int(self._client.call("GET", "/_mock/requests", limit=0)["newest"])

    def _change(self, request_id: str, **fields: Any) -> Document:
        shown: Document = self._client.call("PATCH", _render_job_path(request_id), body=fields)
        return shown


def list_pages(client: ControlClient, what: str, **wanted: Any) -> list[Document]:
    """Return all pages of a list: `requests`, `jobs`, `verdicts` or `faults`."""
    found: list[Document] = []
    after = None
    while True:
        page = client.call("GET", f"/_mock/{what}", after=after, **wanted)
        found += page[what]
        after = page["next"]
        if after is None:
            return found


def _render_job_path(request_id: str) -> str:
    return f"/_mock/jobs/{quote_name(request_id, 'the id of a job')}"


class HandleClock:
    """The clock of one account."""

    def __init__(self, client: ControlClient, api_key: str) -> None:
        self._client = client
        self._api_key = api_key

    @property
    def now_utc(self) -> str:
        """The account's time, ISO 8601 with a Z."""
        return str(self._read()["now_utc"])

    @property
    def mode(self) -> str:
        """`real`, `frozen`, `auto` or `xN`."""
        return str(self._read()["mode"])

    def advance(self, seconds: float) -> list[Document]:
        """Move on by so many seconds; return the jobs' changes of state on the way.

        Raises:
            EmulatorError: time cannot go back.
        """
        return self._change(advance_s=seconds)

    def advance_to_next(self) -> list[Document]:
        """Move on to the next change of a job's state; return what changed then.

        Raises:
            EmulatorError: no job of the account will change its state.
        """
        return self._change(to_next=True)

    def sleep(self, seconds: float) -> None:
        """Have the client have slept for so many seconds of its own clock.

        That clock is ahead of the real time by as much until `wake`; on a clock that runs faster,
        more of the account's time passes. From the first such sleep on, verdicts about the
        client's pace go by them.

        Raises:
            EmulatorError: that is no number of seconds.
        """
        if not isinstance(seconds, int | float):
            raise EmulatorError(f"seconds is {seconds!r}", hint="give a number of seconds")
        self._change(advance_s=max(seconds, 0.0), slept=True)

    def wake(self) -> None:
        """Have the client's clock be at the real time again."""
        self._change(awake=True)

    def set(self, mode: str | None = None, *, utc: str | None = None) -> list[Document]:
        """Change how the time goes, or move on to an instant such as `2026-01-01T12:00:00Z`.

        Raises:
            EmulatorError: there is no such mode or instant, or time would go back.
        """
        return self._change(mode=mode, set_utc=utc)

    def _read(self) -> Document:
        shown: Document = self._client.call("GET", "/_mock/clock", api_key=self._api_key)
        return shown

    def _change(self, **fields: Any) -> list[Document]:
        given = {name: value for name, value in fields.items() if value is not None}
        body = {"api_key": self._api_key, **given}
        fired: list[Document] = self._client.call("PATCH", "/_mock/clock", body=body)["fired"]
        return fired


class Faults:
    """The faults of one account."""

    def __init__(self, client: ControlClient, api_key: str) -> None:
        self._client = client
        self._api_key = api_key

    def __iter__(self) -> Any:
        """Go through the rules, each with its `id`, its `hits` and whether it is `spent`."""
        return iter(list_pages(self._client, "faults", api_key=self._api_key))

    def add(
        self, do: Document | list[Document | None], on: str | Document | None = None, **rule: Any
    ) -> Document:
        """Arm a fault.

        Args:
            do: One effect, such as `{"status": 503}`, or a list of them, one for each call.
            on: A route such as `"status"`, or `{"route", "model", "state"}`.
            rule: `when`, `times`, `skip`, `every`, `probability`.

        Raises:
            EmulatorError: it could never strike, or makes no sense.
        """
        where = {"route": on} if isinstance(on, str) else on or {}
        body = {"api_key": self._api_key, "do": do, "on": where, **rule}
        shown: Document = self._client.call("POST", "/_mock/faults", body=body)
        return shown

    def remove(self, fault_id: str) -> None:
        """Disarm one fault.

        Raises:
            EmulatorError: there is none of this id.
        """
        self._client.call("DELETE", f"/_mock/faults/{quote_name(fault_id, 'the id of a fault')}")

    def clear(self) -> None:
        """Disarm all of them."""
        self._client.call("DELETE", "/_mock/faults", api_key=self._api_key)
