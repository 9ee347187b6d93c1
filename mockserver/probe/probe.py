"""Has an emulator strike as an audit's mutant says, and write down what it sees."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.gateway.context import Services
from mockserver.probe import FOLDER_VARIABLE
from mockserver.probe.current_test import find_current_test
from mockserver.probe.lines import Seen, read_now_us, write_line
from mockserver.probe.runs import CurrentRun, Run
from mockserver.rules.faults import FaultRequest, Rule
from mockserver.rules.wallet import render_money
from mockserver.state.journal import Exchange, pack_bounded
from mockserver.verdicts.exchanges import RUNS

MARK = "audit:"
"""What the mark of an exchange begins with that a mutant has struck; the mutant's id follows."""


def attach_probe(services: Services, folder: str) -> None:
    """Have an emulator be part of an audit.

    Raises:
        EmulatorError: there is no such folder.
    """
    path = Path(folder)
    if not path.is_dir():
        raise EmulatorError(
            f"{FOLDER_VARIABLE} is {folder!r}, and there is no such folder",
            hint="`segmock audit` sets it; unset it elsewhere",
        )
    services.faults.hide(MutantRules(services, path))
    services.store.journals.add_listener(Recorder(services, path).write, everywhere=False)


class MutantRules:
    """The rules of the mutant of the run that is going on.

    Args:
        services: Of the emulator.
        folder: Of the audit.
    """

    def __init__(self, services: Services, folder: Path) -> None:
        self._registry = services.faults
        self._token = folder.name
        self._current = CurrentRun(folder)
        self._run: Run | None = None
        self._rules: Sequence[Rule] = ()

    def list_rules(self) -> Sequence[Rule]:
        """Return the rules of the run; in a new one nothing has been counted."""
        run = self._current.read()
        if run is not self._run:
            self._run, self._rules = (
                run,
                [self._make(run, place, rule) for place, rule in enumerate(run.rules)],
            )
        return self._rules

    def list_made(self) -> Sequence[Rule]:
        """Return the rules that were in force last."""
        return self._rules

    def _make(self, run: Run, place: int, rule: dict[str, Any]) -> Rule:
        counted_as = f"{MARK}{self._token}:{run.run}:{place}"
        wanted = msgspec.convert(rule, FaultRequest)
        return self._registry.make_hidden(f"{MARK}{run.mutant_id}", counted_as, wanted)


class Recorder:
    """Writes down every exchange of an emulator.

    Args:
        services: Of the emulator.
        folder: Of the audit.
    """

    def __init__(self, services: Services, folder: Path) -> None:
        self._store = services.store
        self._folder = folder
        self._current = CurrentRun(folder)

    def write(self, owner: str | None, exchange: Exchange) -> None:
        """Write an exchange down; called within the emulator's lock."""
        line = Seen(
            run=self._current.read().run,
            at_us=read_now_us(),
            test=find_current_test(),
            owner=owner,
            exchange=pack_bounded(exchange),
            **self._find_job(owner, exchange),
        )
        write_line(self._folder, line)

    def _find_job(self, owner: str | None, exchange: Exchange) -> dict[str, Any]:
        """Return how the run ends that a call has made, and what it costs."""
        request_id = exchange.request_id
        if exchange.route not in RUNS or owner is None or request_id is None:
            return {}
        store = self._store
        job = store.transact(lambda: store.find_job_by_request(owner, request_id))
        return {"ends": job.ends, "price": str(render_money(job.price))} if job else {}
