"""Recordings of an emulator's conversations, for tests of what is imported of them."""

from mockserver.recordings.keep import Keep
from mockserver.recordings.reader import read_recording
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter
from mockserver.tests.facts.witness import Witness


def record(folder, play, *, keep=None, **settings):
    """Let a witness talk to an emulator, and return the recording of it.

    Args:
        folder: Where it is written.
        play: What the witness says; it is called with it.
        keep: What is kept of prompts and media.
        settings: Those of the emulator.
    """
    witness = Witness(**settings)
    play(witness)
    story = witness.story
    session = RedactionSession(
        upstream="https://api.segmind.com", began_utc_s=story.began_utc_s or 0, keep=keep or Keep()
    )
    with RecordingWriter(folder, session) as writer:
        for exchange in story.exchanges:
            writer.write(redact(exchange, session))
    return read_recording(folder)
