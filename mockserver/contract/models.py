"""A model as data: what it takes, returns and costs. One JSON file each, no code."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mockserver.base.close_names import render_hint
from mockserver.base.errors import ContractError
from mockserver.contract import run_parameters
from mockserver.contract.advice import Advisor, make_advisor
from mockserver.contract.files import read_json
from mockserver.contract.lenient_reader import LenientReader
from mockserver.contract.model_terms import Duration, Format, Names, Size, parse_terms
from mockserver.contract.picture_parameters import find_picture_names, find_picture_parameters
from mockserver.contract.picture_sizes import compute_size
from mockserver.contract.routing import ROUTES
from mockserver.contract.schemas import Schemas, Validator, explain

META_SCHEMA = "urn:segmock:schema:model"
"""The `$id` of the schema that every file of a model satisfies."""

_NOT_ALL_KNOWN = {"partial", "listed"}
"""Levels of models that may have more parameters than their contracts name."""


class Model:
    """One model of the gateway.

    Attributes:
        schema: The request schema with its references resolved.
        properties: The schema of each parameter.
        defaults: The declared default of each parameter that has one.
        picture_parameters: Those declared that take a picture of which the model makes something.
        may_show_pictures: Whether anything is made of pictures that a run of it brings.
        terms: Slug, price, output and the like.
        needs_every_word: Whether what it answers depends on all that it is asked.
        remarks: What is worth a word about every run of it.
    """

    remarks: tuple[str, ...] = ()

    def __init__(self, file: Path, document: dict[str, Any], schemas: Schemas) -> None:
        self.file = file
        self._document = document
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
        self.terms = parse_terms(document["x-model"])
        self.slug = self.terms.slug
        self.needs_every_word = self.terms.output.needs_every_word
        output = self.terms.output
        shows = output.media in {"image", "video", "3d"} or output.kind == "caption"
        self.picture_parameters = find_picture_parameters(self.properties) if shows else ()
        self._may_show_more = shows and self.terms.level in _NOT_ALL_KNOWN
        self.may_show_pictures = self._may_show_more or bool(self.picture_parameters)
        self._schemas = schemas

    @property
    def document(self) -> dict[str, Any]:
        """The contract file as it stands."""
        return self._document

    @cached_property
    def validator(self) -> Validator:
        """What decides whether parameters satisfy the schema; compiled when first asked for."""
        return self._schemas.compile(self.schema, self.file)

    @cached_property
    def reader(self) -> LenientReader:
        """What reads parameters leniently before they are held against the schema."""
        return LenientReader(self.schema)

    @cached_property
    def advisor(self) -> Advisor | None:
        """What says which values are not as known; None where the contract has no `x-advice`."""
        return make_advisor(self.schema, lambda schema: self._schemas.compile(schema, self.file))

    @cached_property
    def is_all_in_schema(self) -> bool:
        """Whether there is nothing more to say of parameters that satisfy the schema."""
        has_advice = self.advisor is not None or bool(self.remarks)
        return not has_advice and self.terms.output.provider is None

    def find_unknown(self, params: dict[str, Any]) -> list[str]:
        """Return the names among these parameters that the contract does not know, sorted."""
        if self._known.issuperset(params):
            return []
        return sorted(params.keys() - self._known)

    def list_picture_parameters(self, params: dict[str, Any]) -> tuple[str, ...]:
        """Return what may hold a picture: as declared, then by the names of what is not.

        Only a model of which not all parameters are known may have one that is not declared.
        """
        if not self._may_show_more or self._known.issuperset(params):
            return self.picture_parameters
        undeclared = (name for name in params if name not in self._known)
        return self.picture_parameters + find_picture_names(undeclared)

    def compute_price(self, params: dict[str, Any]) -> Decimal:
        """Return what a run with these parameters costs, in US dollars."""
        return run_parameters.compute_price(self.terms, params)

    def compute_seconds(self, params: dict[str, Any], speed: float) -> float:
        """Return the virtual seconds of a run: literal where a parameter says so (O5)."""
        return run_parameters.compute_seconds(self.terms, params, speed)

    def compute_size(self, params: dict[str, Any], source: float | None = None) -> tuple[int, int]:
        """Return width and height of the image or film asked for, in pixels.

        `source` is the ratio of the picture that it is made of, if any.
        """
        if self.terms.output.size is None:
            raise AssertionError(f"{self.slug} makes no image")
        return compute_size(self.terms.output.size, params, source)

    def compute_format(self, params: dict[str, Any]) -> Format:
        """Return the file format asked for: a parameter may choose among those of the medium."""
        return run_parameters.compute_format(self.terms.output, params, self.defaults)

    def compute_duration(self, params: dict[str, Any]) -> float:
        """Return how many seconds the film or sound asked for plays."""
        if self.terms.output.duration is None:
            raise AssertionError(f"{self.slug} makes nothing that plays")
        return run_parameters.compute_duration(self.terms.output.duration, params)

    def is_base64(self, params: dict[str, Any]) -> bool:
        """Tell whether v1 is asked for pictures inside JSON (V1c)."""
        return run_parameters.is_base64(self.terms, params)

    def returns_last_frame(self, params: dict[str, Any]) -> bool:
        """Tell whether the last frame of a film is asked for beside it (O2)."""
        return run_parameters.returns_last_frame(self.terms.output, params)

    def count_pictures(self, params: dict[str, Any]) -> int:
        """Return how many pictures are asked for."""
        return run_parameters.count_pictures(self.terms, params)


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
    for place, names in _find_needed_parameters(model):
        if model.properties.keys().isdisjoint(names):
            hint = render_hint(names[0], model.properties, "properties")
            asked = " or ".join(map(repr, names))
            reason = f"there is no {asked} among the properties ({hint})"
            yield f"$['x-model'].{place}", reason
    for name in _find_wrong_defaults(model, schemas):
        _, why = explain(model.defaults[name], model.properties[name], schemas.by_id)
        reason = f"breaks the schema that it stands in: {why}"
        yield f"$.properties.{name}.default", reason
    yield from _find_unreadable_advice(model, schemas)
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


def _find_unreadable_advice(model: Model, schemas: Schemas) -> Iterator[tuple[str, str]]:
    """Yield place and reason of each `x-advice` that nobody can compile."""
    places = {f"$.properties.{name}": schema for name, schema in model.properties.items()}
    for place, schema in {"$": model.schema, **places}.items():
        if "x-advice" in schema:
            try:
                schemas.compile(schema["x-advice"], model.file)
            except ContractError as error:
                yield f"{place}['x-advice']", error.reason


def find_named_parameters(model: Model) -> Iterator[tuple[str, Names]]:
    """Yield all names of each parameter that `x-model` has, with its place there."""
    terms = model.terms
    size = terms.output.size or Size(default="")
    duration = terms.output.duration or Duration(default_s=0)
    named = {
        "price.parameter": terms.price.parameter,
        **{f"output.size.parameters[{i}]": Names([name]) for i, name in enumerate(size.parameters)},
        "output.size.width_parameter": size.width_parameter,
        "output.size.height_parameter": size.height_parameter,
        "output.size.megapixels_parameter": size.megapixels_parameter,
        "output.format_parameter": terms.output.format_parameter,
        "output.count_parameter": terms.output.count_parameter,
        "output.last_frame_parameter": terms.output.last_frame_parameter,
        "output.dimensions_parameter": terms.output.dimensions_parameter,
        "output.duration.parameter": duration.parameter,
        "output.duration.frames_parameter": duration.frames_parameter,
        "output.duration.frames_per_second_parameter": duration.frames_per_second_parameter,
        "seed.parameter": terms.seed.parameter if terms.seed else Names(),
        "base64.parameter": terms.base64.parameter if terms.base64 else Names(),
        "base64.count_parameter": terms.base64.count_parameter if terms.base64 else Names(),
        "duration_parameter": terms.duration_parameter,
    }
    return ((place, names) for place, names in named.items() if names)


def _find_needed_parameters(model: Model) -> Iterator[tuple[str, Names]]:
    """Yield those of which the model has to have one.

    One that says itself that not all of its parameters are known may have any of a list.
    """
    own = model.document["x-model"]
    for place, names in find_named_parameters(model):
        if own.get("level") not in _NOT_ALL_KNOWN or _is_single(own, place):
            yield place, names


def _is_single(terms: dict[str, Any], place: str) -> bool:
    """Tell whether one name stands there, and no list of them."""
    value: Any = terms
    for step in place.split("."):
        value = value.get(step, {})
    return isinstance(value, str)


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


def load_models(folder: Path, schemas: Schemas) -> dict[str, Model]:
    """Load every model of a folder, by slug.

    Raises:
        ContractError: the folder is missing, a file is broken, or two files share a slug.
    """
    models: dict[str, Model] = {}
    for path in find_model_files(folder):
        model = load_model(path, schemas)
        if twin := models.get(model.slug):
            reason = f"{model.slug} is already in {twin.file.name}"
            raise ContractError(str(path), "$['x-model'].slug", reason)
        models[model.slug] = model
    return models
