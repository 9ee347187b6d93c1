"""Outputs as the control plane lists them, and finds one without a trace in the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec

from mockserver.base.clock import render_iso
from mockserver.base.errors import EmulatorError
from mockserver.base.excerpts import excerpt
from mockserver.base.ids import normalize_id
from mockserver.base.lock_steps import Steps, run_steps
from mockserver.base.redaction import hide_keys
from mockserver.control.account_names import render_key
from mockserver.control.accounts import find_account, list_secrets
from mockserver.control.pages import ListFilter, Page
from mockserver.gateway.context import Services
from mockserver.media.artefacts import CONTENT_TYPES, Artefact
from mockserver.rules.outputs import (
    RETENTION,
    Output,
    find_artefact,
    list_files,
    make_file_name,
    make_url,
    offers,
    parse_name,
)

_AT_ONCE = 50
"""How many accounts, or outputs, one hold of the lock looks at."""

_ALL = 10**9
"""More outputs than any account has."""


class OutputFilter(ListFilter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which files to show: those of an account, or of a request; `after` is the name of one."""

    request_id: str | None = None


class Made(NamedTuple):
    """An output: when it was made on its owner's clock, whose it is, and its id."""

    created_at: int
    owner: str
    output_id: str


class FilePage(Page[dict[str, Any]]):
    """A page of files, each with what it was made of.

    Args:
        wanted: Which files.
        origin: Where files are reached.
        keys: Those to hide.
    """

    def __init__(self, wanted: OutputFilter, origin: str, keys: Collection[str]) -> None:
        super().__init__(wanted.limit)
        self._request_id = wanted.request_id and normalize_id(wanted.request_id)
        self._origin = origin
        self._keys = keys

    def add_output(self, output: Output, behind: str = "") -> None:
        """Add the files of an output, or those behind a file of it, unless others are wanted."""
        if self._request_id and normalize_id(output.request_id) != self._request_id:
            return
        files = list_files(output)
        if behind:
            shown = [number for number, _ in files].index(parse_name(behind).number)
            files = files[shown + 1 :]
        for number, fmt in files:
            row = self._render(output, make_file_name(output.output_id, fmt, number), fmt)
            self.add(row["name"], row, len(output.payload))

    def _render(self, output: Output, name: str, fmt: str) -> dict[str, Any]:
        params = msgspec.json.decode(excerpt(output.payload))
        return {
            "name": name,
            "url": make_url(self._origin, name),
            "content_type": CONTENT_TYPES[fmt],
            "request_id": output.request_id,
            "model": output.model.slug,
            **render_key(output.owner),
            "created_utc": render_iso(output.created_at),
            "expires_utc": render_iso(output.created_at + RETENTION),
            "params": hide_keys(params, list_secrets(output.owner), self._keys),
        }


class Outputs:
    """The files of every account's runs."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store

    def list(self, wanted: OutputFilter, origin: str) -> dict[str, Any]:
        """List files of one account or of all, those first that were made last.

        Args:
            wanted: Which files.
            origin: Where they are reached.

        Raises:
            EmulatorError: there is no such account, or `after` is the name of no file.
        """
        page: dict[str, Any] = run_steps(self.list_in_steps(wanted, origin))
        return page

    def list_in_steps(self, wanted: OutputFilter, origin: str) -> Steps:
        """Do the same in steps: each looks at some accounts or outputs, and shows none."""
        page = FilePage(wanted, origin, self._store.keys)
        owners: tuple[str, ...] = yield partial(self._list_owners, wanted)
        last: Made | None = None
        if wanted.after:
            output, _ = yield partial(self._find, wanted.after)
            page.add_output(output, wanted.after)
            last = Made(output.created_at, output.owner, output.output_id)
        most = _ALL if wanted.request_id else wanted.limit + 1
        while not page.is_full:
            newest = yield from self._find_newest(owners, last, most)
            yield from self._add_outputs(page, newest)
            if len(newest) < most:
                break
            last = newest[-1]
        return {"outputs": page.items, "next": page.next}

    def find(self, name: str) -> Artefact:
        """Return what the file of this name is made of.

        Raises:
            EmulatorError: there is none, or no longer.
        """
        _, artefact = self._find(name)
        return artefact

    def _list_owners(self, wanted: OutputFilter) -> tuple[str, ...]:
        """Return whose outputs may be wanted."""
        if wanted.api_key:
            return (find_account(self._services, wanted.api_key).api_key,)
        owner = wanted.request_id and self._store.owner_of(normalize_id(wanted.request_id))
        return (owner,) if owner else tuple(self._store.accounts)

    def _find_newest(self, owners: tuple[str, ...], last: Made | None, most: int) -> Steps:
        """Find the newest outputs of these accounts, or those behind the last one that is shown."""
        newest: list[Made] = []
        for start in range(0, len(owners), _AT_ONCE):
            some = owners[start : start + _AT_ONCE]
            newest += yield partial(self._take_newest, some, last, most)
            # Outputs of one account that were made at one instant stay in their order.
            newest = sorted(newest, key=lambda made: (-made.created_at, made.owner))[:most]
        return newest

    def _take_newest(self, owners: tuple[str, ...], last: Made | None, most: int) -> Sequence[Made]:
        """Let some accounts catch up with their clocks, and return their newest outputs."""
        found: list[Made] = []
        for owner in owners:
            account = self._store.accounts.get(owner)
            if account is None:
                continue
            self._store.settle(account, account.clock.now())
            if last is None:
                made = self._store.outputs_of(owner, most)
            elif owner == last.owner:
                made = self._store.outputs_of(owner, most, behind=last.output_id)
            else:
                until = last.created_at if owner > last.owner else last.created_at - 1
                made = self._store.outputs_of(owner, most, until)
            found += [Made(instant, owner, output_id) for instant, output_id in made]
        return found

    def _add_outputs(self, page: FilePage, newest: Sequence[Made]) -> Steps:
        """Add outputs to a page until it is full; some may have left meanwhile."""
        for start in range(0, len(newest), _AT_ONCE):
            some = [made.output_id for made in newest[start : start + _AT_ONCE]]
            outputs: list[Output] = yield partial(self._store.find_outputs, some)
            for output in outputs:
                if page.is_full:
                    return
                page.add_output(output)

    def _find(self, name: str) -> tuple[Output, Artefact]:
        """Return the output that a file is of, and what the file is made of."""
        asked = parse_name(name)
        output = self._find_output(asked.output_id)
        if output is not None and offers(output.model, asked.fmt, asked.number):
            artefact = find_artefact(output, asked.number, asked.fmt)
            if artefact is not None:
                return output, artefact
        raise EmulatorError(
            f"there is no output {name[:80]!r}",
            hint="it was never made, or has expired; GET /_mock/outputs lists what is there",
            status=404,
        )

    def _find_output(self, output_id: str) -> Output | None:
        """Return an output, if it is there now on its owner's clock."""
        output = self._store.find_output(output_id)
        if output is None:
            return None
        owner = self._store.accounts[output.owner]
        self._store.settle(owner, owner.clock.now())
        return self._store.find_output(output_id)
