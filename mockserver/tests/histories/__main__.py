"""`python -m mockserver.tests.histories`: record histories and check them, or check one again."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from mockserver.tests.histories.checker import find_violations
from mockserver.tests.histories.disturbances import Disturbances
from mockserver.tests.histories.storm import (
    Figures,
    Storm,
    read_history,
    run_storm,
    run_whole_storm,
)

TOLD_EVERY = 100
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option("--histories", default=100, show_default=True, help="How many.")
@click.option("--clients", default=8, show_default=True, help="How many call at once in each.")
@click.option("--workers", default=0, show_default=True, help="Processes on one Redis; 0: none.")
@click.option("--seed", default=0, show_default=True, help="What is drawn from.")
@click.option("--kill-workers", is_flag=True, help="Kill a worker in each history.")
@click.option("--restart-redis", is_flag=True, help="Kill Redis in some, and start it again.")
@click.option("--url", "urls", multiple=True, help="A server that runs already; may be repeated.")
@click.option("--folder", type=FOLDER, default=".", help="Where histories are kept that cannot be.")
@click.option("--check", type=FILE, help="A history of that folder, which is checked again.")
def main(urls: tuple[str, ...], check: Path | None, **wanted: object) -> None:
    """Record what clients that call at once see, and check whether it can have been so.

    A server at --url has to serve nobody else, with seed 0 and a --clock-start: its faults are
    removed. Exit code 1: what was seen cannot have been so.
    """
    if check is not None:
        leave(find_violations(read_history(check)))
    storm = Storm(**wanted)
    if storm.is_disturbed and (urls or not storm.workers):
        raise click.UsageError("what is to be killed has to be started here: give --workers")
    running = (
        run_storm(storm, list(urls), Disturbances(None, None), tell)
        if urls
        else run_whole_storm(storm, tell)
    )
    figures = asyncio.run(running)
    click.echo(str(figures))
    click.echo(", ".join(f"{kind} {count}" for kind, count in figures.operations.most_common()))
    leave(figures.violations)


def tell(figures: Figures) -> None:
    """Print the figures now and then."""
    if figures.histories % TOLD_EVERY == 0:
        click.echo(str(figures), err=True)


def leave(violations: list[str]) -> None:
    """Print violations, and exit 1 if there are any."""
    for violation in violations:
        click.echo(violation)
    sys.exit(bool(violations))


if __name__ == "__main__":
    main()
