"""Holding a recording against the facts, and what to do about what differs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.contracts import judge_contracts
from mockserver.facts.judges import judge_story
from mockserver.facts.report import FactReport, FactRow, JudgedStory, make_report
from mockserver.recordings.reader import Recording, Session


def judge_recording(recording: Recording, catalogue: Catalogue) -> FactReport:
    """Return what came of holding each session of a recording against every fact."""
    stories = [_judge_session(session, catalogue) for session in recording.sessions]
    return make_report(stories, catalogue, str(recording.folder))


def _judge_session(session: Session, catalogue: Catalogue) -> JudgedStory:
    story = session.story
    judgements = judge_story(story, catalogue) + judge_contracts(story, catalogue)
    return JudgedStory(session=session.path.name, story=story, judgements=judgements)


def make_advice(folder: Path) -> Callable[[FactRow], str]:
    """Return what says, of a row that differs, what to do about it."""
    contract = (
        f"`segmock models import {folder} --out models` makes a contract of what was recorded, "
        "and `segmock serve --models models` goes by it"
    )
    fact = (
        f"`segmock recordings show {folder}` shows the exchange whole. If the service does so, it "
        f"is right: `segmock serve --replay {folder}` answers as it did, and the report of "
        "--json is what an issue needs to have the emulator follow"
    )
    return lambda row: contract if row.claim.basis == "contract" else fact
