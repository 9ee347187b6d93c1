"""A recording of the emulator agrees in all that it speaks about, and says what to do where not."""

import re
from pathlib import Path

from mockserver.drift.drifting import judge_recording, make_advice
from mockserver.facts.report_text import render_text
from mockserver.recordings.reader import read_recording
from mockserver.tests.broken_servers.table import SERVERS, SOUND
from mockserver.tests.drift.conversations import ALL, RichWitness, talk, use_other_routes
from mockserver.tests.drift.recordings import write_recording
from mockserver.tests.facts.reports import make_difference, make_fact_report

LEAST = 55
"""Facts of the register that a day of ordinary clients speaks about."""


def record(folder, defect):
    """Write what clients see of a server, and return the report about it."""
    witness = RichWitness(defect)
    talk(witness, ALL)
    use_other_routes(witness)
    write_recording(folder, witness.exchanges)
    return judge_recording(read_recording(folder))


def test_a_recording_of_the_emulator_agrees_in_all(tmp_path):
    """Five models of pictures, SDXL and a chat model on both versions; failures and refusals."""
    report = record(tmp_path, SOUND)
    assert report.differing == ()
    assert report.exit_code == 0
    seen = [row for row in report.find_rows("agrees") if row.claim.basis == "register"]
    assert len(seen) >= LEAST
    models = {row.fact.partition(": ")[0] for row in report.rows if row.claim.basis == "contract"}
    assert models >= set(ALL)


def test_a_recording_of_a_broken_server_names_the_fact_and_the_exchange(tmp_path):
    """Redaction and files take nothing away from that."""
    report = record(tmp_path, SERVERS["failed-as-200-on-status"])
    (row,) = [row for row in report.differing if row.fact == "T4"]
    said = row.differing[0]
    assert (said.judgement.expected, said.judgement.found) == ("422", "200")
    assert said.session.endswith(".jsonl")
    text = render_text(report, make_advice(Path("here")), verbose=False)
    assert "error[T4]" in text


def test_advice_is_to_look_and_to_go_by_what_was_recorded():
    """A contract is made anew, a fact is played again."""
    report = make_fact_report(make_difference("T4"), make_difference("ideogram-3: price"))
    text = render_text(report, make_advice(Path("here")), verbose=False)
    words = re.sub(r"\s+", " ", text)
    look = "`segmock recordings show here --session one --body 1` shows the exchange whole"
    assert look in words
    assert "`segmock models import here --out models` makes a contract" in words
