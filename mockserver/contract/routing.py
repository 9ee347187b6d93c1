"""Which route a path belongs to, and what each route is: the rows of contracts/routes.json."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal, TypeAlias

import msgspec

from mockserver.contract.files import find_data_dir, read_json

RouteName: TypeAlias = str
"""The name of a row of contracts/routes.json, `unknown` or `preflight`."""


class Route(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What the gateway has to know of one route of the data plane.

    Attributes:
        name: The name by which journals, faults and tables know it.
        methods: The verbs that it takes, its own first.
        path: Its path; at most one segment of it varies, and is in braces.
        key: Whether a key must be sent.
        bearer: Whether it may come as Authorization: Bearer, too (A4).
        starts_job: Whether it starts a job: a run of a model or of a workflow.
        blocks: Whether its answer comes once that job has ended (R1), not at once.
        polls_job: Whether it asks about the job whose id is in its path.
        has_model: Whether it is about a model: its own, or that of its job or output.
        counts_in_window: Whether a call counts towards the requests a minute (L2).
        may_be_struck: Whether a fault may strike it.
        serves: Which kind of file it serves to whoever knows the address, if any.
    """

    name: RouteName
    methods: tuple[str, ...]
    path: str
    key: bool = True
    bearer: bool = False
    starts_job: bool = False
    blocks: bool = False
    polls_job: bool = False
    has_model: bool = False
    counts_in_window: bool = False
    may_be_struck: bool = True
    serves: Literal["output", "upload"] | None = None

    @property
    def runs_model(self) -> bool:
        """Whether it runs the model that its path names."""
        return self.starts_job and self.has_model

    @property
    def has_state(self) -> bool:
        """Whether it asks for the state of a run of a model."""
        return self.polls_job and self.has_model

    def fill_path(self, subject: str) -> str:
        """Return the path in which this stands where it varies."""
        head, _, rest = self.path.partition("{")
        return head + subject + rest.partition("}")[2] if rest else self.path


UNKNOWN = Route(name="unknown", methods=(), path="", key=False, may_be_struck=False)
"""What a path belongs to that is no route's (R9)."""

PREFLIGHT = Route(name="preflight", methods=("OPTIONS",), path="", key=False, may_be_struck=False)
"""What a browser asks before it sends a request, whatever the path (C1)."""


def load_routes() -> dict[RouteName, Route]:
    """Read the routes of contracts/routes.json, which the catalogue holds against its schema.

    Raises:
        ContractError: the file cannot be read.
    """
    document = read_json(find_data_dir("contracts") / "routes.json")
    rows = msgspec.convert(document["routes"], list[Route])
    return {row.name: row for row in (*rows, UNKNOWN, PREFLIGHT)}


ROUTES = load_routes()
"""Every route by its name, and what an exchange can be about besides."""


def find_names(belongs: Callable[[Route], bool]) -> frozenset[RouteName]:
    """Return the names of the routes of which this is true."""
    return frozenset(route.name for route in ROUTES.values() if belongs(route))


_Level: TypeAlias = tuple[Route | None, dict[str, Route]]
"""The routes whose last segment comes after one path: where it varies, and by name where not."""

_EMPTY: _Level = (None, {})


def _compile_paths(
    routes: Iterable[Route],
) -> tuple[dict[str, _Level], dict[str, dict[str, Route]]]:
    """Return the routes by the path before their last segment, and those that vary before it.

    The latter by their last segment, and then by the path before the part that varies.
    """
    levels: dict[str, _Level] = {}
    followed: dict[str, dict[str, Route]] = {}
    for route in routes:
        head, _, last = route.path.rpartition("/")
        above, _, middle = head.rpartition("/")
        varying, fixed = levels.get(head, _EMPTY)
        if middle.startswith("{"):
            followed.setdefault(last, {})[above] = route
        elif last.startswith("{"):
            levels[head] = (route, fixed)
        else:
            levels[head] = (varying, {**fixed, last: route})
    return levels, followed


_LEVELS, _FOLLOWED = _compile_paths(route for route in ROUTES.values() if route.path)
_NOWHERE = (UNKNOWN, "")
_LONGEST_KEPT = 128
"""Characters of a path that is remembered: what is sent must not decide how much that takes."""


def find(path: str) -> tuple[Route, str]:
    """Return the route of a path and the part of it that varies: slug, request id or file."""
    return (_find_again if len(path) <= _LONGEST_KEPT else _find)(path)


def _find(path: str) -> tuple[Route, str]:
    head, slash, last = path.rpartition("/")
    if last in _FOLLOWED:
        above, _, subject = head.rpartition("/")
        route = _FOLLOWED[last].get(above)
        if route and subject:
            return route, subject
    varying, fixed = _LEVELS.get(head, _EMPTY)
    if last in fixed and slash:
        return fixed[last], ""
    return (varying, last) if varying and last else _NOWHERE


_find_again = lru_cache(maxsize=1024)(_find)
"""The same of the paths that were asked for last, as clients poll."""
