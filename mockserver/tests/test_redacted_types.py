"""The checker of types says that nothing unredacted can be written."""

import subprocess
import sys

from mockserver.tests.pages import ROOT

PROGRAM = """
from pathlib import Path

from mockserver.facts.observed import Observed
from mockserver.recordings.redaction import RedactedExchange, RedactedHeader
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter


def write(seen: Observed, session: RedactionSession, writer: RecordingWriter) -> None:
    writer.write(redact(seen, session))  # right
    writer.write(seen)  # arg-type
    writer.write({"number": 1})  # arg-type
    writer.write(RedactedExchange(seen, {}))  # call-arg arg-type
    writer.write(RedactedExchange(object(), seen, {}))  # arg-type
    writer.write(redact(redact(seen, session), session))  # arg-type
    RecordingWriter(Path(), RedactedHeader(object(), None))  # arg-type


class Forged(RedactedExchange):  # misc
    pass
"""


def test_the_writer_takes_what_redaction_has_made_and_nothing_else(tmp_path):
    """Each line has exactly the errors that are said behind it."""
    path = tmp_path / "wrong_uses.py"
    path.write_text(PROGRAM)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-pretty", "--show-error-codes", path]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = {}
    for line in result.stdout.splitlines():
        if "wrong_uses.py:" in line:  # behind the folder of an earlier run, if it was remembered
            number = int(line.partition("wrong_uses.py:")[2].partition(":")[0])
            code = line.rpartition("[")[2].rstrip("]")
            found.setdefault(number, set()).add(code)
    expected = {
        number: set(line.rpartition("#")[2].split()) - {"right"}
        for number, line in enumerate(PROGRAM.splitlines(), start=1)
        if "  # " in line
    }
    assert found == {number: codes for number, codes in expected.items() if codes}, result.stdout
