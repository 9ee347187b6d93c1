"""`segmock driver`: for people who write drivers."""

from __future__ import annotations

import json
import shlex
import sys
from importlib.resources import files
from pathlib import Path

import click

from client_tests.driver.messages import DriverBrokenError
from client_tests.driver.processes import split
from client_tests.driver_check import DriverReport, Finding, check
from client_tests.plurals import count

_BROKEN = 2
_TEMPLATES = {
    "node": ("node/template.mjs", "driver.mjs", "node"),
    "python": ("template.py", "driver.py", "python"),
    "sh": ("sh/template.sh", "driver.sh", "sh"),
}
_MARKS = {"right": "✓", "wrong": "✗", "not tried": "–"}  # noqa: RUF001
_COVERED = {"yes": "yes", "unsupported": "unsupported", "unknown": "it did not say"}


class CannotCheckError(click.ClickException):
    """There is no driver, or no server, to begin with."""

    exit_code = _BROKEN


@click.group()
def driver() -> None:
    """Write a driver, the program through which the kit talks to your client."""


@driver.command(
    "check",
    short_help="Tell what a driver gets wrong about the protocol.",
    context_settings={"ignore_unknown_options": True},
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("command", nargs=-1, required=True, metavar="-- COMMAND…")
def check_driver(command: tuple[str, ...], *, as_json: bool) -> None:
    """Tell what a driver gets wrong about the protocol: exit 2 if it is anything.

    Whether its client is right is another question: `segmock verify client`.

    \b
    Examples:
      segmock driver check -- node driver.mjs
      segmock driver check 'python driver.py --quiet'
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    try:
        checked = check(split(command[0]) if len(command) == 1 else command)
    except (DriverBrokenError, RuntimeError) as error:
        raise CannotCheckError(str(error)) from None
    click.echo(json.dumps(checked.to_json(), indent=2) if as_json else render_report(checked))
    if checked.interrupted_by is not None:
        raise KeyboardInterrupt(checked.interrupted_by)
    sys.exit(0 if checked.is_right else _BROKEN)


@driver.command("new", short_help="Write a driver to start from.")
@click.argument("language", type=click.Choice(sorted(_TEMPLATES)))
@click.argument(
    "file",
    required=False,
    type=click.Path(path_type=Path, dir_okay=False, writable=True, allow_dash=True),
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new_driver(language: str, file: Path | None, *, force: bool) -> None:
    """Write a driver to start from; it speaks the protocol, and knows no operation yet.

    FILE is driver.mjs, driver.py or driver.sh unless given; - prints it.

    \b
    Examples:
      segmock driver new python
      segmock driver new node mine.mjs
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    template, usual, interpreter = _TEMPLATES[language]
    text = files("client_tests.clients").joinpath(template).read_text(encoding="utf-8")
    if file == Path("-"):
        click.echo(text, nl=False)
        return
    target = file or Path(usual)
    try:
        with target.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(text.replace(usual, target.name))
    except FileExistsError:
        raise click.UsageError(f"{target} is there already; --force writes over it") from None
    except OSError as error:
        raise click.UsageError(f"{target}: {error.strerror}") from None
    click.echo(f"{target} written. Now:  segmock driver check -- {interpreter} {target}")


def render_report(checked: DriverReport) -> str:
    """Return a report for people."""
    wrong = sum(finding.status == "wrong" for finding in checked.findings)
    lines = [f"driver  {checked.command}", ""]
    lines += [line for finding in checked.findings for line in _lines(finding)]
    width = max(map(len, checked.features))
    lines += ["", "operations"]
    lines += [f"  {op:{width}}  {_COVERED[how]}" for op, how in checked.features.items()]
    lines += ["", _summary(checked, wrong)]
    return "\n".join(lines)


def _lines(finding: Finding) -> list[str]:
    head = f"{_MARKS[finding.status]} {finding.title}"
    if finding.status == "right":
        return [head]
    if finding.status == "not tried":
        return [f"{head}  (not tried: {finding.came})"]
    return [
        f"{head}  [{finding.id}]",
        f"    came      {finding.came}".replace("\n", "\n              "),
        f"    expected  {finding.expected}",
        f"    do        {finding.advice}",
    ]


def _summary(checked: DriverReport, wrong: int) -> str:
    if checked.interrupted_by is not None:
        tried = sum(finding.status != "not tried" for finding in checked.findings)
        of_all = count(len(checked.findings), "thing")
        return f"Interrupted when {tried} of {of_all} had been looked at."
    if wrong:
        of_all = f"of {count(len(checked.findings), 'thing')}"
        return f"{count(wrong, f'{of_all} is', f'{of_all} are')} wrong with this driver."
    if "yes" not in checked.features.values():
        return "It speaks the protocol, and has no operation yet: there is nothing to verify."
    return "It speaks the protocol. Now:  segmock verify client --driver " + shlex.quote(
        checked.command
    )


if __name__ == "__main__":
    driver()
