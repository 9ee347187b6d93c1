"""The terms of a model: the `x-model` part of its file, what a schema of requests cannot say."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

Media: TypeAlias = Literal["image", "video", "audio", "text"]
Format: TypeAlias = Literal["png", "jpeg", "webp", "gif", "mp4", "wav"]
Provider: TypeAlias = Literal["openai", "anthropic", "gemini"]


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
    width_parameter: str | None = None
    height_parameter: str | None = None


class Duration(msgspec.Struct, frozen=True):
    """How many seconds a film or sound plays, and the parameter that may set it."""

    default_s: float
    parameter: str | None = None


class Output(msgspec.Struct, frozen=True):
    """What a run yields; `provider` tells in whose shape a language model answers (O4).

    `format_parameter` names the parameter that chooses among the formats of the medium.
    """

    media: Media
    format: Format = "png"
    format_parameter: str | None = None
    size: Size | None = None
    duration: Duration | None = None
    provider: Provider | None = None


class Seed(msgspec.Struct, frozen=True):
    """The parameter that seeds a run, and the range to draw from when it is absent."""

    parameter: str
    minimum: int
    maximum: int
    drawn_for: int | None = None


class Base64(msgspec.Struct, frozen=True):
    """The parameter that asks v1 for pictures inside JSON, and the one that counts them (V1c)."""

    parameter: str
    count_parameter: str | None = None


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `x-model` part of a model file."""

    slug: str
    task: str
    v1_returns: Literal["json", "image", "video", "audio"]
    typical_s: float
    price: Price
    output: Output
    retired: bool = False
    seed: Seed | None = None
    base64: Base64 | None = None
    duration_parameter: str | None = None
    provenance: list[dict[str, str]] = []
