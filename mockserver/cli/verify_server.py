"""`segmock verify server`: the real service, asked whether the facts hold, for a few cents."""

from __future__ import annotations

import os
import sys
from decimal import Decimal
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from mockserver import __version__
from mockserver.base.json_encoding import encode_pretty
from mockserver.cli.catalogue import folder_option, load_catalogue
from mockserver.cli.colour import find_colour
from mockserver.cli.flag_types import Dollars, Number
from mockserver.cli.help_texts import render_examples
from mockserver.cli.output_paths import OutputPath
from mockserver.cli.refusals import Refusal

if TYPE_CHECKING:
    from mockserver.verifier.verifying import Verification

_EXAMPLES = render_examples(
    "segmock verify server --url https://api.segmind.com --read-only     free: GETs alone",
    "segmock verify server --url https://api.segmind.com                 for 5 cents at the most",
    "segmock verify server --url https://api.segmind.com --record seen/  and keep what it says",
    "segmock serve --accept listed                              an emulator, for the next two",
    "curl -X PUT 127.0.0.1:8765/_mock/accounts/SG_0123456789abcdef -d '{}'",
    "segmock verify server --url http://127.0.0.1:8765 --api-key SG_0123456789abcdef",
)
_HELP = """\
Ask a service whether it does what segmock says it does.

Free questions come first: keys, unknown ids, verbs, pages of other origins. Then calls that ought
to be refused, and runs, the cheapest model first, as many as the budget has room for. Each fact of
the register that the answers speak about agrees or differs.

It is slow on purpose: five submits a minute, as the smallest plan allows."""
_MONEY = (
    "What may cost is reserved at its worst price before it is sent, written into the ledger, and "
    "held against four sources afterwards: metrics.cost, x-cost, the credits that are told to "
    "remain, and the balance. Nothing is sent that could pass the budget, nothing twice, and the "
    "first amount that is not as expected stops all spending. A ledger that was cut short, by "
    "Ctrl-C or a crash, is resumed; a call whose answer was lost stays reserved."
)
_EXIT_CODES = (
    "Exit 0: all that was checked agrees. 1: something differs, or was charged that should not "
    "be. 2: the command line cannot be, nobody answers, the key is refused, or the budget is too "
    "small for any call. 130 and 143: ended by Ctrl-C or SIGTERM, with the report so far."
)
_DEFAULT_BUDGET = "0.05"
_MOST_SCALE = 100_000
_Report = OutputPath(dir_okay=False, path_type=Path)


@click.command(
    short_help="Ask the service itself whether the facts hold, for a few cents.",
    help=_HELP,
    epilog=f"{_EXAMPLES}\n\n{_MONEY}\n\n{_EXIT_CODES}",
)
@click.option("--url", required=True, metavar="URL", help="The root of the service.")
@click.option(
    "--api-key",
    "key",
    metavar="KEY",
    envvar="SEGMIND_API_KEY",
    show_envvar=True,
    help="A key of your account; a flag shows in the list of processes, the variable does not.",
)
@click.option(
    "--budget",
    metavar="USD",
    type=Dollars(),
    default=_DEFAULT_BUDGET,
    show_default=True,
    help="US dollars that all calls together may cost at the worst.",
)
@click.option(
    "--ledger",
    "ledger_path",
    metavar="FILE",
    type=OutputPath(dir_okay=False, path_type=Path),
    help="Where the money is written down; all that stands in it counts towards the budget. "
    "Without it a new file in the folder of this user's settings, or the last one there of this "
    "URL and key if it was cut short.",
)
@click.option(
    "--read-only",
    is_flag=True,
    help="Ask only what changes nothing: GET and OPTIONS, with your key, without and with one "
    "that nobody has. No ledger is written.",
)
@click.option(
    "--wait-expiry",
    is_flag=True,
    help="Wait in the end for the hour after which runs are forgotten, and ask just before and "
    "just after.",
)
@click.option(
    "--time-scale",
    metavar="N",
    type=Number(1, _MOST_SCALE),
    default=1.0,
    show_default=True,
    help="The service's clock runs so many times faster than real, as that of "
    "`segmock serve --clock x60` does.",
)
@click.option(
    "--ca",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Certificates, in PEM, of authorities to trust at https://, beside the system's.",
)
@click.option("--json", "json_file", metavar="FILE", type=_Report, help="Write the report as JSON.")
@click.option("--junit", "junit_file", metavar="FILE", type=_Report, help="And as JUnit XML.")
@click.option("--html", "html_file", metavar="FILE", type=_Report, help="And as a page.")
@click.option(
    "--record",
    "recording",
    metavar="DIR",
    type=OutputPath(file_okay=False, path_type=Path),
    help="Keep what the service says in a recording, without secrets.",
)
@folder_option
@click.option("-v", "--verbose", is_flag=True, help="Tell what each fact says, seen or not.")
def server(
    *,
    url: str,
    key: str | None,
    budget: str,
    ledger_path: Path | None,
    read_only: bool,
    wait_expiry: bool,
    time_scale: float,
    ca: Path | None,
    json_file: Path | None,
    junit_file: Path | None,
    html_file: Path | None,
    recording: Path | None,
    folder: Path | None,
    verbose: bool,
) -> None:
    """Wire up a context, and report what came of it."""
    from mockserver.recorder.origins import parse_root
    from mockserver.verifier.opening import Service, open_context
    from mockserver.verifier.verifying import verify

    if read_only:
        _check_read_only({"--ledger": ledger_path is not None, "--wait-expiry": wait_expiry})
    service = Service(parse_root(url).root, _check_key(key), ca, time_scale)
    path = None if read_only else ledger_path or _find_ledger(service.url, service.key)
    with open_context(service, Decimal(budget), path, recording, _tell) as context:
        if path is not None:
            _tell(f"the ledger is {path}")
        done = verify(
            context, load_catalogue(folder), is_read_only=read_only, waits_expiry=wait_expiry
        )
        if done.interrupt is None:
            context.close()
    _print(done, path, recording, verbose=verbose)
    _write(done, path, json_file, junit_file, html_file)
    if done.interrupt is not None:
        raise done.interrupt
    sys.exit(done.exit_code)


