"""Of each server that breaks a fact: whether a recording of clients shows it, or why not."""

import msgspec
import pytest

from mockserver.drift.drifting import judge_everything
from mockserver.facts.observed import Story
from mockserver.tests.broken_servers.table import DEFECTS, NON_DEFECTS, SOUND
from mockserver.tests.drift.conversations import GONE_SLUG, RichWitness, talk, use_other_routes
from mockserver.tests.facts.witness import CATALOGUE

UNSEEN = {
    "unknown-key-403": "nobody knows of a recorded key that it is nobody's: a model may be closed",
    "unknown-id-400": "nobody knows of a recorded id that it is nobody's",
    "unknown-id-402": "nobody knows of a recorded id that it is nobody's",
    "v1-gives-up-408": "408 may be a proxy's own, which says nothing of the gateway",
}
"""What no recording can show, and a verifier has to ask."""

BY_CONTRACT = {"unknown-model-400": f"{GONE_SLUG}: existence"}
"""What the list of models shows, as nobody knows of a recorded slug that it is nobody's."""


def find_differing(defect):
    """Return the ids of all that differs in what clients see of a server."""
    witness = RichWitness(defect)
    talk(witness)
    if defect.fact.startswith("N"):
        use_other_routes(witness)
    seen = [msgspec.structs.replace(each, known=frozenset()) for each in witness.exchanges]
    judgements = judge_everything(Story(exchanges=tuple(seen)), CATALOGUE)
    return {said.fact for said in judgements if not said.agrees}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_broken_fact_is_named_or_cannot_be_seen(defect):
    """By its own id, or one that says the same; what is in the table above is not seen indeed."""
    differing = find_differing(defect)
    names = {BY_CONTRACT.get(defect.name, defect.fact), *defect.facts}
    assert bool(differing & names) == (defect.name not in UNSEEN), differing


@pytest.mark.parametrize("defect", [SOUND, *NON_DEFECTS], ids=lambda defect: defect.name)
def test_a_sound_server_agrees_in_everything(defect):
    """However it spells what it says."""
    assert find_differing(defect) == set()


def test_what_no_recording_shows_is_in_the_table_of_servers():
    """No name outlives its server."""
    assert UNSEEN.keys() | BY_CONTRACT.keys() <= {defect.name for defect in DEFECTS}
