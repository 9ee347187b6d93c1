"""`segmock exec --record`: any program, unchanged, and what the real service says to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

from mockserver.cli.program_runs import run_or_exit
from mockserver.cli.recorder_flags import SessionFlags, session_flags
from mockserver.cli.refusals import Refusal
from mockserver.cli.settings import add_flags
from mockserver.extras import require_extra

if TYPE_CHECKING:
    from mockserver.programs.runner import Outcome, Wanted
    from mockserver.recorder.opening import Recorder

Tell = Callable[[str], None]

_FLAGS = (
    click.option(
        "--record",
        "folder",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        help="Ask the real service in place of an emulator, and record what it says there.",
    ),
    click.option(
        "--upstream",
        metavar="URL",
        help="With --record: what is asked in place of each of the vendor's hosts.",
    ),
)
_WITH_RECORD = {"upstream", "budget", "prices", "keep", "ca"}
_BOTH_HAVE = {"mode", "report", "log", "command", "folder", *_WITH_RECORD}
_KEY = "SEGMIND_API_KEY"


class RecordFlags(NamedTuple):
    """What the flags say of recording."""

    folder: Path | None
    upstream: str | None
    session: SessionFlags

    @property
    def records(self) -> bool:
        """Whether anything is to be recorded."""
        return self.folder is not None


def record_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flags about recording, which it gets as its argument `recording`."""

    @wraps(command)
    def run(
        *args: Any, folder: Path | None, upstream: str | None, session: SessionFlags, **more: Any
    ) -> Any:
        return command(*args, recording=RecordFlags(folder, upstream, session), **more)

    return add_flags(_FLAGS, session_flags(run))


def check_flags(context: click.Context, *, records: bool) -> None:
    """Refuse flags that say nothing: of an emulator where there is none, or of a recording.

    Variables and files are for all commands, and are left aside.

    Raises:
        Refusal: there is one.
    """
    given = [
        parameter
        for parameter in context.command.params
        if context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    ]
    for parameter in given:
        name, flag = parameter.name or "", parameter.opts[0]
        if not records and name in _WITH_RECORD:
            raise Refusal(f"{flag} is about a recording; give --record DIR too")
        if records and name not in _BOTH_HAVE:
            raise Refusal(
                f"{flag} is about the emulator, and with --record there is none; leave it out"
            )
        if records and name == "log" and context.params[name] == "json":
            raise Refusal(f"{flag} json is about the emulator's journal; take {flag} line")


def record_program(
    mode: Wanted, flags: RecordFlags, command: tuple[str, ...], tell: Tell, *, logs: bool
) -> tuple[Recorder, Outcome]:
    """Run a program to its end, and record what the service says to it.

    Args:
        mode: How it is run.
        flags: What the user says of recording; there is a folder.
        command: The program, with its arguments.
        tell: Takes lines for the user.
        logs: Whether each exchange is told of.
    """
    with require_extra("segmock exec --record", "record"):
        from mockserver.recorder.addresses import InterceptedAddresses
        from mockserver.recorder.opening import open_recorder
    from mockserver.programs.runner import prepare_run
    from mockserver.programs.vendors import RecordedVendor
    from mockserver.recorder.origins import parse_root

    if flags.folder is None:
        raise AssertionError
    addresses = InterceptedAddresses(parse_root(flags.upstream) if flags.upstream else None)
    options = flags.session.make_options(flags.folder, logs=logs)
    with (
        prepare_run(mode, tell) as runner,
        open_recorder(addresses, options, tell, RecordedVendor.grace_s) as recorder,
    ):
        _tell_of_key(os.environ, tell)
        outcome = run_or_exit(runner, RecordedVendor(recorder.app), command, tell)
    return recorder, outcome


def _tell_of_key(environment: Mapping[str, str], tell: Tell) -> None:
    if not environment.get(_KEY):
        tell(f"{_KEY} is not set; the program needs a real key from elsewhere, and gets none here")


def render_report(recorder: Recorder, outcome: Outcome) -> str:
    """Return what there is to say at the end, as text."""
    from mockserver.programs.refused_hosts import render_refused

    first, *rest = recorder.render_summary().split("\n")
    refused = [render_refused(outcome.refused)] if outcome.refused else []
    return "\n".join(["; ".join([first, *refused]), *rest])


def make_report(recorder: Recorder, outcome: Outcome) -> dict[str, Any]:
    """Return the same as a JSON value."""
    refused = [each.to_json() for each in outcome.refused]
    ran = {"mode": outcome.mode, "exit_status": outcome.status}
    return {**ran, **recorder.to_json(), "refused": refused}
