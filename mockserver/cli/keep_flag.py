"""The flag `--keep`: what a recording keeps of prompts and media."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mockserver.recordings.keep import Keep

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


keep_flag = click.option(
    "--keep",
    multiple=True,
    type=KeepRule(),
    metavar="WHAT=HOW",
    help="How prompts, or media, are kept: whole (as they are), hashed or dropped; such as "
    "prompts=hashed. Keys, signatures, e-mail addresses and account ids never are.",
)


def make_keep(rules: tuple[tuple[str, Any], ...]) -> Keep:
    """Return what is kept by what came of the flag; a later rule replaces an earlier one."""
    from mockserver.recordings.keep import Keep

    return Keep(**dict(rules))
