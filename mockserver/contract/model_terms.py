"""The terms of a model: the `x-model` part of its file, what a schema of requests cannot say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, TypeAlias

import msgspec

Media: TypeAlias = Literal["image", "video", "audio", "3d", "text", "embedding"]
Format: TypeAlias = Literal["png", "jpeg", "webp", "gif", "mp4", "wav", "glb", "obj", "ply", "stl"]
Provider: TypeAlias = Literal["openai", "anthropic", "gemini"]
TextKind: TypeAlias = Literal["transcription", "caption"]
Makes: TypeAlias = Literal["image", "video", "audio", "text", "json", "3d", "embedding"]
Level: TypeAlias = Literal["verified", "partial", "listed"]
"""How much is known of a model: all its parameters, some, or what the directory says."""


class Names(tuple[str, ...]):
    """The names under which a parameter may come: the first that comes, not as null, decides.

    A file has one name or a list of them.
    """

    __slots__ = ()


class Price(msgspec.Struct, frozen=True):
    """US dollars, for one run unless `per` is less; `usd` is for values that are not listed."""

    usd: Decimal
    per: Literal["run", "second", "picture"] = "run"
    parameter: Names = Names()
    usd_by_value: dict[str, Decimal] = {}


class Size(msgspec.Struct, frozen=True):
    """Which parameters say how large an image is, in pixels (`contract/picture_sizes`)."""

    default: str
    parameters: list[str] = []
    named: dict[str, str] = {}
    width_parameter: Names = Names()
    height_parameter: Names = Names()
    megapixels_parameter: Names = Names()


class Duration(msgspec.Struct, frozen=True):
    """How many seconds a film or sound plays, and the parameters that may set it."""

    default_s: float
    parameter: Names = Names()
    frames_parameter: Names = Names()
    frames_per_second_parameter: Names = Names()


class Output(msgspec.Struct, frozen=True):
    """What a run yields; `provider` tells in whose shape text or a vector comes (O4, O7).

    `kind` is that of text which is no answer to a conversation (O8).
    `format_parameter` chooses among the formats of the medium, `count_parameter` counts pictures,
    `dimensions_parameter` asks for vectors shorter than `dimensions`.
    """

    media: Media
    format: Format = "png"
    format_parameter: Names = Names()
    count_parameter: Names = Names()
    last_frame_parameter: Names = Names()
    size: Size | None = None
    duration: Duration | None = None
    provider: Provider | None = None
    kind: TextKind | None = None
    dimensions: int | None = None
    dimensions_parameter: Names = Names()

    @property
    def makes(self) -> Makes:
        """What comes out: `text` is words to read, an answer or a caption, `json` other text."""
        is_read = self.provider is not None or self.kind == "caption"
        return "json" if self.media == "text" and not is_read else self.media

    @property
    def is_file(self) -> bool:
        """Whether it is a file, to which results link, rather than text."""
        return self.media not in {"text", "embedding"}

    @property
    def needs_every_word(self) -> bool:
        """Whether the output depends on all of the request, however long its texts are."""
        return not self.is_file and self.kind is None


class Seed(msgspec.Struct, frozen=True):
    """The parameter that seeds a run, and the range to draw from when it is absent."""

    parameter: Names
    minimum: int
    maximum: int
    drawn_for: int | None = None


class Base64(msgspec.Struct, frozen=True):
    """The parameter that asks v1 for pictures inside JSON (V1c), and one that counts pictures."""

    parameter: Names
    count_parameter: Names = Names()


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `x-model` part of a model file.

    No file has the level `unknown`: it is that of models which no list has (`unlisted_models`).
    """

    slug: str
    task: str
    v1_returns: Literal["json", "image", "video", "audio", "3d"]
    typical_s: float
    price: Price
    output: Output
    level: Level | Literal["unknown"] = "partial"
    retired: bool = False
    seed: Seed | None = None
    base64: Base64 | None = None
    duration_parameter: Names = Names()
    provenance: list[dict[str, str]] = []


def parse_terms(document: object) -> Terms:
    """Read the `x-model` part of a model file.

    Raises:
        msgspec.ValidationError: it is not as `contracts/schemas/model.json` says.
    """
    return msgspec.convert(document, Terms, strict=False, dec_hook=_parse_names)


def render_terms(terms: Terms) -> dict[str, Any]:
    """Return terms as a file has them, with whatever it may leave out."""
    known: dict[str, Any] = msgspec.to_builtins(terms, builtin_types=(Decimal,))
    return {name: _render_names(name, value) for name, value in known.items()}


def _render_names(key: str, value: Any) -> Any:
    """Return one name of a parameter as it is, several as a list, and none as null."""
    if isinstance(value, dict):
        return {name: _render_names(name, inner) for name, inner in value.items()}
    if key.endswith("parameter") and len(value) <= 1:
        return next(iter(value), None)
    return value


def _parse_names(_kind: type, value: Any) -> Names:
    """Read the only type of these that msgspec does not know."""
    return Names(msgspec.convert((value,) if isinstance(value, str) else value, tuple[str, ...]))
