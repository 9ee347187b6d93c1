"""A model as data: what it takes, returns and costs. One JSON file each, no code."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from mockserver.base.close_names import render_hint
from mockserver.base.errors import ContractError
from mockserver.contract.files import read_json
from mockserver.contract.model_terms import Duration, Format, Size, Terms
from mockserver.contract.parameter_values import find_value, parse_size, parse_whole
from mockserver.contract.picture_parameters import find_picture_parameters
from mockserver.contract.routing import ROUTES
from mockserver.contract.schemas import Schemas, Validator, explain
from mockserver.media.artefacts import EXTENSIONS, FORMATS

META_SCHEMA = "urn:segmock:schema:model"
"""The `$id` of the schema that every file of a model satisfies."""

LONGEST_RUN_S = 1_000_000_000
"""No run is asked to take longer, so that its end is an instant."""

MAX_SIDE_PX = 9_999
LONGEST_FILE_S = 60.0
MOST_PICTURES = 16
"""What a contract forgets to bound is bounded here, so that an answer ends."""


class Model:
    """One model of the gateway.

    Attributes:
        document: The contract file as it stands.
        schema: The request schema with its references resolved.
        properties: The schema of each parameter.
        defaults: The declared default of each parameter that has one.
        picture_parameters: Those that take a picture which what the model makes begins with.
        terms: Slug, price, output and the like.
    """

    __slots__ = (
        "_known",
        "defaults",
        "document",
        "file",
        "picture_parameters",
        "properties",
        "schema",
        "slug",
        "terms",
        "validator",
    )

    def __init__(self, file: Path, document: dict[str, Any], schemas: Schemas) -> None:
        self.file = file
        self.document = document
        self.schema: dict[str, Any] = schemas.resolve(file, document)
        self.properties: dict[str, dict[str, Any]] = {
            name: schema if isinstance(schema, dict) else {}
            for name, schema in self.schema.get("properties", {}).items()
        }
        self.defaults = {
            name: schema["default"]
            for name, schema in self.properties.items()
            if "default" in schema
        }
        self._known = frozenset(self.properties)
        self.terms = msgspec.convert(document["x-model"], Terms, strict=False)
        self.slug = self.terms.slug
        shows = self.terms.output.media in {"image", "video"}
        self.picture_parameters = find_picture_parameters(self.properties) if shows else ()
        self.validator: Validator = schemas.compile(self.schema, file)

    def find_unknown(self, params: dict[str, Any]) -> list[str]:
        """Return the names among these parameters that the contract does not know, sorted."""
        if self._known.issuperset(params):
            return []
        return sorted(params.keys() - self._known)

    def compute_price(self, params: dict[str, Any]) -> Decimal:
        """Return what a run with these parameters costs, in US dollars."""
        price = self.terms.price
        if price.parameter is None:
            return price.usd
        return price.usd_by_value.get(str(params.get(price.parameter)), price.usd)

    def compute_seconds(self, params: dict[str, Any], speed: float) -> float:
        """Return the virtual seconds of a run: literal where a parameter says so (O5)."""
        literal = find_value(params, self.terms.duration_parameter)
        if isinstance(literal, int | float) and not isinstance(literal, bool) and literal >= 0:
            return float(min(literal, LONGEST_RUN_S))
        return self.terms.typical_s / speed

    def compute_size(self, params: dict[str, Any]) -> tuple[int, int]:
        """Return width and height of the image or film asked for, in pixels."""
        size = self.terms.output.size
        if size is None:
            raise AssertionError(f"{self.slug} makes no image")
        asked = (str(params.get(name)) for name in size.parameters)
        spelled = (size.named.get(value, value) for value in asked)
        sizes = filter(None, map(parse_size, (*spelled, size.default)))
        width, height = next(sizes)
        return (
            parse_whole(find_value(params, size.width_parameter), MAX_SIDE_PX) or width,
            parse_whole(find_value(params, size.height_parameter), MAX_SIDE_PX) or height,
        )

    def compute_format(self, params: dict[str, Any]) -> Format:
        """Return the file format asked for: a parameter may choose among those of the medium."""
        output = self.terms.output
        if output.format_parameter is None:
            return output.format
        asked = find_value({**self.defaults, **params}, output.format_parameter)
        spelled: Any = EXTENSIONS.get(asked.lower()) if isinstance(asked, str) else None
        return spelled if spelled in FORMATS[output.media] else output.format

    def compute_duration(self, params: dict[str, Any]) -> float:
        """Return how many seconds the film or sound asked for plays."""
        duration = self.terms.output.duration
        if duration is None:
            raise AssertionError(f"{self.slug} makes nothing that plays")
        asked = find_value(params, duration.parameter)
        if isinstance(asked, int | float) and not isinstance(asked, bool) and asked > 0:
            return float(min(asked, LONGEST_FILE_S))
        return duration.default_s

    def is_base64(self, params: dict[str, Any]) -> bool:
        """Tell whether v1 is asked for pictures inside JSON (V1c)."""
        terms = self.terms.base64
        return terms is not None and params.get(terms.parameter) is True

    def count_pictures(self, params: dict[str, Any]) -> int:
        """Return how many pictures are asked for."""
        terms = self.terms.base64
        asked = find_value(params, terms.count_parameter) if terms else None
        return parse_whole(asked, MOST_PICTURES) or 1


def load_model(path: Path, schemas: Schemas) -> Model:
    """Load and check one contract file.

    Raises:
        ContractError: it breaks the meta-schema, or says two things that cannot both be.
    """
    document = read_json(path)
    schemas.check(path, document, META_SCHEMA)
    model = Model(path, document, schemas)
    for place, reason in find_contradictions(model, schemas):
        raise ContractError(str(path), place, reason)
    return model


def find_contradictions(model: Model, schemas: Schemas) -> Iterator[tuple[str, str]]:
    """Yield place and reason of whatever a meta-schema cannot see."""
    if model.slug in find_reserved_slugs():
        yield "$['x-model'].slug", f"another route of the gateway is called {model.slug}"
    seed = model.terms.seed
    if seed and seed.minimum > seed.maximum:
        yield "$['x-model'].seed", "its minimum is above its maximum"
    for place, name in _find_named_parameters(model.terms):
        if name not in model.properties:
            hint = render_hint(name, model.properties, "properties")
            reason = f"there is no {name!r} among the properties ({hint})"
            yield f"$['x-model'].{place}", reason
    for name in _find_wrong_defaults(model, schemas):
        _, why = explain(model.defaults[name], model.properties[name], schemas.by_id)
        reason = f"breaks the schema that it stands in: {why}"
        yield f"$.properties.{name}.default", reason
    for index, example in enumerate(model.document["examples"]):
        if not model.validator.is_valid(example):
            place, why = explain(example, model.document, schemas.by_id)
            reason = f"breaks the model's own schema: at {place} {why}"
            yield f"$.examples[{index}]", reason


def _find_wrong_defaults(model: Model, schemas: Schemas) -> Iterator[str]:
    """Yield every parameter whose default its own schema refuses."""
    whole = {"properties": model.properties}
    if not schemas.compile(whole, model.file).is_valid(model.defaults):
        for name, default in model.defaults.items():
            if not schemas.compile(model.properties[name], model.file).is_valid(default):
                yield name


def _find_named_parameters(terms: Terms) -> Iterator[tuple[str, str]]:
    """Yield every name of a parameter in `x-model`, with its place there."""
    size = terms.output.size or Size(default="")
    duration = terms.output.duration or Duration(default_s=0)
    named = {
        "price.parameter": terms.price.parameter,
        **{f"output.size.parameters[{i}]": name for i, name in enumerate(size.parameters)},
        "output.size.width_parameter": size.width_parameter,
        "output.size.height_parameter": size.height_parameter,
        "output.format_parameter": terms.output.format_parameter,
        "output.duration.parameter": duration.parameter,
        "seed.parameter": terms.seed.parameter if terms.seed else None,
        "base64.parameter": terms.base64.parameter if terms.base64 else None,
        "base64.count_parameter": terms.base64.count_parameter if terms.base64 else None,
        "duration_parameter": terms.duration_parameter,
    }
    return ((place, name) for place, name in named.items() if name is not None)


@cache
def find_reserved_slugs() -> frozenset[str]:
    """Return the names that stand in other routes' paths where a slug would."""
    places = {route.path.rpartition("/")[0] for route in ROUTES.values() if route.runs_model}
    parts = (route.path.split("/") for route in ROUTES.values() if route.path)
    return frozenset(
        part[2] for part in parts if f"/{part[1]}" in places and not part[2].startswith("{")
    )


def find_model_files(folder: Path) -> list[Path]:
    """Return the model files of a folder, in the order of their names.

    Raises:
        ContractError: there is no such folder, or no file in it.
    """
    if not folder.is_dir():
        what = "it is a file; name the folder" if folder.exists() else "there is no such folder"
        raise ContractError(str(folder), "", what)
    files = sorted(folder.glob("*.json"))
    if not files:
        raise ContractError(str(folder), "", "there is no *.json in this folder")
    return files


def load_models(folders: list[Path], schemas: Schemas) -> dict[str, Model]:
    """Load every model of these folders, by slug; a later folder may replace a model.

    Raises:
        ContractError: a folder is missing, a file is broken, or two files share a slug.
    """
    models: dict[str, Model] = {}
    for folder in folders:
        for path in find_model_files(folder):
            model = load_model(path, schemas)
            twin = models.get(model.slug)
            if twin and twin.file.parent == folder and twin.file != path:
                reason = f"{model.slug} is already in {twin.file.name}"
                raise ContractError(str(path), "$['x-model'].slug", reason)
            models[model.slug] = model
    return models
