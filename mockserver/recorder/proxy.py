"""The recorder as an ASGI application: each request is passed on, and what came of it written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.base.wire import Disconnect
from mockserver.edges.send import deliver
from mockserver.facts.observed import Body, Observed
from mockserver.recorder.addresses import Addresses, Target
from mockserver.recorder.costs import Costs, TooDearError, may_cost
from mockserver.recorder.exchange import OpenExchange
from mockserver.recorder.fields import Fields, make_pairs, make_request_fields
from mockserver.recorder.origins import Origin
from mockserver.recorder.passage import Passage
from mockserver.recorder.refusals import (
    MISDIRECTED,
    TOO_DEAR,
    UNREACHABLE,
    RefusedError,
    send_refusal,
)
from mockserver.recorder.requests import (
    ClientLeftError,
    IncomingRequest,
    read_request,
    wait_until_left,
)
from mockserver.recorder.rewriting import rewrite_request
from mockserver.recorder.session import RecordingSession
from mockserver.recorder.upstream import BrokenError, Failure, UnreachableError, Upstream
from mockserver.spending.budget import Reservation

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_PATIENCE_S, _USUAL_PATIENCE_S = 300.0, 5.0
"""How long an answer is waited for when its client has left: that to a run is paid for, and of any
other the client may have read the end just before."""


@dataclass(slots=True)
class _Call:
    """A request that is passed on: for whom, where to, what is sent, and what it may cost."""

    own: Origin
    target: Target
    asked: Observed
    fields: Fields
    reservation: Reservation | None
    is_kept: bool = False

    @property
    def may_cost(self) -> bool:
        return self.target.bears_key and may_cost(self.asked)

    @property
    def name(self) -> str:
        """What users know it by, without what may be secret."""
        return f"{self.asked.method} {self.asked.path}"


class RecordingProxy:
    """What is served.

    Args:
        addresses: Which requests go where.
        upstream: What asks the service.
        costs: The money of the session.
        session: Where exchanges are written.
        grace_s: How long exchanges in flight may go on when the server is to end.
    """

    def __init__(
        self,
        addresses: Addresses,
        upstream: Upstream,
        costs: Costs,
        session: RecordingSession,
        grace_s: float,
    ) -> None:
        self._addresses = addresses
        self._upstream = upstream
        self._costs = costs
        self._session = session
        self._grace_s = grace_s
        self._works: set[asyncio.Task[Failure | None]] = set()

    def close(self) -> None:
        """Give up after a while what is in flight: the server is about to stop."""
        if self._works:
            asyncio.get_running_loop().call_later(self._grace_s, self._give_up)

    def _give_up(self) -> None:
        for work in self._works:
            work.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            call = self._prepare(await read_request(scope, receive))
        except RefusedError as error:
            await send_refusal(error, send)
        except ClientLeftError:
            return
        else:
            failure = await self._attend(call, receive, send)
            if failure is not None:
                await deliver(Disconnect(failure), scope, receive, send)

    def _prepare(self, request: IncomingRequest) -> _Call:
        """Return the call that is to be made of a request.

        Raises:
            RefusedError: it leads nowhere, or can cost more than what is left.
        """
        own, path = request.own, request.path
        target = self._addresses.find_target(own, path)
        if target is None:
            where = own.root + path.decode("latin-1").partition("?")[0]
            sentence = (
                f"{where} leads to no host of the vendor's, nor to one that an answer of this "
                "session has named as that of an output."
            )
            raise RefusedError(MISDIRECTED, sentence)
        body = rewrite_request(request.body, self._addresses, own)
        fields = make_request_fields(request.fields, target, len(body))
        asked = Observed(
            number=0,
            sent_s=0.0,
            method=request.method,
            url=target.url,
            request_headers=make_pairs(fields),
            request_body=Body.of(body),
        )
        return _Call(own, target, asked, fields, self._reserve(asked, target))

    def _reserve(self, asked: Observed, target: Target) -> Reservation | None:
        try:
            return self._costs.admit(asked) if target.bears_key else None
        except TooDearError as error:
            self._session.note_unsent(str(error))
            raise RefusedError(TOO_DEAR, str(error)) from None

    async def _attend(self, call: _Call, receive: Receive, send: Send) -> Failure | None:
        """Have a call made, and look whether the client stays for the answer.

        Returns:
            How the client's connection is to end, if it is not to have an answer.
        """
        exchange = OpenExchange(call.asked, self._session.numbers, self._session.begin)
        passage = Passage(exchange, self._addresses, call.own, call.target, send)
        work = asyncio.create_task(self._make(call, exchange, passage, send))
        left = asyncio.create_task(wait_until_left(receive))
        self._works.add(work)
        try:
            await asyncio.wait({work, left}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                patience_s = _PATIENCE_S if call.may_cost else _USUAL_PATIENCE_S
                await asyncio.wait({work}, timeout=patience_s)
        finally:
            left.cancel()
            work.cancel()
            await asyncio.wait({work, left})
            self._works.discard(work)
        if work.cancelled():
            return None if passage.is_finished else "close"
        return work.result()

    async def _make(
        self, call: _Call, exchange: OpenExchange, passage: Passage, send: Send
    ) -> Failure | None:
        """Make a call, pass on what comes of it, and write it, whatever that is."""
        try:
            async with self._upstream.ask(call.target, call.asked, call.fields, exchange) as answer:
                await passage.carry(answer, lambda seen: self._keep(call, seen))
        except BrokenError as error:
            if error.reason:
                self._session.tell(f"{call.name} has no whole answer: {error.reason}")
            return error.failure
        except UnreachableError as error:
            where = call.target.origin.root
            self._session.note_unsent(f"cannot connect to {where}: {error}; nothing was sent")
            sentence = f"there is no connection to {where}, and nothing was sent: {error}"
            await send_refusal(RefusedError(UNREACHABLE, sentence), send)
        finally:
            if exchange.is_sent and not call.is_kept:
                await self._keep(call, exchange.lose())
            elif not exchange.is_sent:
                self._costs.withdraw(call.reservation)
        return None

    async def _keep(self, call: _Call, seen: Observed) -> None:
        """Book what an exchange cost, and write it."""
        call.is_kept = True
        if call.target.bears_key:
            self._costs.note(seen, call.reservation)
        await self._session.write(seen)
