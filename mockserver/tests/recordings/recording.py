"""Recording exchanges as a recorder does."""

import msgspec

from mockserver.recordings.reader import read_recording
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter


def record(folder, *exchanges, **options):
    """Write exchanges as a session, and return what is read again."""
    session = RedactionSession(
        upstream="https://api.segmind.com", began_utc_s=1_780_000_000, **options
    )
    with RecordingWriter(folder, session) as writer:
        for number, each in enumerate(exchanges, start=1):
            writer.write(redact(msgspec.structs.replace(each, number=number), session))
    return read_recording(folder).sessions[-1].story.exchanges
