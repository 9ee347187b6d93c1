"""The flags of every command that records: what may be spent, what is kept, who is trusted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mockserver.cli.flag_types import Dollars
from mockserver.cli.refusals import Refusal
from mockserver.cli.settings import add_flags

if TYPE_CHECKING:
    from mockserver.recorder.opening import RecordOptions

_WHAT = ("prompts", "media")


class KeepRule(click.ParamType[tuple[str, str]]):
    """What is kept of something, such as `prompts=hashed`."""

    name = "keep"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it."""
        from mockserver.recordings.keep import KEPT

        if not isinstance(value, str):
            return value
        what, _, kept = value.partition("=")
        if what not in _WHAT or kept not in KEPT:
            ways = ", ".join(f"{each}=" + "|".join(KEPT) for each in _WHAT)
            self.fail(f"{value!r} is none of {ways}.", param, ctx)
        return what, kept


class PriceRule(click.ParamType[tuple[str, Decimal]]):
    """What a run of a model can cost, such as `flux-9=0.40`."""

    name = "price"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it."""
        if not isinstance(value, str):
            return value
        slug, _, dollars = value.rpartition("=")
        price = Decimal(Dollars().convert(dollars, param, ctx)) if slug else None
        if price is None or not price.is_finite() or price < 0:
            self.fail(f"{value!r} is no price; write SLUG=DOLLARS, as flux-9=0.40.", param, ctx)
        return slug, price


_FLAGS = (
    click.option(
        "--budget",
        metavar="DOLLARS",
        type=Dollars(),
        help="Refuse each run that could make all of them cost more than this, in US dollars.",
    ),
    click.option(
        "--price",
        "prices",
        multiple=True,
        type=PriceRule(),
        metavar="SLUG=DOLLARS",
        help="With --budget: what a run of a model costs at the most, where that is not known or "
        "is known better.",
    ),
    click.option(
        "--keep",
        multiple=True,
        type=KeepRule(),
        metavar="WHAT=HOW",
        help="How prompts, or media, are recorded: whole (as they are), hashed or dropped; such as "
        "prompts=hashed. Keys, signatures, e-mail addresses and account ids never are.",
    ),
    click.option(
        "--ca",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Certificates in PEM by which the service is trusted, besides the usual ones.",
    ),
)


class SessionFlags(NamedTuple):
    """What the flags say of a session."""

    budget: str | None
    keep: tuple[tuple[str, Any], ...]
    ca: Path | None
    prices: tuple[tuple[str, Decimal], ...]

    def make_options(self, folder: Path, *, logs: bool) -> RecordOptions:
        """Return what a recorder is told of a session; a later rule of `--keep` beats an earlier.

        Args:
            folder: Where it is written.
            logs: Whether each exchange is told of.

        Raises:
            Refusal: a price is given, and nothing that it is held against.
        """
        if self.prices and self.budget is None:
            raise Refusal("--price is about a budget; give --budget DOLLARS too")
        from mockserver.recorder.opening import RecordOptions
        from mockserver.recordings.keep import Keep

        return RecordOptions(
            folder=folder,
            budget=None if self.budget is None else Decimal(self.budget),
            keep=Keep(**dict(self.keep)),
            ca=self.ca,
            logs=logs,
            prices=dict(self.prices),
        )


def session_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flags of a session, which it gets as its argument `session`."""

    @wraps(command)
    def run(
        *args: Any,
        budget: str | None,
        keep: tuple[tuple[str, Any], ...],
        ca: Path | None,
        prices: tuple[tuple[str, Decimal], ...],
        **more: Any,
    ) -> Any:
        return command(*args, session=SessionFlags(budget, keep, ca, prices), **more)

    return add_flags(_FLAGS, run)
