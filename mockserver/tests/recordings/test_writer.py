"""What is written is read again as it was, and a crash costs the last line at the most."""

import shutil

import pytest

from mockserver.facts.observed import Body, Observed
from mockserver.recordings.reader import RecordingError, read_recording
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter

KEY = "SG_0123456789abcdef"
BEGAN = 1_780_000_000.0


def observe(number, **members):
    """Return an exchange with a key."""
    return Observed(
        number=number,
        sent_s=number,
        answered_s=number + 0.5,
        method="POST",
        url="https://api.segmind.com/v2/flux",
        request_headers=(("x-api-key", KEY), ("accept", "*/*")),
        request_body=Body.of(b'{"prompt": "a fox"}'),
        status=200,
        headers=(("content-type", "application/json"),),
        **members,
    )


def open_session(**options):
    """Return a session with the vendor's host."""
    return RedactionSession(upstream="https://api.segmind.com", began_utc_s=BEGAN, **options)


def write_all(folder, *exchanges, session=None):
    """Write exchanges as one session and return its file."""
    session = session or open_session()
    with RecordingWriter(folder, session) as writer:
        for each in exchanges:
            writer.write(redact(each, session))
    return writer.path


BODIES = {
    "none": b"",
    "short json": b'{"a": 1.0}',
    "long json": b'{"a": "' + b"a" * 5000 + b'"}',
    "text": b"hello",
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("content", BODIES.values(), ids=BODIES)
def test_what_was_written_is_read_again(tmp_path, content):
    """All that an exchange has comes back, bodies byte by byte."""
    write_all(tmp_path, observe(1, body=Body.of(content)))
    (session,) = read_recording(tmp_path).sessions
    (exchange,) = session.story.exchanges
    assert exchange.body == Body.of(content)
    assert exchange.request_body.document == {"prompt": "a fox"}
    assert (exchange.account, exchange.key_place) == ("key-1", "x-api-key")
    assert exchange.request_headers == (("x-api-key", "key-1"), ("accept", "*/*"))
    assert (exchange.number, exchange.sent_s, exchange.answered_s) == (1, 1, 1.5)
    assert session.story.began_utc_s == session.header.began_utc_s == BEGAN
    assert session.header.upstream == "https://api.segmind.com"


def test_exchanges_are_in_the_order_in_which_they_were_sent(tmp_path):
    """They are written as they end."""
    write_all(tmp_path, observe(2), observe(1))
    (session,) = read_recording(tmp_path).sessions
    assert [each.number for each in session.story.exchanges] == [1, 2]
    assert session.line_numbers == {2: 2, 1: 3}


def test_sessions_of_a_folder_are_one_recording(tmp_path):
    """Each run of a recorder is a session of its own."""
    write_all(tmp_path, observe(1))
    write_all(tmp_path, observe(1))
    assert len(read_recording(tmp_path).sessions) == 2


def test_a_torn_last_line_is_as_if_it_were_not_there(tmp_path):
    """So are the bytes of a crash; and a session whose very header is torn is none."""
    path = write_all(tmp_path, observe(1), observe(2))
    path.write_bytes(path.read_bytes()[:-20])
    (tmp_path / "torn.jsonl").write_bytes(b'{"form')
    (session,) = read_recording(tmp_path).sessions
    assert session.torn
    assert len(session.story.exchanges) == 1


def test_a_broken_line_in_the_middle_is_told(tmp_path):
    """Only the last line can be torn by a crash."""
    path = write_all(tmp_path, observe(1), observe(2))
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], lines[1][:-9], *lines[2:]]))
    with pytest.raises(RecordingError, match=r"\.jsonl:2: this is no exchange"):
        read_recording(tmp_path)


def test_a_header_of_another_format_is_told(tmp_path):
    """A recording of a later version is not guessed at."""
    (tmp_path / "a.jsonl").write_bytes(b'{"format": "har"}\n')
    with pytest.raises(RecordingError, match=r"a\.jsonl:1: this is no header"):
        read_recording(tmp_path)


def test_a_missing_body_is_told(tmp_path):
    """A line names its body by the digest; without the file nothing is made up."""
    write_all(tmp_path, observe(1, body=Body.of(b"text")))
    for each in (tmp_path / "bodies").iterdir():
        each.unlink()
    with pytest.raises(RecordingError, match="a body cannot be read"):
        read_recording(tmp_path)


def test_what_is_no_recording_is_told(tmp_path):
    """No folder, a file, and an empty folder: each in its own words."""
    (tmp_path / "file").write_text("")
    for path, words in {
        tmp_path / "none": "no such folder",
        tmp_path / "file": "it is a file",
        tmp_path: "no session is in it",
    }.items():
        with pytest.raises(RecordingError, match=words):
            read_recording(path)


def test_an_answer_that_did_not_come_is_none(tmp_path):
    """Neither status nor time nor headers."""
    lost = Observed(number=1, sent_s=0, method="GET", url="https://api.segmind.com/v1/flux")
    write_all(tmp_path, lost)
    (session,) = read_recording(tmp_path).sessions
    assert session.story.exchanges == (lost,)


def test_an_exchange_is_not_lost_in_silence_when_somebody_removes_the_folder(tmp_path):
    """A file without a name can still be written to, and nobody would ever read it."""
    session = open_session()
    with RecordingWriter(tmp_path / "seen", session) as writer:
        writer.write(redact(observe(1), session))
        shutil.rmtree(tmp_path / "seen")
        with pytest.raises(OSError, match="somebody has removed the file"):
            writer.write(redact(observe(2), session))
