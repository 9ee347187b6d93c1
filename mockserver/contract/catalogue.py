"""Everything that is known about the API, loaded once and never changed."""

from __future__ import annotations

from copy import copy
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mockserver.contract.files import find_data_dir
from mockserver.contract.model_catalogue import ModelCatalogue
from mockserver.contract.models import load_models
from mockserver.contract.schemas import Schemas, Validator
from mockserver.contract.tables import (
    Behaviour,
    Described,
    ErrorRow,
    FaultRow,
    Parameter,
    Plan,
    RouteRow,
    VerdictRow,
    load_table,
)
from mockserver.contract.unlisted_models import UnknownModels
from mockserver.contract.workflows import Workflow, load_workflow


class Catalogue:
    """The contracts: models by slug, errors by id, plans by name.

    Args:
        extra_models: A folder with more model files (`--models DIR`), or None.

    Raises:
        ContractError: a file is broken.
    """

    def __init__(self, extra_models: Path | None = None) -> None:
        root = find_data_dir("contracts")
        self._root = root
        self.schemas = Schemas([root / "schemas", root / "shared", root / "bodies"])
        own = load_models(extra_models, self.schemas) if extra_models else {}
        self.models = ModelCatalogue(root, self.schemas, own)
        self.errors: dict[str, ErrorRow] = {
            row.id: row for row in self._load_table("errors", ErrorRow)
        }
        self.plans: dict[str, Plan] = {row.name: row for row in self._load_table("plans", Plan)}

    def serve_unknown(self, unknown: UnknownModels) -> Catalogue:
        """Return the same contracts, where slugs that nobody knows run as models that make this."""
        if unknown == "404":
            return self
        twin = copy(self)
        twin.models = self.models.serve_unknown(unknown)
        return twin

    def _load_table(self, name: str, row: type[Any], key: str | None = None) -> list[Any]:
        return load_table(self._root, name, row, self.schemas, key)

    @cached_property
    def workflow(self) -> Workflow:
        """The contract that stands for every workflow."""
        return load_workflow(self._root / "workflow.json", self.schemas)

    @cached_property
    def page_statuses(self) -> frozenset[int]:
        """The statuses that the gateway answers with an HTML page (R8, E6)."""
        return frozenset(
            row.status for row in self.errors.values() if row.media == "html" and row.status
        )

    @cached_property
    def behaviours(self) -> list[Behaviour]:
        """The behaviour register, in the order of its file."""
        return self._load_table("behaviours", Behaviour)

    @cached_property
    def faults(self) -> list[FaultRow]:
        """Every effect that a fault can have."""
        return self._load_table("faults", FaultRow)

    @cached_property
    def fault_validators(self) -> dict[str, Validator]:
        """What decides, for each effect, whether it is written as it should be."""
        path = self._root / "faults.json"
        return {row.effect: self.schemas.compile(row.schema, path) for row in self.faults}

    @cached_property
    def routes(self) -> list[RouteRow]:
        """The routes of the data plane."""
        return self._load_table("routes", RouteRow)

    @cached_property
    def path_parameters(self) -> dict[str, Parameter]:
        """What varies in the paths of routes, by the name that stands in braces."""
        return {row.name: row for row in self._load_table("routes", Parameter, "parameters")}

    @cached_property
    def tags(self) -> list[Described]:
        """The groups of routes, in the order in which they are shown."""
        return self._load_table("routes", Described, "tags")

    @cached_property
    def verdicts(self) -> dict[str, VerdictRow]:
        """The rules that journals are held against, by id."""
        return {row.id: row for row in self._load_table("verdicts", VerdictRow)}


@cache
def load_shipped_catalogue() -> Catalogue:
    """Return the contracts that the emulator ships: every emulator of a process reads the same."""
    return Catalogue()
