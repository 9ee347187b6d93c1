"""How an emulator behaves: every setting, its bounds, and what is said of one that cannot be."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mockserver.base.clock import NOW, parse_start
from mockserver.base.errors import EmulatorError, is_misuse
from mockserver.base.struct_errors import explain_struct_error
from mockserver.contract.unlisted_models import UnknownModels
from mockserver.state.account import AccountSettings

__tracebackhide__ = is_misuse


MEMORY = "memory"
"""The store of one process."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an emulator behaves; every field is a flag of `segmock serve`.

    Attributes:
        clock: `real`, `frozen`, `auto`, or `xN` for N virtual seconds in a real one.
        clock_start: `now`: clocks begin at the real time, and clients are told instants that they
            can compare with it. An instant in ISO 8601: clocks begin there, clients are told the
            time of these clocks, and runs repeat.
        speed: Job durations are the model's typical seconds divided by this.
        seed: Everything drawn depends on it.
        plan: The plan of an account that nobody described.
        credits: Its credits in US dollars.
        accept: Whether any key is an account, or only those that were made.
        v1: What v1 returns: as each model's contract says, or one kind for all (V1b).
        v1_limit: Which minute v1 gives up a run after: one of the run at realistic speed (V5), or
            one of the run as `speed` has divided it.
        types: Whether texts that spell numbers, null and bare base64 are read (P1 to P3), or a
            schema has its word.
        validation: When v2 refuses a wrong body: in the run (T10), or upfront.
        credits_status: The status of an empty wallet (E3, E3b); `split` is 406 on v1 and 402 on v2
            and on workflows (E3c).
        models: A folder with more model contracts.
        unknown_models: What becomes of a slug that nobody knows: 404, or a run of a model that
            makes this; `json` is a text in JSON of the emulator's own.
        triggers: Whether `SG_0000…` keys and `mock:` prompts mean something.
        max_body_mib: The largest body accepted, in MiB.
        memory_mib: How much all accounts may keep together, in MiB, as the emulator estimates it;
            over it those leave that nobody spoke to for longest.
        webhooks: Whether events are sent to receivers on this machine; `auto` does so while the
            server itself can be reached from this machine alone.
        explain: Whether answers name the facts that produced them.
        cors: Whether pages of any origin may read what the data plane answers (C1).
        shutdown_grace: Seconds that exchanges in flight have to end when a server is to stop.
        accounts: Accounts that are there from the start, by key.
        store: Where state is kept: `memory`, in this process; or the URL of a Redis or Valkey,
            `redis://HOST:PORT/DB`, for all processes that name the same store and seed.
        replay: A folder that `segmock record` has filled: what was answered there is answered
            again, on each account's clock.
        on_miss: What becomes of a call that was not recorded: it fails, or is emulated.
    """

    clock: str = "real"
    clock_start: str = "now"
    speed: Annotated[float, Meta(ge=0.001, le=1_000_000)] = 20.0
    seed: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] = 0
    plan: str = "unlimited"
    credits: Decimal = Decimal(100)
    accept: Literal["any", "listed"] = "any"
    v1: Literal["contract", "json", "image"] = "contract"
    v1_limit: Literal["realistic", "scaled"] = "realistic"
    types: Literal["lenient", "strict"] = "lenient"
    validation: Literal["faithful", "upfront"] = "faithful"
    credits_status: Literal[406, 402, "split"] = 406
    models: Path | None = None
    unknown_models: UnknownModels = "404"
    triggers: bool = True
    max_body_mib: Annotated[int, Meta(ge=1, le=1024)] = 32
    webhooks: Literal["auto", "on", "off"] = "auto"
    memory_mib: Annotated[int, Meta(ge=1, le=1024 * 1024)] = 1024
    explain: bool = False
    cors: Literal["on", "off"] = "on"
    shutdown_grace: Annotated[float, Meta(ge=0, le=3600)] = 5.0
    accounts: dict[str, AccountSettings] = {}
    store: str = MEMORY
    replay: Path | None = None
    on_miss: Literal["fail", "emulate"] = "fail"


def change_settings(settings: Settings, fields: dict[str, Any]) -> Settings:
    """Return settings with these fields changed.

    Raises:
        EmulatorError: there is no such field, or it cannot have this value.
    """
    given = {**msgspec.structs.asdict(settings), **fields}
    try:
        wanted = msgspec.convert(given, Settings, strict=False, dec_hook=_parse_path)
    except msgspec.ValidationError as error:
        refusal = explain_struct_error(error, Settings, "settings")
        name = str(error).partition("$.")[2].partition("`")[0]
        came = f"{name} is {given[name]}: " if name in given else ""
        raise EmulatorError(f"{came}{error}", hint=refusal.hint) from None
    for name in ("speed", "shutdown_grace"):
        if not isfinite(value := getattr(wanted, name)):
            raise EmulatorError(f"{name} is {value}", hint="give a finite number")
    if wanted.clock_start != NOW:
        parse_start(wanted.clock_start)
    return wanted


def _parse_path(kind: type, value: Any) -> Any:
    """Take a folder as a string or a path."""
    if kind is Path and isinstance(value, str | Path):
        return Path(value)
    raise NotImplementedError(f"{value!r} for {kind.__name__}")
