"""A model as data: what it takes, returns and costs. One JSON file each, no code."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec

from mockserver.contract.files import read_json
from mockserver.contract.schemas import Schemas, Validator
from mockserver.core.errors import ContractError

LONGEST_RUN_S = 1_000_000_000
"""No run is asked to take longer, so that its end is an instant."""

_SIZE = re.compile(r"(?:^|_)([1-9]\d{0,3})[x_]([1-9]\d{0,3})$")
"""A size as parameters spell it, `1024x640` or `RESOLUTION_1024_640`, below 10,000 pixels."""


class Price(msgspec.Struct, frozen=True):
    """US dollars for one run; where a parameter decides, `usd` is for its other values."""

    usd: Decimal
    parameter: str | None = None
    usd_by_value: dict[str, Decimal] = {}


class Size(msgspec.Struct, frozen=True):
    """Which parameters say how large an image is: the first that gives a size decides."""

    default: str
    parameters: list[str] = []
    named: dict[str, str] = {}


class Output(msgspec.Struct, frozen=True):
    """What a run yields."""

    media: Literal["image", "text"]
    format: Literal["png", "jpeg", "webp"] = "png"
    size: Size | None = None


class Seed(msgspec.Struct, frozen=True):
    """The parameter that seeds a run, and the range to draw from when it is absent."""

    parameter: str
    minimum: int
    maximum: int


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `x-model` part of a model file."""

    slug: str
    task: str
    v1_returns: Literal["json", "image"]
    typical_s: float
    price: Price
    output: Output
    retired: bool = False
    seed: Seed | None = None
    duration_parameter: str | None = None
    provenance: list[dict[str, str]] = []


class Model:
    """One model of the gateway.

    Attributes:
        document: The contract file as it stands.
        schema: The request schema with its references resolved.
        properties: The schema of each parameter.
        defaults: The declared default of each parameter that has one.
        terms: Slug, price, output and the like.
    """

    __slots__ = (
        "defaults",
        "document",
        "file",
        "properties",
        "schema",
        "slug",
        "terms",
        "validator",
    )

    def __init__(self, file: Path, document: dict[str, Any], schemas: Schemas) -> None:
        self.file = file
        self.document = document
        self.schema: dict[str, Any] = schemas.resolved(file, document)
        self.properties: dict[str, dict[str, Any]] = {
            name: schema if isinstance(schema, dict) else {}
            for name, schema in self.schema.get("properties", {}).items()
        }
        self.defaults = {
            name: schema["default"]
            for name, schema in self.properties.items()
            if "default" in schema
        }
        self.terms = msgspec.convert(document["x-model"], Terms, strict=False)
        self.slug = self.terms.slug
        self.validator: Validator = schemas.compile(self.schema, file)

    def unknown(self, params: dict[str, Any]) -> list[str]:
        """Return the names among these parameters that the contract does not know, sorted."""
        return sorted(params.keys() - self.properties.keys())

    def price_of(self, params: dict[str, Any]) -> Decimal:
        """Return what a run with these parameters costs, in US dollars."""
        price = self.terms.price
        if price.parameter is None:
            return price.usd
        return price.usd_by_value.get(str(params.get(price.parameter)), price.usd)

    def seconds_of(self, params: dict[str, Any], speed: float) -> float:
        """Return the virtual seconds of a run: literal where a parameter says so (O5)."""
        literal = params.get(self.terms.duration_parameter or "")
        if isinstance(literal, int | float) and not isinstance(literal, bool) and literal >= 0:
            return float(min(literal, LONGEST_RUN_S))
        return self.terms.typical_s / speed

    def size_of(self, params: dict[str, Any]) -> tuple[int, int]:
        """Return width and height of the image asked for, in pixels."""
        size = self.terms.output.size
        if size is None:
            raise AssertionError(f"{self.slug} makes no image")
        asked = (str(params.get(name)) for name in size.parameters)
        spelled = (size.named.get(value, value) for value in asked)
        sizes = filter(None, map(_parsed_size, (*spelled, size.default)))
        return next(sizes)


def _parsed_size(text: str) -> tuple[int, int] | None:
    match = _SIZE.search(text)
    return (int(match[1]), int(match[2])) if match else None


def load_model(path: Path, schemas: Schemas) -> Model:
    """Load and check one contract file.

    Raises:
        ContractError: it breaks the meta-schema, or one of its examples breaks it.
    """
    document = read_json(path)
    schemas.check(path, document, "urn:segmock:schema:model")
    model = Model(path, document, schemas)
    seed = model.terms.seed
    if seed and seed.minimum > seed.maximum:
        raise ContractError(str(path), "$['x-model'].seed", "its minimum is above its maximum")
    for index, example in enumerate(document["examples"]):
        if not model.validator.is_valid(example):
            raise ContractError(str(path), f"$.examples[{index}]", "breaks the model's own schema")
    return model


def model_files(folder: Path) -> list[Path]:
    """Return the model files of a folder, in the order of their names.

    Raises:
        ContractError: there is no such folder, or no file in it.
    """
    if not folder.is_dir():
        raise ContractError(str(folder), "$", "there is no such folder")
    files = sorted(folder.glob("*.json"))
    if not files:
        raise ContractError(str(folder), "$", "there is no *.json in this folder")
    return files


def load_models(folders: list[Path], schemas: Schemas) -> dict[str, Model]:
    """Load every model of these folders, by slug; a later folder may replace a model.

    Raises:
        ContractError: a folder is missing, a file is broken, or two files share a slug.
    """
    models: dict[str, Model] = {}
    for folder in folders:
        for path in model_files(folder):
            model = load_model(path, schemas)
            twin = models.get(model.slug)
            if twin and twin.file.parent == folder and twin.file != path:
                reason = f"{model.slug} is already in {twin.file.name}"
                raise ContractError(str(path), "$['x-model'].slug", reason)
            models[model.slug] = model
    return models
