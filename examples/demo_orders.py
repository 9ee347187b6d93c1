"""Who asks in the demo, and for what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KEY = "SG_5a1f0c3e9b7d2468"
EXPIRING_KEY = "SG_6b2e1d4f8a9c3570"
FREE_KEY = "SG_7c3d2e5a9b8f4681"
POOR_KEY = "SG_8d4c3f6b0a7e5792"
MEDIA_KEY = "SG_9e5d4a7c1b8f6803"


@dataclass(frozen=True)
class Order:
    """A picture to ask for, and the size that it should come in.

    Attributes:
        source: The model whose picture it is made of; empty where it is made of words alone.
    """

    slug: str
    size: tuple[int, int]
    params: dict[str, Any] = field(default_factory=dict)
    source: str = ""


ORDERS = (
    Order(
        "ideogram-turbo-txt-2-img",
        (1280, 704),
        {
            "prompt": "A night train crossing a viaduct of stacked books, in gouache",
            "resolution": "RESOLUTION_1280_704",
            "style_type": "DESIGN",
            "seed": 1907,
        },
    ),
    Order(
        "ideogram-turbo-img-2-img",
        (1024, 1024),
        {
            "prompt": "The same journey in deep winter",
            "image_weight": 70,
            "seed": 4242,
        },
        source="ideogram-turbo-txt-2-img",
    ),
    Order(
        "ideogram-2a-txt-2-img",
        (832, 1248),
        {
            "prompt": "A brass octopus mending a pocket watch",
            "resolution": "RESOLUTION_832_1248",
            "style_type": "RENDER_3D",
            "seed": 60321,
        },
    ),
    Order(
        "ideogram-txt-2-img",
        (1152, 864),
        {
            "prompt": "A field guide plate of mushrooms with tiny doors",
            "resolution": "RESOLUTION_1152_864",
            "color_palette": {"name": "JUNGLE"},
        },
    ),
    Order(
        "ideogram-3",
        (1312, 736),
        {
            "prompt": "A concert bill for a choir of teapots, the word HUM in tall letters",
            "resolution": "1312x736",
            "rendering_speed": "TURBO",
            "seed": 777,
        },
    ),
)
SMALL = {"prompt": "A paper boat", "rendering_speed": "TURBO", "seed": 512}
