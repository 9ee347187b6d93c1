"""A file of any format, read by a strict reader, is the solid that was written."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.media import mesh_files
from mockserver.media.solids import Solid, shape_solid
from mockserver.tests.media.mesh_readers import READERS, read_glb

NOTE = {"model": "shaper", "seed": 7, "params": {"prompt": "A jug — «été»"}}
WRITERS = {
    "obj": mesh_files.encode_obj,
    "ply": mesh_files.encode_ply,
    "stl": mesh_files.encode_stl,
}
TETRAHEDRON = Solid(
    [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)],
    [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)],
    [(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)],
)


def write(fmt, solid):
    """Return the solid as a file of this format."""
    if fmt == "glb":
        return mesh_files.encode_glb(solid, NOTE)
    return WRITERS[fmt](solid, json.dumps(NOTE, ensure_ascii=False))


@pytest.mark.parametrize("fmt", READERS)
@settings(max_examples=8)
@given(st.binary(min_size=64, max_size=64))
def test_a_file_is_read_as_the_solid_that_it_was(fmt, digest):
    """Points and faces are the same to the last bit, in every format."""
    solid = shape_solid(digest)
    read = READERS[fmt](write(fmt, solid))
    faces = [tuple(read.points[number] for number in face) for face in read.faces]
    assert faces == [tuple(solid.points[number] for number in face) for face in solid.faces]
    if fmt != "stl":
        assert read.points == solid.points
        assert read.faces == solid.faces


@pytest.mark.parametrize("fmt", ["obj", "ply"])
def test_colours_come_as_they_are(fmt):
    """Red, green and blue of each point."""
    assert READERS[fmt](write(fmt, TETRAHEDRON)).colours == TETRAHEDRON.colours


def test_the_colours_of_a_glb_are_linear_and_opaque():
    """As glTF wants them: a middle grey of a screen is a fifth of the light."""
    *pure, (grey, _, _, alpha) = read_glb(write("glb", TETRAHEDRON)).colours
    assert pure == [(255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255)]
    assert (alpha, 50 <= grey <= 60) == (255, True)


@pytest.mark.parametrize("fmt", ["glb", "obj", "ply"])
def test_the_note_is_in_the_file(fmt):
    """Another reader finds model, seed and parameters, whatever letters they are written in."""
    assert json.loads(READERS[fmt](write(fmt, TETRAHEDRON)).note) == NOTE


def test_the_header_of_an_stl_begins_with_the_model():
    """It has room for no more than 80 letters."""
    assert READERS["stl"](write("stl", TETRAHEDRON)).note.startswith('segmock {"model": "shaper"')


def test_a_face_without_an_area_looks_nowhere():
    """Two corners in one place give a normal of nothing, and no error."""
    flat = Solid(TETRAHEDRON.points, TETRAHEDRON.colours, [(0, 0, 1)])
    assert mesh_files.encode_stl(flat, "{}")[84:96] == bytes(12)
