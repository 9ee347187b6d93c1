"""The pictures of the documentation: there are those that are taken, and all are shown."""

from __future__ import annotations

import re

from mockserver.tests.page.scene import play_scene
from mockserver.tests.page.screenshots import FOLDER, SHOTS

PICTURE = re.compile(r"\(pictures/([a-z-]+)\.png\)")


def test_every_picture_that_is_taken_is_there_and_shown():
    """Each state has its picture beside the words about it, and no picture is left over."""
    taken = sorted(shot.name for shot in SHOTS)
    shown = PICTURE.findall((FOLDER.parent / "page.md").read_text(encoding="utf-8"))
    assert sorted(path.stem for path in FOLDER.iterdir()) == taken
    assert sorted(shown) == taken


def test_the_scene_has_something_of_everything(server):
    """Pictures of it show jobs in each state, faults that struck, and rules that were broken."""
    play_scene(server)
    jobs = server.steer("GET", "/_mock/jobs")["jobs"]
    assert {job["state"] for job in jobs} == {"PROCESSING", "COMPLETED", "FAILED"}
    assert any(job["stalled"] for job in jobs)
    exchanges = server.list_exchanges()
    assert {each["delivery"] for each in exchanges} == {"intact", "lost"}
    assert len({each["account"] for each in exchanges} - {None}) == 3
    verdicts = server.steer("GET", "/_mock/verdicts")["verdicts"]
    assert {each["level"] for each in verdicts} == {"MUST", "SHOULD"}
    kinds = {
        each["content_type"].split("/")[0]
        for each in server.steer("GET", "/_mock/outputs")["outputs"]
    }
    assert kinds == {"image", "video", "audio"}
