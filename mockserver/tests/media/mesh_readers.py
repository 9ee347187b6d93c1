"""Readers of mesh files, strict and written after each format's own description.

What each returns has `points`, `faces` and, but for STL, `colours` (sRGB or linear, as the file
has them), and the `note` as text.
"""

from __future__ import annotations

import json
import struct
from typing import NamedTuple

COMPONENTS = {5121: ("B", 1), 5123: ("H", 2), 5126: ("f", 4)}
WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}


class Read(NamedTuple):
    """What a file holds."""

    points: list
    faces: list
    colours: list
    note: str


def read_glb(file: bytes) -> Read:
    """Read a binary glTF 2.0 file that has one mesh of triangles (glTF 2.0, chapters 3 and 4)."""
    magic, version, length = struct.unpack_from("<4sII", file)
    assert (magic, version, length) == (b"glTF", 2, len(file))
    size, kind = struct.unpack_from("<I4s", file, 12)
    assert (kind, size % 4) == (b"JSON", 0)
    document = json.loads(file[20 : 20 + size].decode("utf-8"))
    start = 20 + size
    size, kind = struct.unpack_from("<I4s", file, start)
    assert (kind, size % 4, start + 8 + size) == (b"BIN\0", 0, length)
    (buffer,) = document["buffers"]
    assert "uri" not in buffer
    assert 0 <= size - buffer["byteLength"] < 4
    binary = file[start + 8 : start + 8 + buffer["byteLength"]]
    assert document["asset"]["version"] == "2.0"
    node = document["nodes"][document["scenes"][document["scene"]]["nodes"][0]]
    (primitive,) = document["meshes"][node["mesh"]]["primitives"]
    assert primitive.get("mode", 4) == 4
    assert primitive["material"] < len(document["materials"])
    points = read_accessor(document, binary, primitive["attributes"]["POSITION"], 34962)
    colours = read_accessor(document, binary, primitive["attributes"]["COLOR_0"], 34962)
    numbers = read_accessor(document, binary, primitive["indices"], 34963)
    where = document["accessors"][primitive["attributes"]["POSITION"]]
    axes = list(zip(*points, strict=True))
    assert where["min"] == [min(axis) for axis in axes]
    assert where["max"] == [max(axis) for axis in axes]
    flat = [number for (number,) in numbers]
    assert len(points) == len(colours)
    assert max(flat) < len(points)
    assert len(flat) % 3 == 0
    faces = list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))
    return Read(points, faces, colours, json.dumps(document["asset"]["extras"]))


def read_accessor(document, binary, index, target):
    """Return the elements of an accessor, each of them a tuple; they are aligned and in bounds."""
    accessor = document["accessors"][index]
    view = document["bufferViews"][accessor["bufferView"]]
    assert (view["buffer"], view["target"]) == (0, target)
    code, size = COMPONENTS[accessor["componentType"]]
    width = WIDTHS[accessor["type"]]
    start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    assert start % size == 0
    assert target != 34962 or width * size % 4 == 0
    assert accessor["count"] * width * size <= view["byteLength"]
    assert view.get("byteOffset", 0) + view["byteLength"] <= len(binary)
    return [
        struct.unpack_from(f"<{width}{code}", binary, start + place * width * size)
        for place in range(accessor["count"])
    ]


def read_obj(file: bytes) -> Read:
    """Read a Wavefront OBJ file of points with colours, and triangles."""
    note, *lines = file.decode("ascii").splitlines()
    rows = [line.split() for line in lines]
    assert {row[0] for row in rows} == {"o", "v", "f"}
    points = [tuple(map(float, row[1:4])) for row in rows if row[0] == "v"]
    colours = [
        tuple(round(255 * float(each)) for each in row[4:7]) for row in rows if row[0] == "v"
    ]
    faces = [tuple(int(each) - 1 for each in row[1:]) for row in rows if row[0] == "f"]
    return Read(points, faces, colours, note.removeprefix("# "))


def read_ply(file: bytes) -> Read:
    """Read a PLY file in ASCII, of points with colours and of triangles."""
    lines = file.decode("ascii").splitlines()
    assert lines[:2] == ["ply", "format ascii 1.0"]
    end = lines.index("end_header")
    counts = {row[1]: int(row[2]) for row in map(str.split, lines[:end]) if row[0] == "element"}
    rows = [line.split() for line in lines[end + 1 :]]
    assert len(rows) == counts["vertex"] + counts["face"]
    points = [tuple(map(float, row[:3])) for row in rows[: counts["vertex"]]]
    colours = [tuple(map(int, row[3:])) for row in rows[: counts["vertex"]]]
    faces = [tuple(map(int, row[1:])) for row in rows[counts["vertex"] :]]
    assert {row[0] for row in rows[counts["vertex"] :]} == {"3"}
    return Read(points, faces, colours, lines[2].removeprefix("comment "))


def read_stl(file: bytes) -> Read:
    """Read a binary STL file; points that are the same are one, and normals are of length 1."""
    assert not file.startswith(b"solid")
    (count,) = struct.unpack_from("<I", file, 80)
    assert len(file) == 84 + 50 * count
    numbers: dict = {}
    faces = []
    for index in range(count):
        values = struct.unpack_from("<12fH", file, 84 + 50 * index)
        assert abs(sum(each * each for each in values[:3]) - 1) < 1e-5
        corners = [values[start : start + 3] for start in (3, 6, 9)]
        faces.append(tuple(numbers.setdefault(corner, len(numbers)) for corner in corners))
    return Read(list(numbers), faces, [], file[:80].decode("ascii").rstrip())


READERS = {"glb": read_glb, "obj": read_obj, "ply": read_ply, "stl": read_stl}
