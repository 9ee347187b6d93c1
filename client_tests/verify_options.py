"""The options of `segmock verify`, in the groups in which its help tells them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from client_tests.cases.profiles import PROFILES
from client_tests.driver.messages import OPERATIONS
from client_tests.running.limits import Limits

F = TypeVar("F", bound=Callable[..., Any])

FOLDER = Path(".segmock")
"""Where failing cases, examples and what failed last are saved."""

_OUTPUT = click.Path(path_type=Path, dir_okay=False, writable=True)
"""A file to write, whose folder has to be there: `segmock` looks before the run begins."""

_INPUT = click.Path(path_type=Path, dir_okay=False)

AUTO = "auto"
"""The budget where none is given: it depends on how much is tried."""


class Budget(click.ParamType[float | str | None]):
    """Seconds, or `none` for as long as it takes."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | str | None:
        """Read the words of the command line."""
        if value == AUTO:
            return AUTO
        if value == "none":
            return None
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds < float("inf"):
            self.fail(f"{value!r} is neither a number of seconds above 0 nor none", param, ctx)
        return seconds


Option = tuple[tuple[str, ...], dict[str, Any]]

_CLIENT: tuple[Option, ...] = (
    (("--driver",), {"metavar": "COMMAND", "help": "A program that speaks the protocol."}),
    (
        ("--python",),
        {"metavar": "MODULE:ATTR", "help": "A Python function, or a class of one."},
    ),
    (
        ("--timeout-scale",),
        {
            "type": click.FloatRange(1, 20),
            "default": 1.0,
            "show_default": True,
            "help": "Give a slow driver so many times the time of each deadline.",
        },
    ),
    (
        ("--feature", "features"),
        {
            "multiple": True,
            "type": click.Choice(OPERATIONS),
            "help": "What the driver can do; checks of anything else are not covered.",
        },
    ),
)

_CHECKS: tuple[Option, ...] = (
    (("--list", "only_list"), {"is_flag": True, "help": "List the checks, and run none."}),
    (("--only",), {"multiple": True, "metavar": "GLOB", "help": "Run these checks alone."}),
    (("--skip",), {"multiple": True, "metavar": "GLOB", "help": "Leave these checks out."}),
    (
        ("--last-failed",),
        {"is_flag": True, "help": "Run the checks alone that failed when they were run last."},
    ),
)

_RUN: tuple[Option, ...] = (
    (
        ("--examples",),
        {
            "type": click.IntRange(1),
            "default": Limits.examples,
            "show_default": True,
            "help": "How many cases are generated for each property.",
        },
    ),
    (("--seed",), {"default": 0, "show_default": True, "help": "What they depend on."}),
    (
        ("--workers",),
        {
            "type": click.IntRange(1, 64),
            "default": 4,
            "show_default": True,
            "help": "Processes.",
        },
    ),
    (
        ("--budget", "budget_s"),
        {
            "type": Budget(),
            "default": AUTO,
            "metavar": "SECONDS|none",
            "show_default": "240, more with more examples or a slower driver",
            "help": "How long the run may take; what is left over is not run (exit 3).",
        },
    ),
    (
        ("-x", "--exit-first", "stop_at_first"),
        {"is_flag": True, "help": "End at the first MUST that fails."},
    ),
    (
        ("-v", "--verbose"),
        {
            "is_flag": True,
            "help": "A line for each check as it ends; of a single one, what happened in it.",
        },
    ),
    (
        ("--folder",),
        {
            "type": click.Path(path_type=Path, file_okay=False, writable=True),
            "default": FOLDER,
            "show_default": True,
            "help": "Where failing cases and the database of examples are saved.",
        },
    ),
)

_JUDGEMENT: tuple[Option, ...] = (
    (
        ("--profile", "profiles"),
        {
            "multiple": True,
            "type": click.Choice(PROFILES),
            "default": ("robust",),
            "show_default": True,
            "help": "What the exit code is about; each contains those before it.",
        },
    ),
    (
        ("--known-failing",),
        {
            "type": _INPUT,
            "metavar": "FILE",
            "help": "Lines of `GLOB  # reason`: checks that are known to fail.",
        },
    ),
    (
        ("--traits", "traits_file"),
        {
            "type": _INPUT,
            "metavar": "FILE",
            "help": "TOML: what is meant to be so about the client (`segmock verify traits`).",
        },
    ),
)

_REPORTS: tuple[Option, ...] = (
    (
        ("--requirements",),
        {"is_flag": True, "help": "Tell fact by fact which checks passed."},
    ),
    (
        ("--json", "as_json"),
        {"type": _OUTPUT, "metavar": "FILE", "help": "Write a report for programs."},
    ),
    (("--junit", "as_junit"), {"type": _OUTPUT, "metavar": "FILE", "help": "Write JUnit XML."}),
    (("--html", "as_html"), {"type": _OUTPUT, "metavar": "FILE", "help": "Write a page."}),
    (
        ("--badge", "as_badge"),
        {
            "type": _OUTPUT,
            "metavar": "FILE",
            "help": "Write a badge: SVG, or JSON for shields.io if FILE ends in .json.",
        },
    ),
    (
        ("--write-known", "as_known"),
        {
            "type": _OUTPUT,
            "metavar": "FILE",
            "help": "Write what fails now as lines for --known-failing.",
        },
    ),
)

GROUPS: dict[str, tuple[Option, ...]] = {
    "The client": _CLIENT,
    "Which checks": _CHECKS,
    "How they are run": _RUN,
    "How they are judged": _JUDGEMENT,
    "Reports": _REPORTS,
}


class GroupedCommand(click.Command):
    """A command whose help tells its options in groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, group by group, and then those that are in none."""
        records = {each.name: each.get_help_record(ctx) for each in self.get_params(ctx)}
        for title, options in GROUPS.items():
            names = [click.Option(words).name for words, _ in options]
            _write_group(formatter, title, [records.pop(name, None) for name in names])
        _write_group(formatter, "Other options", [*records.values()])


def _write_group(
    formatter: click.HelpFormatter, title: str, records: list[tuple[str, str] | None]
) -> None:
    told = [record for record in records if record is not None]
    if told:
        with formatter.section(title):
            formatter.write_dl(told)


def add_options(*titles: str) -> Callable[[F], F]:
    """Return a decorator that adds the options of these groups to a command."""
    options = [option for title in titles for option in GROUPS[title]]

    def add(command: F) -> F:
        for words, settings in reversed(options):
            command = click.option(*words, **settings)(command)
        return command

    return add


def add_client_options(command: F) -> F:
    """Add the options that name the client under test, and how slow it is."""
    for words, settings in reversed(_CLIENT[:3]):
        command = click.option(*words, **settings)(command)
    return command
