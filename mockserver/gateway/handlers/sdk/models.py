"""`models`: what can be run (N11)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mockserver.base.json_encoding import encode
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.model_evidence import make_evidence
from mockserver.contract.models import Model
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers.inference import JSON, Reply

_ENVELOPE = "Inference Segmind Model Information List With Details"

_ELSEWHERE = {"$schema", "$id", "$comment", "title", "description", "x-model", "examples"}
"""Keywords of a contract that say nothing of its parameters, or that have a key of their own."""


def list_models(services: Services, context: Context) -> Reply:
    """List every model that is not retired."""
    context.facts = ("N11",)
    return 200, JSON, _encode_list(services.catalogue)


@lru_cache(maxsize=2)
def _encode_list(catalogue: Catalogue) -> bytes:
    """Return the body, which is the same for as long as the contracts are."""
    models = catalogue.models.values()
    return encode({_ENVELOPE: [_render_model(each) for each in models if not each.terms.retired]})


def _render_model(model: Model) -> dict[str, Any]:
    document = model.document
    rest = {key: value for key, value in model.schema.items() if key not in _ELSEWHERE}
    return {
        "slug": model.slug,
        "title": document.get("title", model.slug),
        "type": model.terms.task,
        "description": document.get("description", ""),
        "parameters": {"type": "object", "required": [], **rest},
        "x-evidence": make_evidence(model.terms),
    }