def _check_key(key: str | None) -> str:
    """Return the key, or refuse to ask without one."""
    if not key:
        raise Refusal(
            "there is no key: give one of your account by SEGMIND_API_KEY or --api-key, "
            "also for --read-only"
        )
    return key


def _check_read_only(given: dict[str, bool]) -> None:
    """Refuse flags about runs where none are made."""
    for flag in (name for name, is_given in given.items() if is_given):
        raise Refusal(f"{flag} is about runs, and --read-only makes none; leave one of them out")


def _find_ledger(url: str, key: str) -> Path:
    from mockserver.edges.realtime import read_utc_us
    from mockserver.verifier.ledger_file import find_ledger_file

    folder = Path(click.get_app_dir("segmock")) / "ledgers"
    return find_ledger_file(folder, url, key, read_utc_us() / 1e6)


def _tell(line: str) -> None:
    click.echo(f"segmock verify: {line}", err=True)


def _print(
    done: Verification, ledger: Path | None, recording: Path | None, *, verbose: bool
) -> None:
    """Print the report, and what it cost."""
    from mockserver.facts.report_text import render_text
    from mockserver.verifier.report import make_advice, render_money

    wanted = find_colour(os.environ)
    colour = sys.stdout.isatty() if wanted is None else wanted
    width = min(get_terminal_size((100, 24)).columns, 100)
    advise = make_advice(done.report.source, recording)
    text = render_text(done.report, advise, width=width, colour=colour, verbose=verbose)
    click.echo(render_money(done, ledger).lstrip("\n"), color=colour)
    click.echo(text, nl=False, color=colour)


def _write(
    done: Verification,
    ledger: Path | None,
    json_file: Path | None,
    junit_file: Path | None,
    html_file: Path | None,
) -> None:
    """Write the report where it is wanted."""
    if json_file is None and junit_file is None and html_file is None:
        return
    from mockserver.facts.report_html import render_page
    from mockserver.facts.report_json import render_document
    from mockserver.facts.report_junit import render_junit
    from mockserver.verifier.report import render_verification
    from mockserver.verifier.report_junit_checks import list_checks
    from mockserver.verifier.report_page import render_sections

    made_by = "segmock verify server"
    document = render_document(done.report, __version__)
    document["exit_code"] = done.exit_code
    document["verification"] = money = render_verification(done, ledger)
    if json_file is not None:
        json_file.write_bytes(encode_pretty(document) + b"\n")
    if junit_file is not None:
        text = render_junit(document, made_by=made_by, more=list_checks(money))
        junit_file.write_text(text, encoding="utf-8")
    if html_file is not None:
        more = render_sections(money)
        html_file.write_text(render_page(document, made_by=made_by, more=more), encoding="utf-8")
