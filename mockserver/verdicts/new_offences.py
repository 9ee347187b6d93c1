"""Which offences of clients were not there when somebody last looked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable

from msgspec.structs import replace

from mockserver.verdicts.verdicts import Verdict

OPEN_RULES = frozenset({"never-fetched-result"})
"""Rules about what was left undone: as long as a client goes on, it may still do it."""

_MOST_CLIENTS = 10_000


class NewOffences:
    """What is known of the offences of each client, so that each is told once."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, dict[str, frozenset[int]]] = OrderedDict()

    def note(self, whose: Hashable, verdicts: Iterable[Verdict]) -> list[Verdict]:
        """Return the verdicts on a client, each with the exchanges that it had not before.

        Args:
            whose: Anything that tells the client from others.
            verdicts: All that its journal says of it now.
        """
        now = {verdict.id: verdict for verdict in verdicts if verdict.id not in OPEN_RULES}
        known = self._known.pop(whose, {})
        self._known[whose] = {name: frozenset(each.requests) for name, each in now.items()}
        if len(self._known) > _MOST_CLIENTS:
            self._known.popitem(last=False)
        new = {name: set(each.requests) - known.get(name, set()) for name, each in now.items()}
        return [
            replace(verdict, requests=tuple(sorted(new[name])))
            for name, verdict in now.items()
            if new[name]
        ]
