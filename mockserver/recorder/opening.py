"""Wiring a recorder, for the commands that start one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.recorder.addresses import Addresses
from mockserver.recorder.costs import Costs
from mockserver.recorder.proxy import RecordingProxy
from mockserver.recorder.session import RecordingSession, Tell
from mockserver.recorder.summary import make_document, render_summary
from mockserver.recorder.upstream import Upstream, make_tls_context
from mockserver.recorder.writing_process import NotWrittenError
from mockserver.recordings.keep import Keep


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOptions:
    """What users say of a session.

    Attributes:
        folder: Where it is written.
        budget: How many US dollars its runs may cost together; None bounds nothing.
        prices: What a run of a model can cost at the worst, where the user says it.
        keep: What is kept of prompts and media.
        ca: A file with authorities that are trusted besides, in PEM.
        logs: Whether each exchange is told of.
    """

    folder: Path
    budget: Decimal | None
    keep: Keep
    ca: Path | None
    logs: bool
    prices: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorder:
    """A session, and the application that fills it."""

    app: RecordingProxy
    session: RecordingSession
    costs: Costs

    def render_summary(self) -> str:
        """Return what there is to say at the end."""
        return render_summary(self.session, self.costs)

    def to_json(self) -> dict[str, Any]:
        """Return the same as a JSON value."""
        return make_document(self.session, self.costs)


@contextmanager
def open_recorder(
    addresses: Addresses, options: RecordOptions, tell: Tell, grace_s: float
) -> Iterator[Recorder]:
    """Begin a session; it ends with the context, when nothing is served any more.

    Args:
        addresses: Which requests go where.
        options: What the user says.
        tell: Takes a line for the user.
        grace_s: How long exchanges in flight may go on when the server is to end.

    Raises:
        EmulatorError: the folder cannot be written to, or a file cannot be read.
    """
    upstream = Upstream(make_tls_context(options.ca))
    costs = Costs(load_shipped_catalogue(), options.budget, options.prices)
    where = addresses.upstream.root if addresses.upstream else "https://api.segmind.com"
    try:
        session = RecordingSession(options.folder, where, options.keep, tell, logs=options.logs)
    except NotWrittenError as error:
        raise EmulatorError(
            f"{options.folder}: no recording can be written there: {error}",
            hint="name a folder of yours, or one that is not there yet",
        ) from None
    try:
        yield Recorder(RecordingProxy(addresses, upstream, costs, session, grace_s), session, costs)
    finally:
        session.close()
