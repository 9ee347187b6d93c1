"""How what accounts have is turned into bytes: models by their slugs, all else as it is."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.base.account_clock import AccountClock, AccountClockState
from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import Model
from mockserver.contract.workflows import Workflow
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import Output
from mockserver.shared.containers import Codec
from mockserver.state.account import Account

TEXTS: Codec[str] = Codec(str.encode, bytes.decode)

_WORKFLOW = "workflow:"
"""Stands before the id of a workflow, where a model has its slug."""


class ModelCodecs:
    """The codecs of what has a model.

    Args:
        catalogue: Every model.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._encode = msgspec.msgpack.Encoder(enc_hook=_name_model).encode
        decode_job = msgspec.msgpack.Decoder(Job).decode
        decode_output = msgspec.msgpack.Decoder(Output).decode
        self.jobs: Codec[Job] = Codec(self._encode, lambda data: self._give_model(decode_job(data)))
        self.outputs: Codec[Output] = Codec(
            self._encode, lambda data: self._give_model(decode_output(data))
        )

    def _give_model(self, thing: Any) -> Any:
        return msgspec.structs.replace(thing, model=self._find_model(thing.model))

    def _find_model(self, name: str) -> Model:
        if name.startswith(_WORKFLOW):
            return self._catalogue.workflow.make_named(name.removeprefix(_WORKFLOW))
        model = self._catalogue.models.get(name)
        if model is None:
            raise EmulatorError(
                f"the store has a run of the model {name}, which is unknown here",
                hint="start all processes that share a store with the same --models",
            )
        return model


def _name_model(value: Any) -> Any:
    if isinstance(value, Workflow):
        return _WORKFLOW + value.slug
    if isinstance(value, Model):
        return value.slug
    raise NotImplementedError(f"cannot keep a {type(value).__name__}")


_SAID = [field for field in msgspec.structs.fields(Account) if field.name != "clock"]
SaidOfAccount: Any = msgspec.defstruct(
    "SaidOfAccount", [(field.name, field.type) for field in _SAID], array_like=True, gc=False
)
"""All that is said of an account but what time it is there."""


class JobLogCounts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The numbers of a `JobLog`."""

    made: int
    retained_from: int
    remembered_from: int
    retained_bytes: int
    remembered_bytes: int


class AccountRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is kept of an account in one place, and read and written whole."""

    said: SaidOfAccount
    clock: AccountClockState
    jobs: JobLogCounts
    quiet_until: int
    pending: int
    output_bytes: int
    whole_bytes: int
    weighed_bytes: int
    is_slow: bool
    leased_until: int
    """Until when, in microseconds of Redis's time, nobody else may send the account's events."""
    outputs: int
    ledger: int
    has: tuple[str, ...]
    """Those of its small parts that there are."""


encode_row = msgspec.msgpack.encode
decode_row = msgspec.msgpack.Decoder(AccountRow).decode


def read_said(account: Account) -> Any:
    """Return what is to be kept of an account's value."""
    return SaidOfAccount(*(getattr(account, field.name) for field in _SAID))


def make_account(said: Any, clock: AccountClock) -> Account:
    """Return an account's value of what was kept."""
    return Account(clock=clock, **msgspec.structs.asdict(said))
