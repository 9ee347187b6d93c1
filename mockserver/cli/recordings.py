"""`segmock recordings`: what is in a recording, whether it is right, and what of it stays."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mockserver.base.json_encoding import encode_pretty
from mockserver.base.plurals import count
from mockserver.cli.catalogue import load_catalogue
from mockserver.cli.flag_types import WholeRange
from mockserver.cli.help_texts import render_examples
from mockserver.cli.refusals import Refusal

if TYPE_CHECKING:
    from mockserver.recordings.pruning import Pruned
    from mockserver.recordings.reader import Recording, Session

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
_ROUTE = click.option(
    "--route",
    "routes",
    multiple=True,
    metavar="ROUTE",
    help="Exchanges of this route, such as status, or path, such as '/v2/*'; may be repeated.",
)
_STATUS = click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    help="Exchanges answered so: 200, 5xx, or none for no answer; may be repeated.",
)


@click.group(short_help="Look into recordings of the real service, check and prune them.")
def recordings() -> None:
    """Look into recordings, which `segmock record` and `exec --record` write."""


@recordings.command(
    "check",
    short_help="Find what is wrong with a recording, secrets left in it too.",
    epilog=render_examples("segmock recordings check recordings/first"),
)
@_FOLDER
def check(folder: Path) -> None:
    """Check the recording in DIR: lines, bodies, times, and whether a secret is in it.

    A line names file, line and place, never the secret. Exit 0: nothing is wrong. 1: something is.
    2: there is no recording.
    """
    from mockserver.recordings.checks import check_recording
    from mockserver.recordings.reader import find_sessions

    problems = list(check_recording(folder, load_catalogue().schemas))
    for each in problems:
        click.echo(f"broken  {each}", err=True)
    sessions = count(len(find_sessions(folder)), "session")
    if problems:
        click.echo(f"{count(len(problems), 'problem')} in {sessions}", err=True)
        sys.exit(1)
    click.echo(f"ok      {folder}: {sessions}, no secret")


@recordings.command(
    "show",
    short_help="Show the exchanges of a recording and its runs, or one whole.",
    epilog=render_examples(
        "segmock recordings show recordings/first",
        "segmock recordings show recordings/first --route '/v2/*' --status 4xx",
        "segmock recordings show recordings/first --body 3",
    ),
)
@_FOLDER
@_ROUTE
@_STATUS
@click.option(
    "--account", "accounts", multiple=True, metavar="NAME", help="Of this key, such as key-1."
)
@click.option(
    "--body", "number", type=WholeRange(min=1), metavar="N", help="Show exchange N, all of it."
)
@click.option("--session", "name", metavar="NAME", help="Of the session whose file begins so.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(
    *,
    folder: Path,
    routes: tuple[str, ...],
    statuses: tuple[str, ...],
    accounts: tuple[str, ...],
    number: int | None,
    name: str | None,
    as_json: bool,
) -> None:
    """Show the recording in DIR: a line an exchange, and of each run the states it was seen in.

    A line has the exchange's number, when it was sent and how many seconds it took, what was
    asked, the status, whose key it bore, and the state or the body that came.
    """
    from mockserver.recordings.selection import Selection
    from mockserver.recordings.timeline import describe_recording, render_timeline

    recording = _read(folder, name)
    if number is not None:
        _show_exchange(recording, number, as_json=as_json)
        return
    selection = Selection(routes=routes, statuses=statuses, accounts=accounts)
    if as_json:
        click.echo(encode_pretty({"sessions": describe_recording(recording, selection)}).decode())
        return
    for line in render_timeline(recording, selection):
        click.echo(line)


@recordings.command(
    "prune",
    short_help="Take out of a recording what is not worth keeping.",
    epilog=render_examples(
        "segmock recordings prune recordings/first --polls --dry-run",
        "segmock recordings prune recordings/first --status 429 --status 5xx",
        "segmock recordings prune recordings/first --before 2026-11-01",
    ),
)
@_FOLDER
@_ROUTE
@_STATUS
@click.option(
    "--before",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Exchanges that were sent before this date, or time, in UTC.",
)
@click.option("--polls", is_flag=True, help="Polls that saw what the poll before had seen.")
@click.option("--media", is_flag=True, help="Pictures and other files, but not their digests.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what it would be.")
def prune(
    *,
    folder: Path,
    routes: tuple[str, ...],
    statuses: tuple[str, ...],
    before: datetime | None,
    polls: bool,
    media: bool,
    is_dry: bool,
) -> None:
    """Take exchanges and files out of the recording in DIR, and say how many bytes that is.

    --route, --status and --before together say which exchanges go. Bodies that no exchange names,
    and torn lines, always go. Not while somebody records into DIR.
    """
    from mockserver.recordings.pruning import Pruning, prune_recording
    from mockserver.recordings.selection import Selection

    before_utc_s = before.replace(tzinfo=UTC).timestamp() if before else None
    selection = Selection(routes=routes, statuses=statuses, before_utc_s=before_utc_s)
    pruning = Pruning(exchanges=selection or None, polls=polls, media=media)
    pruned = prune_recording(folder, pruning, is_dry=is_dry)
    click.echo(_render_pruned(pruned, is_dry=is_dry))


def _read(folder: Path, name: str | None) -> Recording:
    """Return a recording, or the one session of it that is asked for."""
    from mockserver.recordings.reader import Recording, read_recording

    recording = read_recording(folder)
    if not recording.sessions:
        raise Refusal(f"{folder}: no session in it has a whole first line, so nothing was recorded")
    chosen = tuple(each for each in recording.sessions if each.path.name.startswith(name or ""))
    if not chosen:
        names = ", ".join(each.path.name for each in recording.sessions)
        raise Refusal(f"--session: no session of {folder} begins with {name!r}; there is {names}")
    return Recording(folder, chosen)


def _show_exchange(recording: Recording, number: int, *, as_json: bool) -> None:
    from mockserver.recordings.exchange_text import render_exchange_text

    session = _find_session(recording, number)
    line = session.lines[number]
    if as_json:
        import msgspec

        click.echo(encode_pretty(msgspec.to_builtins(line)).decode())
        return
    exchange = next(each for each in session.story.exchanges if each.number == number)
    for text in render_exchange_text(exchange, line):
        click.echo(text)


def _find_session(recording: Recording, number: int) -> Session:
    """Return the one session that has an exchange of this number."""
    found = [each for each in recording.sessions if number in each.lines]
    if not found:
        most = max((max(each.lines, default=0) for each in recording.sessions), default=0)
        raise Refusal(f"--body: there is no exchange {number}; the last one is {most}")
    if len(found) > 1:
        names = ", ".join(each.path.name for each in found)
        raise Refusal(f"--body: {names} have an exchange {number}; say which with --session")
    return found[0]


def _render_pruned(pruned: Pruned, *, is_dry: bool) -> str:
    parts = [count(pruned.exchanges, "exchange"), count(pruned.files, "body", "bodies")]
    if pruned.torn:
        parts.append(count(pruned.torn, "torn line"))
    verb = "would remove" if is_dry else "removed"
    return f"{verb} {', '.join(parts)}: {count(pruned.size, 'byte')}"
