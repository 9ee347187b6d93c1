"""A mesh described as a value, and the bytes of the small file it stands for.

:func:`render_mesh` is a pure function of its :class:`Mesh`.  The same model, parameters and seed
give the same solid in every format.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import msgspec

from mockserver.media.metadata import describe, parse_params

__all__ = ["CONTENT_TYPES", "Mesh", "MeshFormat", "render_mesh"]

MeshFormat: TypeAlias = Literal["glb", "obj", "ply", "stl"]

CONTENT_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "glb": "model/gltf-binary",
        "obj": "model/obj",
        "ply": "application/octet-stream",  # no media type is registered for PLY
        "stl": "model/stl",
    }
)
"""The media type of each format."""


class Mesh(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything the bytes of one mesh depend on.

    ``params`` is the request's parameters, a JSON object as compact UTF-8 bytes; ``thumbnail``
    shows the picture that the mesh was made of, if any, and gives it its colours.
    """

    model: str
    params: bytes
    seed: int
    format: MeshFormat = "glb"
    thumbnail: bytes = b""


def render_mesh(mesh: Mesh) -> bytes:
    """Shape the mesh and return the bytes of a file in its format.

    Raises ValueError when the format is unknown, or the parameters are not a JSON object.
    """
    if mesh.format not in CONTENT_TYPES:
        raise ValueError(f"format must be one of {', '.join(CONTENT_TYPES)}; got {mesh.format!r}")
    params = parse_params(mesh.params)
    description = describe(mesh.model, mesh.seed, mesh.params)

    from mockserver.media import mesh_files, solids  # kept out of start-up

    solid = solids.shape_solid(hashlib.blake2b(description.encode()).digest(), mesh.thumbnail)
    if mesh.format == "glb":
        note = {"model": mesh.model, "seed": mesh.seed, "params": params}
        return mesh_files.encode_glb(solid, note)
    writers = {
        "obj": mesh_files.encode_obj,
        "ply": mesh_files.encode_ply,
        "stl": mesh_files.encode_stl,
    }
    return writers[mesh.format](solid, description)
