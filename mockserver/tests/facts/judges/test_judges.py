"""All judges together: of sound emulators all agree, and each defect of a server is found."""

import msgspec
import pytest

from mockserver import fixtures
from mockserver.facts.judgement import JUDGES
from mockserver.facts.judges import judge_story
from mockserver.recordings.keep import Keep
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.tests.broken_servers.server import EMPTY_KEY, KEY, LIMITED_KEY, POOR_KEY, SETTINGS
from mockserver.tests.broken_servers.table import DEFECTS, NON_DEFECTS
from mockserver.tests.facts.disturbances import DISTURBANCES
from mockserver.tests.facts.stories import (
    HOUR_S,
    IMAGE,
    STORIES,
    STRANGE,
    UNKNOWN_ID,
    finish,
    tell,
    tell_golden,
)
from mockserver.tests.facts.witness import (
    CATALOGUE,
    Witness,
    find_id,
    find_path,
    spell_with_dashes,
)

OWN = "RASTOE"
"""What the ids of the facts begin with whose judges are tested here."""

READ_OTHERWISE = {"v1 as image", "v1 as JSON"}
"""Stories of emulators that are told to go by what documents and clients say of v1 (V1b)."""


def find_differing(story):
    """Return what the judges do not agree with."""
    return [each for each in judge_story(story, CATALOGUE) if not each.agrees]


@pytest.mark.fact(
    "R1",
    "R2",
    "R3",
    "R4",
    "R5",
    "R6",
    "R7",
    "R8",
    "R9",
    "R10",
    "A1",
    "A2",
    "A3",
    "A4",
    "A6",
    "A7",
    "S1",
    "S1b",
    "S2",
    "S3",
    "T1",
    "T2",
    "T3",
    "T4",
    "T5",
    "T6",
    "T7",
    "T8",
    "T10",
    "T11",
    "O1",
    "O2",
    "O2b",
    "O3",
    "O4",
    "O5",
    "O6",
    "O7",
    "O7b",
    "O8",
    "E1",
    "E2",
    "E2b",
    "E3",
    "E3b",
    "E3c",
    "E3d",
    "E4",
    "E5",
    "E6",
    "E7",
    "E8",
)
@pytest.mark.parametrize("name", STORIES)
def test_all_that_a_sound_emulator_answers_agrees(name):
    """No judge accuses it of anything."""
    expected = {"V1"} if name in READ_OTHERWISE else set()
    assert {each.fact for each in find_differing(tell(name))} == expected


@pytest.mark.parametrize("folder", sorted({name.partition("/")[0] for name in fixtures.names()}))
def test_all_golden_exchanges_agree(folder):
    """Each is a story by itself."""
    names = [name for name in fixtures.names() if name.partition("/")[0] == folder]
    assert {name: found for name in names if (found := find_differing(tell_golden(name)))} == {}


def test_every_judge_speaks_of_a_story():
    """What nobody speaks about is not tested; the judges of others have stories of their own."""
    spoken = {each.fact for name in STORIES for each in judge_story(tell(name), CATALOGUE)}
    assert [fact for fact in JUDGES if fact[0] in OWN and fact not in spoken] == []


def test_every_fact_is_judged_or_has_a_reason_why_not():
    """Nothing of the register is forgotten."""
    silent = {row.id for row in CATALOGUE.behaviours if row.unjudged is None} - JUDGES.keys()
    assert sorted(fact for fact in silent if fact[0] in OWN) == []
    assert [row.id for row in CATALOGUE.behaviours if row.unjudged and row.id in JUDGES] == []


MOVED_FROM_OUTSIDE = {"R6", "O3", "E7", "V2", "L3"}
"""Facts about a balance, which what is not in the story can move."""


@pytest.mark.parametrize("name", DISTURBANCES)
@pytest.mark.parametrize("story", ["a picture", "failures", "refusals", "bodies", "split", "files"])
def test_what_was_lost_or_not_kept_accuses_nobody(story, name):
    """A sound server stays one, however little was seen of it."""
    seen = DISTURBANCES[name](tell(story))
    is_whole = len(seen.exchanges) == len(tell(story).exchanges)
    moved = set() if is_whole else MOVED_FROM_OUTSIDE
    assert [each for each in find_differing(seen) if each.fact not in moved] == []


