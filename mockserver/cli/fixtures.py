"""`segmock fixtures`: golden exchanges, written, compared with, and made of recordings."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import indent

import click

from mockserver.base.plurals import count
from mockserver.cli.help_texts import render_examples
from mockserver.cli.output_paths import OutputPath
from mockserver.cli.refusals import Refusal


@click.group(short_help="Write golden exchanges, also of recordings, or compare with them.")
def fixtures() -> None:
    """Make, or compare with, the golden exchanges in fixtures/."""


@fixtures.command(
    "write",
    short_help="Write golden exchanges, in the repository or elsewhere.",
    epilog=render_examples("segmock fixtures write --all --out exchanges"),
)
@click.option(
    "--out",
    "folder",
    type=OutputPath(path_type=Path, file_okay=False),
    help="Write into this folder, in place of fixtures/; it is made if it is not there.",
)
@click.option("--all", "is_complete", is_flag=True, help="Every exchange as a file; needs --out.")
def write_fixtures(folder: Path | None, *, is_complete: bool) -> None:
    """Write each golden exchange that differs from what is made now, and missing input images.

    A choice of the exchanges are files; digests.txt has a line for each of the others, which
    mockserver.fixtures.load generates.
    """
    from mockserver.fixtures.files import write

    if is_complete and folder is None:
        raise Refusal("--all writes more than fixtures/ is to have: name a folder with --out DIR")
    click.echo(f"{count(write(folder, is_complete=is_complete), 'file')} written")


@fixtures.command("check", epilog=render_examples("segmock fixtures check --diff"))
@click.option("--diff", "is_long", is_flag=True, help="Show how each exchange differs.")
def check_fixtures(*, is_long: bool) -> None:
    """Exit 1 if the emulator answers otherwise than the fixtures say.

    Each golden exchange that differs is named on a line.
    """
    from mockserver.fixtures.files import find_differences

    changed = find_differences()
    for name, difference in changed.items():
        click.echo(f"differs  {name}")
        if is_long:
            click.echo(indent(difference, "    "))
    click.echo(
        count(len(changed), "fixture differs", "fixtures differ")
        if changed
        else "all as they stand"
    )
    sys.exit(1 if changed else 0)


@fixtures.command(
    "import",
    short_help="Write a recording as golden exchanges.",
    epilog=render_examples("segmock fixtures import recordings/first --out exchanges"),
)
@click.argument("recording", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "folder",
    required=True,
    type=OutputPath(path_type=Path, file_okay=False),
    help="The folder to write into; it is made if it is not there.",
)
def import_fixtures(recording: Path, folder: Path) -> None:
    """Write each exchange of RECORDING, a folder, in the form of golden exchanges.

    Ids and hosts stay those of the service, a key is what redaction calls it, and the provenance
    says `recorded`. No file that is another exchange is replaced.
    """
    from mockserver.fixtures.recorded import write_recording

    click.echo(f"{count(len(write_recording(recording, folder)), 'exchange')} written to {folder}")
