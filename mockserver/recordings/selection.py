"""Which exchanges of a recording are meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mockserver.base.close_names import render_hint
from mockserver.base.errors import EmulatorError
from mockserver.contract.routing import ROUTES
from mockserver.facts.observed import Observed

_STATUS = re.compile(r"none|[1-9*?x][0-9*?x]{0,2}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Exchanges by what they are; all of them unless something is asked for.

    Attributes:
        routes: Names of routes such as `status`, or patterns of paths such as `/v2/*`.
        statuses: Such as `200` or `5xx`; `none` is an answer that did not come.
        accounts: Names of keys, such as `key-1`.
        before_utc_s: Only what was sent before this, in seconds since 1970.

    Raises:
        EmulatorError: A route has no such name, or a status cannot be: nothing would ever be meant.
    """

    routes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    before_utc_s: float | None = None

    def __post_init__(self) -> None:
        for route in self.routes:
            if route not in ROUTES and not re.search(r"[/*?\[]", route):
                raise EmulatorError(
                    f"there is no route {route!r}", hint=render_hint(route, ROUTES, "routes")
                )
        for status in self.statuses:
            if not _STATUS.fullmatch(status):
                raise EmulatorError(
                    f"{status!r} is no status", hint="402, 5xx, or none for no answer"
                )

    def __bool__(self) -> bool:
        return self != Selection()

    def includes(self, exchange: Observed, began_utc_s: float) -> bool:
        """Tell whether an exchange of a session that began then is meant."""
        return (
            self._has_route(exchange)
            and self._has_status(exchange)
            and (not self.accounts or exchange.account in self.accounts)
            and (self.before_utc_s is None or began_utc_s + exchange.sent_s < self.before_utc_s)
        )

    def _has_route(self, exchange: Observed) -> bool:
        names = (exchange.route.name, exchange.path)
        return not self.routes or any(
            fnmatchcase(name, pattern) for name in names for pattern in self.routes
        )

    def _has_status(self, exchange: Observed) -> bool:
        status = str(exchange.status).lower()
        return not self.statuses or any(
            fnmatchcase(status, pattern.lower().replace("x", "?")) for pattern in self.statuses
        )