@pytest.mark.parametrize("kept", ["whole", "hashed", "dropped"])
@pytest.mark.parametrize("story", ["a picture", "failures", "refusals", "bodies", "other kinds"])
def test_what_a_recording_keeps_accuses_nobody(story, kept):
    """Redaction takes secrets out, and prompts and pictures where it is told to."""
    session = RedactionSession(
        upstream="https://api.segmind.com", began_utc_s=0.0, keep=Keep(prompts=kept, media=kept)
    )
    exchanges = tuple(
        msgspec.structs.replace(redact(each, session).exchange, known=each.known)
        for each in tell(story).exchanges
    )
    assert find_differing(msgspec.structs.replace(tell(story), exchanges=exchanges)) == []


def play_all(witness):
    """Ask what a verifier would ask, with keys of the stand-in for the service."""
    mine = {"key": KEY}
    witness.read_balance(**mine)
    submitted = witness.submit(IMAGE, **mine)
    if submitted.body.document.get("request_id") is not None:
        result = finish(witness, submitted, **mine)
        witness.read_balance(**mine)
        if isinstance(address := result.body.document.get("output"), str):
            part = {"range": "bytes=0-9"}
            witness.ask("GET", find_path(address), key=None)
            witness.ask("GET", find_path(address), key=None, headers=part)
        witness.poll(spell_with_dashes(find_id(submitted)), **mine)
    for refused in ({"prompt": ""}, {"seed": "none"}):
        witness.read_balance(**mine)
        failed = witness.submit(IMAGE, refused, **mine)
        witness.advance(60)
        if failed.status == 200 and "request_id" in failed.body.document:
            witness.poll(find_id(failed), **mine)
            witness.read_balance(**mine)
        witness.run(IMAGE, refused, **mine)
        witness.read_balance(**mine)
    play_probes(witness, mine)
    twin = witness.submit(IMAGE, **mine)
    witness.submit(IMAGE, **mine)
    witness.advance(HOUR_S / 2 + 60)
    if "request_id" in twin.body.document:
        witness.poll(find_id(twin), **mine)
        witness.advance(HOUR_S / 2)
        witness.poll(find_id(twin), **mine)


def play_probes(witness, mine):
    """Ask what costs nothing."""
    path = f"/v2/{IMAGE}"
    witness.submit(IMAGE, key=None)
    witness.submit(IMAGE, key=STRANGE, known={"key-unknown"})
    witness.submit(IMAGE, key=None, bearer=KEY)
    for spelled in (UNKNOWN_ID, spell_with_dashes(UNKNOWN_ID)):
        witness.poll(spelled, known={"id-unknown"}, **mine)
    witness.ask("POST", f"{path}-0", {"prompt": "A"}, known={"slug-unknown"}, **mine)
    witness.ask("GET", path, **mine)
    witness.ask("POST", path, b"{", **mine)
    witness.ask("POST", path, b"hi", headers={"content-type": "text/plain"}, **mine)
    witness.ask("POST", f"/v1/{IMAGE}", {}, **mine)
    for key in (EMPTY_KEY, POOR_KEY, *[LIMITED_KEY] * 4):
        witness.submit(IMAGE, key=key)


def tell_of(defect):
    """Return what is seen of a changed server."""
    witness = Witness(defect.make, **{**SETTINGS, **defect.settings})
    play_all(witness)
    return witness.story


@pytest.mark.parametrize(
    "defect",
    [each for each in DEFECTS if each.fact[0] in OWN and each.shown_by != "luck"],
    ids=lambda defect: defect.name,
)
def test_a_defect_of_a_server_is_named_by_its_fact(defect):
    """One of the judges says no, and it is the one of the fact that is broken."""
    assert {each.fact for each in find_differing(tell_of(defect))} & defect.facts


@pytest.mark.parametrize("defect", NON_DEFECTS, ids=lambda defect: defect.name)
def test_what_no_fact_forbids_is_no_difference(defect):
    """Another order, more members, other ids: nobody complains."""
    assert find_differing(tell_of(defect)) == []
