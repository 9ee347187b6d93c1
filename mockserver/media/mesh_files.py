"""A solid as a file: binary glTF 2.0, Wavefront OBJ, PLY or STL.

All of them hold the same points and faces, and a note; all but STL hold the colours.
"""

from collections.abc import Iterable
from json import dumps
from struct import pack
from typing import Any, Final

from mockserver.media.metadata import to_ascii
from mockserver.media.solids import Point, Solid

__all__ = ["encode_glb", "encode_obj", "encode_ply", "encode_stl"]

_FLOAT, _UNSIGNED_BYTE, _UNSIGNED_SHORT = 5126, 5121, 5123
_ARRAY, _ELEMENTS = 34962, 34963
"""Numbers of glTF for types of components and for what a part of its buffer is."""

_STL_HEADER_BYTES: Final = 80
_GAMMA: Final = 2.2


def encode_glb(solid: Solid, note: dict[str, Any]) -> bytes:
    """Return a binary glTF 2.0 file, the note in `asset.extras`."""
    points = b"".join(pack("<3f", *point) for point in solid.points)
    colours = b"".join(bytes((*map(_to_linear, colour), 255)) for colour in solid.colours)
    faces = b"".join(pack("<3H", *face) for face in solid.faces)
    document = _describe(solid, note, [len(points), len(colours), len(faces)])
    text = dumps(document, separators=(",", ":")).encode()
    chunks = _make_chunk(b"JSON", text, b" ") + _make_chunk(
        b"BIN\0", points + colours + faces, b"\0"
    )
    return b"glTF" + pack("<II", 2, 12 + len(chunks)) + chunks


def encode_obj(solid: Solid, note: str) -> bytes:
    """Return a Wavefront OBJ file: colours behind points, the note in a comment."""
    lines = [f"# {to_ascii(note)}", "o solid"]
    for point, colour in zip(solid.points, solid.colours, strict=True):
        lines.append(f"v {_spell(point)} {_spell(round(part / 255, 4) for part in colour)}")
    lines += [f"f {first + 1} {second + 1} {third + 1}" for first, second, third in solid.faces]
    return _join(lines)


def encode_ply(solid: Solid, note: str) -> bytes:
    """Return a PLY file in ASCII, the note in a comment."""
    parts = [f"property float {axis}" for axis in "xyz"]
    parts += [f"property uchar {name}" for name in ("red", "green", "blue")]
    lines = ["ply", "format ascii 1.0", f"comment {to_ascii(note)}"]
    lines += [f"element vertex {len(solid.points)}", *parts]
    lines += [f"element face {len(solid.faces)}", "property list uchar int vertex_indices"]
    lines.append("end_header")
    for point, colour in zip(solid.points, solid.colours, strict=True):
        lines.append(f"{_spell(point)} {' '.join(map(str, colour))}")
    lines += [f"3 {first} {second} {third}" for first, second, third in solid.faces]
    return _join(lines)


def encode_stl(solid: Solid, note: str) -> bytes:
    """Return a binary STL file, the beginning of the note in its header."""
    header = b"segmock " + to_ascii(note).encode()
    triangles = b"".join(
        pack("<12fH", *_find_normal(*corners), *corners[0], *corners[1], *corners[2], 0)
        for corners in ([solid.points[number] for number in face] for face in solid.faces)
    )
    padded = header[:_STL_HEADER_BYTES].ljust(_STL_HEADER_BYTES, b" ")
    return padded + pack("<I", len(solid.faces)) + triangles


def _describe(solid: Solid, note: dict[str, Any], sizes: list[int]) -> dict[str, Any]:
    """Return the document of a glTF file whose buffer has points, colours and faces."""
    axes = list(zip(*solid.points, strict=True))
    starts = [0, sizes[0], sizes[0] + sizes[1]]
    views = [
        {"buffer": 0, "byteOffset": start, "byteLength": size, "target": target}
        for start, size, target in zip(starts, sizes, (_ARRAY, _ARRAY, _ELEMENTS), strict=True)
    ]
    count = len(solid.points)
    bounds = {"min": [min(axis) for axis in axes], "max": [max(axis) for axis in axes]}
    whole = [
        {"componentType": _FLOAT, "count": count, "type": "VEC3", **bounds},
        {"componentType": _UNSIGNED_BYTE, "normalized": True, "count": count, "type": "VEC4"},
        {"componentType": _UNSIGNED_SHORT, "count": 3 * len(solid.faces), "type": "SCALAR"},
    ]
    primitive = {"attributes": {"POSITION": 0, "COLOR_0": 1}, "indices": 2, "material": 0}
    surface = {"metallicFactor": 0, "roughnessFactor": 0.8}
    return {
        "asset": {"version": "2.0", "generator": "segmock", "extras": note},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "solid", "mesh": 0}],
        "meshes": [{"primitives": [primitive]}],
        "materials": [{"pbrMetallicRoughness": surface}],
        "accessors": [{"bufferView": index, **each} for index, each in enumerate(whole)],
        "bufferViews": views,
        "buffers": [{"byteLength": sum(sizes)}],
    }


def _make_chunk(kind: bytes, content: bytes, filler: bytes) -> bytes:
    padded = content + filler * (-len(content) % 4)
    return pack("<I", len(padded)) + kind + padded


def _to_linear(part: int) -> int:
    """Return a part of an sRGB colour as glTF wants it: linear, here by a power that is near."""
    return round(255 * float((part / 255) ** _GAMMA))


def _find_normal(first: Point, second: Point, third: Point) -> Point:
    """Return the direction in which a face looks, of length 1; nothing where it has no area."""
    (ax, ay, az), (bx, by, bz) = (
        (to[0] - first[0], to[1] - first[1], to[2] - first[2]) for to in (second, third)
    )
    x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    length = (x * x + y * y + z * z) ** 0.5 or 1.0
    return x / length, y / length, z / length


def _spell(numbers: Iterable[float]) -> str:
    return " ".join(f"{number:.12g}" for number in numbers)


def _join(lines: list[str]) -> bytes:
    return "\n".join([*lines, ""]).encode("ascii")
