"""Holding a recording against the facts, and what to do about what differs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mockserver.contract.catalogue import Catalogue, load_shipped_catalogue
from mockserver.drift.shapes import judge_shapes
from mockserver.facts.contracts import judge_contracts
from mockserver.facts.judgement import Judgement
from mockserver.facts.judges import judge_story
from mockserver.facts.observed import Story
from mockserver.facts.report import FactReport, FactRow, JudgedStory, Place, make_report
from mockserver.recordings.reader import Recording, Session
from mockserver.settings import Settings


def judge_recording(recording: Recording, models: Path | None = None) -> FactReport:
    """Return what came of holding each session of a recording against every fact.

    Args:
        recording: The recording.
        models: A folder with more contracts, which replace others of their slugs.

    Raises:
        ContractError: one of them is not as it has to be.
    """
    catalogue = Catalogue(models) if models else load_shipped_catalogue()
    stories = [_judge_session(session, catalogue, models) for session in recording.sessions]
    return make_report(stories, catalogue, str(recording.folder))


def _judge_session(session: Session, catalogue: Catalogue, models: Path | None) -> JudgedStory:
    judgements = judge_everything(session.story, catalogue, models)
    return JudgedStory(session=session.path.name, story=session.story, judgements=judgements)


def judge_everything(
    story: Story, catalogue: Catalogue, models: Path | None = None
) -> tuple[Judgement, ...]:
    """Return what is to be said of a story: of facts, of contracts, and of the emulator's shapes.

    Args:
        story: What was seen.
        catalogue: The contracts.
        models: The folder from which some of them came, if any.
    """
    return (
        *judge_story(story, catalogue),
        *judge_contracts(story, catalogue),
        *judge_shapes(story, Settings(models=models)),
    )


def make_advice(folder: Path) -> Callable[[FactRow], str]:
    """Return what says, of a row that differs, what to do about it."""
    contract = (
        f"`segmock models import {folder} --out models` makes a contract of what was recorded, "
        "and `segmock serve --models models` goes by it"
    )
    fact = (
        "shows the exchange whole. If the service does so, it is right: "
        f"`segmock serve --replay {folder}` answers as it did, and the report of --json is what an "
        "issue needs to have the emulator follow"
    )

    def advise(row: FactRow) -> str:
        if row.claim.basis == "contract":
            return contract
        return f"`{_find_look(folder, row.differing[0])}` {fact}"

    return advise


def _find_look(folder: Path, place: Place) -> str:
    """Return the command that shows the exchange of a place."""
    session = place.session.removesuffix(".jsonl")
    chosen = f" --session {session}" if session else ""
    return f"segmock recordings show {folder}{chosen} --body {place.exchange.number}"
