"""`segmock store`: what is in a store that servers share, and being rid of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mockserver.base.json_encoding import encode_pretty
from mockserver.base.plurals import count
from mockserver.cli.emulator_flags import config_flag
from mockserver.cli.figures import render_figure
from mockserver.cli.flag_types import Whole
from mockserver.cli.help_texts import render_examples
from mockserver.cli.refusals import Refusal
from mockserver.cli.settings import add_flags, setting
from mockserver.extras import require_extra

if TYPE_CHECKING:
    from mockserver.shared.admin import StoreInfo, WorldInfo

F = TypeVar("F", bound=Callable[..., Any])

_HEAD = ("seed", "accounts", "jobs", "exchanges", "size", "last asked")
_SIZES = {"GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10}
_AGES = {"d": 86_400, "h": 3_600, "min": 60}

_FLAGS = (
    setting("--store", metavar="URL", help="A Redis or Valkey: redis://HOST:PORT/DB."),
    click.option(
        "--seed", "only_seed", type=Whole(), help="The world of this seed alone; all unless given."
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    config_flag,
)


def store_flags(function: F) -> F:
    """Give a command the flags that say which store, and what of it."""
    return add_flags(_FLAGS, function)


@click.group(short_help="Look into a store that servers share, or clear it.")
def store() -> None:
    """Look into the Redis or Valkey that servers share (`serve --store`), or clear it."""


@store.command(
    "info",
    short_help="Tell what is in a store.",
    epilog=render_examples("segmock store info --store redis://127.0.0.1:6379/0"),
)
@store_flags
def show_store(*, store: str | None, only_seed: int | None, as_json: bool) -> None:
    """Tell which worlds are in a store: a line for each seed.

    A size is Redis's own estimate. `last asked` is when a client last spoke to any account.
    """
    url = _require_url(store)
    with require_extra("segmock store", "redis"):
        from mockserver.shared.admin import describe_store

    info = describe_store(url)
    worlds = [each for each in info.worlds if only_seed in {None, each.seed}]
    if as_json:
        import msgspec

        document = msgspec.to_builtins(msgspec.structs.replace(info, worlds=worlds))
        click.echo(encode_pretty(document).decode())
        return
    click.echo(_render_server(info))
    for line in _render_worlds(worlds):
        click.echo(line)


@store.command(
    "clear",
    short_help="Remove worlds from a store.",
    epilog=render_examples(
        "segmock store clear --store redis://127.0.0.1:6379/0 --seed 7",
        "segmock store clear --store redis://127.0.0.1:6379/0",
    ),
)
@store_flags
def clear_store(*, store: str | None, only_seed: int | None, as_json: bool) -> None:
    """Remove the world of a seed, or all worlds; what else is in the Redis stays.

    It asks nothing, and says what it has removed. Servers that run begin anew, but without the
    accounts of their settings: for those, POST /_mock/reset is what you want.
    """
    url = _require_url(store)
    with require_extra("segmock store", "redis"):
        from mockserver.shared import admin

    removed = admin.clear_store(url, only_seed)
    if as_json:
        document = {str(seed): {"keys": keys} for seed, keys in removed.items()}
        click.echo(encode_pretty({"removed": document}).decode())
        return
    if not removed:
        click.echo("nothing was there" if only_seed is None else f"seed {only_seed} was not there")
    for seed, keys in removed.items():
        click.echo(f"removed seed {seed}: {count(keys, 'key')}")


def _require_url(store: str | None) -> str:
    if store is None or store == "memory":
        raise Refusal("which store? --store takes redis://HOST:PORT/DB, as that of `segmock serve`")
    return store


def _render_server(info: StoreInfo) -> str:
    """Say what the store is, and what of it would be lost when it ends."""
    kept = "on" if info.is_append_only else "off: all is lost when it ends"
    full = f"; drops keys when it is full ({info.evicts})" if info.evicts else ""
    return f"{info.server} at {info.url}, append-only file {kept}{full}"


def _render_worlds(worlds: list[WorldInfo]) -> Iterator[str]:
    """Yield the lines of the table, its head first."""
    if not worlds:
        yield "nothing is kept there"
        return
    rows = [_HEAD, *map(_render_row, worlds)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))


def _render_row(world: WorldInfo) -> tuple[str, ...]:
    numbers = (world.seed, world.accounts, world.jobs, world.exchanges)
    age = "never" if world.idle_s is None else f"{_render_age(world.idle_s)} ago"
    return (*map(str, numbers), _render_size(world.bytes), age)


def _render_size(size: int) -> str:
    for unit, many in _SIZES.items():
        if size >= many:
            return f"{render_figure(size / many)} {unit}"
    return f"{size} B"


def _render_age(seconds: float) -> str:
    for unit, many in _AGES.items():
        if seconds >= many:
            return f"{int(seconds / many)} {unit}"
    return f"{int(seconds)} s"
