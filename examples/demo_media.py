"""Section 4 of the demo: what else models make, one of each kind, through v2 with the SDK."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from demo_files import (
    describe_chat,
    describe_film,
    describe_mesh,
    describe_picture,
    describe_sound,
    describe_vectors,
)
from demo_kit import START_CREDITS, Demo, money, watch
from demo_orders import MEDIA_KEY, ORDERS

FIRST_PICTURE = ORDERS[0].slug
"""Whose picture some of these are made of."""

KNOWN = {
    "verified": "all of its parameters are known",
    "partial": "some of its parameters are known",
    "listed": "nothing is known of its parameters",
}
"""What each level of a model means."""


@dataclass(frozen=True)
class Kind:
    """A run of a model that makes something of another kind.

    Attributes:
        body: The schema in contracts/bodies that its result fits.
        describe: Says what is in a file, or in the JSON document that `output` is as a string.
        suffix: How the name of the saved file ends.
        picture: The parameter that takes a picture, if it is made of one.
        document: The schema of the document; empty where the output is a file.
    """

    slug: str
    what: str
    params: dict[str, Any]
    body: str
    describe: Callable[[Any], str]
    suffix: str
    picture: str = ""
    document: str = ""


KINDS = (
    Kind(
        "seedance-2.0",
        "a film",
        {"prompt": "The train leaves the viaduct", "resolution": "480p", "duration": 4},
        "video-result",
        describe_film,
        "mp4",
        picture="first_frame_url",
    ),
    Kind(
        "lyria-2",
        "a sound",
        {"prompt": "A slow waltz for two music boxes", "seed": 33},
        "audio-result",
        describe_sound,
        "wav",
    ),
    Kind(
        "gpt-5.5",
        "a chat",
        {"messages": [{"role": "user", "content": "Which way to the harbour?"}]},
        "text-result",
        describe_chat,
        "json",
        document="openai-completion",
    ),
    Kind(
        "flux-kontext-dev",
        "a picture, of a model whose parameters nobody has published",
        {"prompt": "The same journey at night", "aspect_ratio": "3:2", "seed": 8},
        "image-result",
        describe_picture,
        "png",
        picture="input_image",
    ),
    Kind(
        "text-embedding-3-small",
        "a vector",
        {"prompt": "A train, a viaduct and many books"},
        "text-result",
        describe_vectors,
        "json",
        document="openai-embedding",
    ),
    Kind(
        "sam-3d-objects",
        "a 3D object",
        {"prompt": "A vase in the train's colours", "seed": 5},
        "mesh-result",
        describe_mesh,
        "glb",
        picture="image",
    ),
)


def other_kinds(demo: Demo) -> None:
    """Section 4: a film, a sound, a chat, a listed model, a vector and a 3D object."""
    demo.change_clock(MEDIA_KEY, mode="auto")
    spent: list[Decimal] = []
    for kind in KINDS:
        demo.report.line(f"{kind.slug}   {kind.what}")
        params = kind.params | give_picture(demo, kind.picture)
        job = demo.sdk(MEDIA_KEY).submit_async(kind.slug, **params)
        watch(job.status, time.monotonic())
        result = job.result()
        demo.matches(result, kind.body)
        save_output(demo, kind, result)
        spent.append(demo.contract.price(kind.slug, params))
        compare_terms(demo, kind.slug, result["metrics"], spent)
        demo.report.line()


def give_picture(demo: Demo, name: str) -> dict[str, str]:
    """Return the first picture of the demo as a data URL under this name, if there is one."""
    if not name:
        return {}
    demo.report.line(f"  made of the picture by {FIRST_PICTURE}, as {name}")
    picture = b64encode(demo.runs[FIRST_PICTURE].picture).decode()
    return {name: f"data:image/png;base64,{picture}"}


def save_output(demo: Demo, kind: Kind, result: dict[str, Any]) -> None:
    """Save what came, a file or a document, and say what it is."""
    if kind.document:
        document = json.loads(result["output"])
        demo.matches(document, kind.document)
        data, told = json.dumps(document, indent=1).encode(), kind.describe(document)
    else:
        data = demo.get(result["output"]).content
        told = kind.describe(data)
    path = demo.save(f"{len(demo.files) + 1}-{kind.slug}.{kind.suffix}", data)
    demo.report.line(f"  saved {path}: {told}")


def compare_terms(demo: Demo, slug: str, metrics: dict[str, Any], spent: list[Decimal]) -> None:
    """Show level, price and seconds, and hold price and seconds against the contract."""
    report, contract = demo.report, demo.contract
    cost, left = money(metrics["cost"]), money(metrics["remaining_credits"])
    level, seconds = contract.level(slug), contract.typical_seconds(slug)
    report.line(f"  ${cost:f}, {seconds} s in life; {level}: {KNOWN[level]}")
    report.check("price", cost, spent[-1])
    report.check("credits left", left, START_CREDITS - sum(spent))
    took = round(money(metrics["total_time"]), 3)
    report.check("seconds of the model, sped up", took, round(contract.seconds(slug), 3))
