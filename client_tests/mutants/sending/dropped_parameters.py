"""Mutants that lose parameters."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any

from client_tests.clients.gateway_http import Json
from client_tests.mutants.registry import mutant
from client_tests.mutants.sending.altering import PARAMS, Altering


@mutant(
    killed_by=PARAMS,
    assertion="unchanged",
    seen_in="The vendor's SDK before 1.1.0, which took `timeout` and others for its own arguments.",
)
class DropsControlNames(Altering):
    """Keeps parameters to itself that are called like its own arguments."""

    def alter(self, params: Json) -> Any:
        own = {"timeout", "interval", "poll_interval", "api_key"}
        return {name: value for name, value in params.items() if name not in own}


@mutant(
    killed_by="run/parameters/named-self",
    assertion="answered",
    seen_in="`self.call(model=model, **params)`, as many wrappers have it.",
)
class CrashesOnOwnNames(Altering):
    """Raises a TypeError when a parameter is called like an argument of its functions."""

    def alter(self, params: Json) -> Any:
        return self.collect(**params)

    def collect(self, **params: Any) -> Json:
        """Return what was given by name."""
        return params


@mutant(
    killed_by="run/parameters/named-id",
    assertion="unchanged",
    seen_in="Stores and queues that give each of their records an `id`.",
)
class DropsId(Altering):
    """Leaves out a parameter named `id`, which it takes for that of a record."""

    def alter(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if name != "id"}


@mutant(
    killed_by="run/parameters/nulls",
    assertion="unchanged",
    seen_in="pydantic's `model_dump(exclude_none=True)`.",
)
class DropsNulls(Altering):
    """Leaves out parameters that are null."""

    def alter(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if value is not None}


@mutant(
    killed_by="run/parameters/false-values",
    assertion="unchanged",
    seen_in="`if value:` in place of `if value is not None:`.",
)
class DropsFalsy(Altering):
    """Leaves out parameters that are 0 or false."""

    def alter(self, params: Json) -> Any:
        return {
            name: value
            for name, value in params.items()
            if value or value is None or isinstance(value, str | list | dict)
        }


@mutant(
    killed_by="run/parameters/empty-values",
    assertion="unchanged",
    seen_in="Forms, in which a field without text is no field.",
)
class DropsEmptyStrings(Altering):
    """Leaves out parameters that are empty strings."""

    def alter(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if value != ""}


@mutant(
    killed_by="run/parameters/empty-values",
    assertion="unchanged",
    seen_in="Serialisers that prune what holds nothing.",
)
class DropsEmptyCollections(Altering):
    """Leaves out parameters that are empty lists or objects."""

    def alter(self, params: Json) -> Any:
        return {name: value for name, value in params.items() if value not in ([], {})}
