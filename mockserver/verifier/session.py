"""All that one verification asks: sends what it is told to, in order, and keeps the exchanges."""

from __future__ import annotations

from collections.abc import Callable

from mockserver.facts.observed import Body, HeaderPairs, Observed, Story
from mockserver.verifier.calls import SAFE_METHODS, Call, Clock, Owner, SentRequest, Transport
from mockserver.verifier.pacing import Pacer
from mockserver.verifier.places import find_url

_TRIES = 3
"""Of a call that changes nothing and gets no answer (S2)."""

_PAUSE_S = 2.0
_TOO_MANY = 429

ACCOUNTS: dict[Owner, str | None] = {"own": "the key", "nobody": "nobody's key", "none": None}
"""How exchanges name whose key they bore."""


class Session:
    """Sends calls and keeps the exchanges.

    Args:
        transport: Sends.
        clock: The service's time.
        root: The service's address.
        keys: The key of each owner that has one.
        agent: The User-Agent.
        see: Is shown each exchange as soon as it is over; what it raises ends the call.
    """

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        root: str,
        keys: dict[Owner, str],
        *,
        agent: str,
        see: Callable[[Observed], None],
    ) -> None:
        self.clock = clock
        self.root = root.rstrip("/")
        self.began_utc_s = clock.read_utc_s()
        self._transport = transport
        self._keys = keys
        self._agent = agent
        self._see = see
        self._pacer = Pacer(clock)
        self._exchanges: list[Observed] = []

    @property
    def story(self) -> Story:
        """All that was seen."""
        return Story(exchanges=tuple(self._exchanges), began_utc_s=self.began_utc_s)

    def explain_silence(self) -> str:
        """Return in words why the last call got no answer."""
        return self._transport.explain()

    def ask(self, call: Call) -> Observed:
        """Send a call that cannot cost; if no answer comes it is sent again.

        Raises:
            AssertionError: it could cost, so `submit` is the way.
        """
        if call.may_cost:
            raise AssertionError(call.target)
        tries = _TRIES if call.method in SAFE_METHODS else 1
        seen = self._send(call)
        while seen.status is None and (tries := tries - 1):
            self.clock.sleep(_PAUSE_S)
            seen = self._send(call)
        return seen

    def submit(self, call: Call) -> Observed:
        """Send a call that may cost, once, when it is its turn; money is the caller's matter."""
        self._pacer.wait()
        seen = self._send(call)
        if seen.status == _TOO_MANY:
            self._pacer.hold()
        return seen

    def _send(self, call: Call) -> Observed:
        request = SentRequest(
            method=call.method,
            url=find_url(self.root, call.target),
            headers=self._make_headers(call),
            body=call.body,
            patience_s=call.patience_s,
        )
        sent_s = self.clock.now_s()
        reply = self._transport.send(request)
        seen = Observed(
            number=len(self._exchanges) + 1,
            sent_s=sent_s,
            method=request.method,
            url=request.url,
            request_headers=request.headers,
            request_body=Body.of(request.body),
            account=ACCOUNTS[call.owner],
            key_place=None if call.owner == "none" else call.key_place,
            known=call.known,
            answered_s=None if reply is None else self.clock.now_s(),
            status=None if reply is None else reply.status,
            headers=() if reply is None else reply.headers,
            body=Body.of(b"" if reply is None else reply.body),
        )
        self._exchanges.append(seen)
        self._see(seen)
        return seen

    def _make_headers(self, call: Call) -> HeaderPairs:
        key = self._keys.get(call.owner)
        named = {"user-agent": self._agent, "accept": "*/*", **dict(call.headers)}
        if key is not None and call.key_place == "bearer":
            named["authorization"] = f"Bearer {key}"
        elif key is not None:
            named["x-api-key"] = key
        return tuple(named.items())
