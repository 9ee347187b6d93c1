"""A mock mesh is a real file of its format, the same for the same request."""

import json
from typing import Any

import pytest

from mockserver.media.meshes import CONTENT_TYPES, Mesh, render_mesh
from mockserver.tests.media.mesh_readers import READERS

MESH = Mesh(model="shaper", params=b'{"prompt":"A jug"}', seed=7)


def change(**changes: Any) -> Mesh:
    """Return the mesh, changed in this."""
    fields = {name: getattr(MESH, name) for name in MESH.__struct_fields__}
    return Mesh(**{**fields, **changes})


def read(mesh: Mesh):
    """Return what a strict reader finds in the file of a mesh."""
    return READERS[mesh.format](render_mesh(mesh))


def test_a_mesh_is_a_glb_that_says_what_was_asked():
    """Another reader finds model, seed and parameters, and the file is small."""
    note = json.loads(read(MESH).note)
    assert note == {"model": "shaper", "seed": 7, "params": {"prompt": "A jug"}}
    assert 1_000 < len(render_mesh(MESH)) < 20_000


def test_every_format_shows_the_same_solid():
    """Which format is asked for changes the file and nothing of what is in it."""
    faces = []
    for fmt in CONTENT_TYPES:
        found = read(change(format=fmt))
        faces.append([tuple(found.points[number] for number in face) for face in found.faces])
    assert all(each == faces[0] for each in faces)


@pytest.mark.parametrize(
    "changes", [{"model": "m"}, {"seed": 8}, {"params": b"{}"}], ids=lambda each: next(iter(each))
)
def test_another_request_is_another_solid(changes):
    """Model, seed and parameters decide the shape, and the same ones give the same bytes."""
    assert render_mesh(MESH) == render_mesh(change())
    assert read(change(**changes)).points != read(MESH).points


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "fbx"}, "one of glb, obj, ply, stl; got 'fbx'"),
        ({"params": b"[]"}, "JSON object"),
    ],
    ids=["format", "params"],
)
def test_a_mesh_that_cannot_be_is_refused(changes, words):
    """What is wrong is told before anything is shaped."""
    with pytest.raises(ValueError, match=words):
        render_mesh(change(**changes))
