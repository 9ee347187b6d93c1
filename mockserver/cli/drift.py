"""`segmock drift`: a recording of the real service, held against what segmock says of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from mockserver import __version__
from mockserver.base.json_encoding import encode_pretty
from mockserver.base.plurals import count
from mockserver.cli.catalogue import folder_option
from mockserver.cli.colour import find_colour
from mockserver.cli.help_texts import render_examples
from mockserver.cli.output_paths import OutputPath
from mockserver.cli.refusals import Refusal

if TYPE_CHECKING:
    from mockserver.facts.report import FactReport
    from mockserver.recordings.reader import Recording

_EXAMPLES = render_examples(
    "segmock drift recorded/                          all that it can speak about",
    "segmock drift recorded/ --facts 'T*,E7'          the states of runs, and what costs money",
    "segmock drift recorded/ --facts '*: price'       the prices of the models in it",
    "segmock drift recorded/ --json drift.json -v     for programs; and each fact in words",
)
_EXIT_CODES = (
    "Exit 0: all that was seen agrees. 1: something differs. 2: there is no recording, it cannot "
    "be read, or nothing in it speaks about what was asked for."
)


@click.command(
    short_help="Hold a recording of the real service against the facts.",
    epilog=f"{_EXAMPLES}\n\n{_EXIT_CODES}",
)
@click.option(
    "--facts",
    "globs",
    metavar="GLOBS",
    help="Only these: ids of facts such as T4, parts of contracts such as 'ideogram-3: price', or "
    "patterns such as 'T*', with commas between.",
)
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=OutputPath(dir_okay=False, path_type=Path),
    help="Write the report as JSON too, with every place that differs.",
)
@folder_option
@click.option("-v", "--verbose", is_flag=True, help="Tell what each fact says, seen or not.")
@click.argument("recorded", metavar="DIR", type=click.Path(path_type=Path))
def drift(
    *,
    recorded: Path,
    globs: str | None,
    json_file: Path | None,
    folder: Path | None,
    verbose: bool,
) -> None:
    """Hold a recording against what segmock says of the service: DIR is what `record` wrote.

    Each fact of the register that something in it speaks about agrees or differs, with the
    exchange and both values. So do the contracts of the models that were run: price, parameters,
    what comes back, seconds. It asks nobody, and needs no key.
    """
    from mockserver.drift.drifting import judge_recording, make_advice
    from mockserver.facts.report_text import render_text

    recording = _read(recorded)
    report = _select(judge_recording(recording, folder), globs)
    wanted = find_colour(os.environ)
    colour = sys.stdout.isatty() if wanted is None else wanted
    width = min(get_terminal_size((100, 24)).columns, 100)
    text = render_text(report, make_advice(recorded), width=width, colour=colour, verbose=verbose)
    click.echo(text, nl=False, color=colour)
    if json_file is not None:
        from mockserver.facts.report_json import render_document

        json_file.write_bytes(encode_pretty(render_document(report, __version__)) + b"\n")
    sys.exit(report.exit_code)


def _read(folder: Path) -> Recording:
    """Return the recording of a folder; what is not whole in it is told on stderr."""
    from mockserver.recordings.reader import RecordingError, read_recording

    try:
        recording = read_recording(folder)
    except RecordingError as error:
        raise Refusal(str(error)) from None
    for session in recording.sessions:
        if session.torn:
            click.echo(
                f"segmock drift: the last line of {session.path} is not whole; it is left out",
                err=True,
            )
    if not any(session.story.exchanges for session in recording.sessions):
        sessions = count(len(recording.sessions), "session")
        raise Refusal(
            f"{folder}: there is no exchange in its {sessions}; "
            f"send something through `segmock record --out {folder}` first"
        )
    return recording


def _select(report: FactReport, globs: str | None) -> FactReport:
    """Return a report about what was asked for alone."""
    from mockserver.facts.report import select_rows

    patterns = [part.strip() for part in (globs or "").split(",") if part.strip()]
    if not patterns:
        return report
    for pattern in patterns:
        if not select_rows(report, [pattern]).rows:
            raise Refusal(
                f"--facts: no fact of the register, and nothing that was recorded, is called "
                f"{pattern!r}; `segmock drift -v` names all"
            )
    return select_rows(report, patterns)
