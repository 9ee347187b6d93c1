"""Workflows: each behaves like a model of that name, made from `contracts/workflow.json` (N7)."""

from __future__ import annotations

from copy import copy
from pathlib import Path
from typing import Any

from mockserver.contract.files import read_json
from mockserver.contract.models import META_SCHEMA, Model
from mockserver.contract.schemas import Schemas


class Workflow(Model):
    """One workflow; its inputs are its own affair."""

    def find_unknown(self, params: dict[str, Any]) -> list[str]:  # noqa: ARG002
        """Return nothing: no input is unknown to a workflow that nobody here knows."""
        return []

    def make_named(self, workflow_id: str) -> Workflow:
        """Return the workflow of this id."""
        workflow = copy(self)
        workflow.slug = workflow_id
        return workflow


def load_workflow(path: Path, schemas: Schemas) -> Workflow:
    """Load the contract that stands for every workflow.

    Raises:
        ContractError: it breaks the meta-schema of models.
    """
    document = read_json(path)
    schemas.check(path, document, META_SCHEMA)
    return Workflow(path, document, schemas)
