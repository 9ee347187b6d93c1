"""Real image files standing in for generated media.

A picture is described by a small value (:class:`Picture`), drawn as a flat poster that names the
model, the size, the seed and the prompt, and encoded as PNG, JPEG or WebP with the request's
parameters inside.  The same description always gives the same bytes.

Importing this package is cheap: the imaging library is loaded by the first picture, not at
start-up.
"""

from mockserver.media.cache import RenderCache
from mockserver.media.images import CONTENT_TYPES, EXTENSIONS, MAX_SIDE_PX, Format, Picture, render
from mockserver.media.metadata import read_metadata

__all__ = [
    "CONTENT_TYPES",
    "EXTENSIONS",
    "MAX_SIDE_PX",
    "Format",
    "Picture",
    "RenderCache",
    "read_metadata",
    "render",
]
