"""What a model makes where a request says neither size nor length: as its parameters default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.contract.model_terms import Output
from mockserver.contract.picture_sizes import compute_size
from mockserver.contract.run_parameters import compute_duration


def find_defaults(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the default of each parameter that has one other than null."""
    return {
        name: schema["default"]
        for name, schema in properties.items()
        if isinstance(schema, dict) and schema.get("default") is not None
    }


def adjust_output(
    document: Mapping[str, Any], output: Output, defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the output of a contract with the size and length that the parameters default to.

    Args:
        document: The output as the contract has it.
        output: The same, read.
        defaults: The defaults of the parameters.
    """
    adjusted = dict(document)
    if output.size is not None:
        width, height = compute_size(output.size, defaults)
        adjusted["size"] = {**adjusted["size"], "default": f"{width}x{height}"}
    if output.duration is not None:
        lasts = compute_duration(output.duration, defaults)
        adjusted["duration"] = {**adjusted["duration"], "default_s": lasts}
    return adjusted
