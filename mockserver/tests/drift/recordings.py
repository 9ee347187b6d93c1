"""Recordings of emulators, written as the recorder writes them."""

from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter
from mockserver.tests.facts.stories import UNKNOWN_ID
from mockserver.tests.facts.witness import Witness, find_id

BEGAN_UTC_S = 1_800_000_000.0


def write_recording(folder, exchanges, *, began_utc_s=BEGAN_UTC_S):
    """Write a session into a folder and return its file."""
    session = RedactionSession(upstream="https://api.segmind.com", began_utc_s=began_utc_s)
    with RecordingWriter(folder, session) as writer:
        for exchange in exchanges:
            writer.write(redact(exchange, session))
    return writer.path


def witness_run(slug="ideogram-3", **settings):
    """Return the exchanges of a client that queues a run, polls it and reads its result."""
    witness = Witness(**settings)
    identifier = find_id(witness.submit(slug))
    for pause in (0, 1, 30):
        witness.advance(pause)
        witness.ask("GET", f"/v2/requests/{identifier}/status")
    witness.ask("GET", f"/v2/requests/{identifier}")
    witness.ask("GET", f"/v2/requests/{UNKNOWN_ID}")
    return witness.exchanges
