"""`segmock recordings`: a recording is shown, checked and pruned."""

import json

import msgspec
import pytest

from mockserver.facts.observed import Body, Observed
from mockserver.recordings.reader import find_sessions, read_recording
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter
from mockserver.tests.cli.results import assert_refused

KEY = "SG_0123456789abcdef"
ID = "0f8fad5bd9cd469fa16570867728950e"
STATUS = f"/v2/requests/{ID}/status"
ANSWERS = (
    ("POST", "/v2/flux", 200, {"request_id": ID, "status": "QUEUED"}),
    ("GET", STATUS, 200, {"status": "QUEUED"}),
    ("GET", STATUS, 200, {"status": "PROCESSING"}),
    ("GET", STATUS, 200, {"status": "PROCESSING"}),
    ("GET", STATUS, 500, {"error": "Internal"}),
    ("GET", f"/v2/requests/{ID}", 200, {"status": "COMPLETED", "output": "https://a.example/b"}),
)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(5000)


def list_exchanges():
    """Return a run with its polls, and the download of its output."""
    for number, (method, path, status, document) in enumerate(ANSWERS, start=1):
        yield Observed(
            number=number,
            sent_s=number * 1.0,
            answered_s=number + 0.25,
            method=method,
            url=f"https://api.segmind.com{path}",
            request_headers=(("x-api-key", KEY),),
            status=status,
            headers=(("content-type", "application/json"),),
            body=Body.of(json.dumps(document).encode()),
        )
    yield Observed(
        number=len(ANSWERS) + 1,
        sent_s=9,
        answered_s=10,
        method="GET",
        url="https://images.segmind.com/outputs/a.png",
        status=200,
        headers=(("content-type", "image/png"),),
        body=Body.of(PICTURE),
    )


@pytest.fixture
def folder(tmp_path):
    """A recording of one session."""
    write(tmp_path / "recorded", 1_780_000_000)
    return tmp_path / "recorded"


def write(folder, began_utc_s):
    """Write a session."""
    session = RedactionSession(upstream="https://api.segmind.com", began_utc_s=began_utc_s)
    with RecordingWriter(folder, session) as writer:
        for each in list_exchanges():
            writer.write(redact(each, session))


def change(folder, line, **members):
    """Change a line of the only session, as an editor could."""
    (path,) = find_sessions(folder)
    lines = path.read_bytes().splitlines()
    lines[line - 1] = json.dumps({**json.loads(lines[line - 1]), **members}).encode()
    path.write_bytes(b"\n".join(lines) + b"\n")


def test_a_recording_is_shown_as_a_timeline(run, folder):
    """A line for the session, one for each exchange, and what became of the run."""
    (path,) = find_sessions(folder)
    assert run("recordings", "show", str(folder)).stdout.splitlines() == [
        f"{path.name}  https://api.segmind.com  2026-05-28 20:26:40 UTC  7 exchanges",
        f"     1      1.000 s     0.250  POST /v2/flux{' ' * 43}  200  key-1  QUEUED",
        f"     2      2.000 s     0.250  GET {STATUS}  200  key-1  QUEUED",
        f"     3      3.000 s     0.250  GET {STATUS}  200  key-1  PROCESSING",
        f"     4      4.000 s     0.250  GET {STATUS}  200  key-1  PROCESSING",
        f"     5      5.000 s     0.250  GET {STATUS}  500  key-1  21 B application/json",
        f"     6      6.000 s     0.250  GET /v2/requests/{ID}         200  key-1  COMPLETED",
        (
            f"     7      9.000 s     1.000  GET images.segmind.com/outputs/a.png{' ' * 20}"
            "  200  no key  4.9 KiB image/png"
        ),
        "  1 run",
        (
            "        flux, submitted by 1: QUEUED after 0.0 s (2 times), "
            "PROCESSING after 2.0 s (2 times), 500 after 4.0 s, COMPLETED after 5.0 s"
        ),
    ]


@pytest.mark.parametrize(
    ("flags", "numbers"),
    [
        (["--status", "5xx"], [5]),
        (["--status", "500", "--status", "none"], [5]),
        (["--route", "/v2/flux"], [1]),
        (["--route", "/v2/requests/*", "--status", "200"], [2, 3, 4, 6]),
        (["--account", "key-1"], [1, 2, 3, 4, 5, 6]),
        (["--account", "key-2"], []),
    ],
)
def test_exchanges_are_chosen(run, folder, flags, numbers):
    """By route, status and key; the same for people and for programs."""
    result = run("recordings", "show", str(folder), *flags, "--json")
    (session,) = json.loads(result.stdout)["sessions"]
    assert [each["number"] for each in session["exchanges"]] == numbers
    shown = run("recordings", "show", str(folder), *flags).stdout
    assert f"{len(numbers)} of 7 exchanges" in shown


def test_a_route_is_known_by_its_name(run, folder):
    """As journals and faults know it."""
    result = run("recordings", "show", str(folder), "--json")
    (session,) = json.loads(result.stdout)["sessions"]
    route = session["exchanges"][1]["route"]
    chosen = run("recordings", "show", str(folder), "--route", route).stdout
    assert "4 of 7 exchanges" in chosen


def test_an_exchange_is_shown_whole(run, folder):
    """Headers, bodies as JSON, and where a file is."""
    shown = run("recordings", "show", str(folder), "--body", "1").stdout
    assert shown.startswith(
        "POST https://api.segmind.com/v2/flux\nx-api-key: key-1\n\n200, 0.250 s\n"
    )
    assert '"status": "QUEUED"' in shown
    picture = run("recordings", "show", str(folder), "--body", "7").stdout
    assert f"(5,008 bytes, in bodies/{Body.of(PICTURE).digest})" in picture
    line = json.loads(run("recordings", "show", str(folder), "--body", "7", "--json").stdout)
    assert line["response"]["body"]["size"] == 5008


def test_what_cannot_be_shown_is_refused(run, folder):
    """No recording, no such exchange, no such session, or one of several."""
    assert_refused(run("recordings", "show", "none"), "none: there is no such folder")
    assert_refused(run("recordings", "show", str(folder), "--body", "8"), "the last one is 7")
    assert_refused(run("recordings", "show", str(folder), "--session", "x"), "begins with 'x'")
    write(folder, 1_790_000_000)
    assert_refused(
        run("recordings", "show", str(folder), "--body", "1"), "say which with --session"
    )
    name = find_sessions(folder)[0].name
    assert run("recordings", "show", str(folder), "--body", "1", "--session", name).exit_code == 0


def test_a_sound_recording_is_called_so(run, folder):
    """In one line, with exit code 0."""
    result = run("recordings", "check", str(folder))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"ok      {folder}: 1 session, no secret\n"
    assert_refused(run("recordings", "check", "none"), "none: there is no such folder")


PLANTED = {
    "request.url: ": {"request": {"method": "GET", "url": f"https://api.segmind.com/v2/{KEY}"}},
    "request.headers, x-note: ": {
        "request": {"method": "GET", "url": "https://a.example", "headers": [["x-note", KEY]]}
    },
    "request.headers, x-api-key: ": {
        "request": {"method": "GET", "url": "https://a.example", "headers": [["x-api-key", "abc"]]}
    },
    "response.headers, the name of a header: ": {
        "response": {"status": 200, "headers": [[f"x-{KEY}", "1"]]}
    },
}


@pytest.mark.parametrize("place", PLANTED)
def test_a_secret_is_found_and_named_by_its_place(run, folder, place):
    """It is not shown."""
    change(folder, 4, **PLANTED[place])
    result = run("recordings", "check", str(folder))
    assert result.exit_code == 1
    assert f".jsonl:4: {place}a key is in it" in result.stderr
    assert KEY not in result.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'{{"a": [1, {{"b": "see {KEY}"}}]}}', "response.body.a[1].b: a key is in it"),
        (f'{{"{KEY}": 1}}', "response.body, the name of a member: a key is in it"),
        ('{"user_id": "u-4711815"}', "response.body.user_id: the id of an account is in it"),
        ('{"a": "me@example.com"}', "response.body.a: an e-mail address is in it"),
    ],
)
def test_a_secret_in_a_body_is_named_by_its_path(run, folder, text, said):
    """The path is that of JSON."""
    body = Body.of(text.encode())
    change(
        folder,
        4,
        response={"status": 200, "body": {"size": body.size, "sha256": body.digest, "text": text}},
    )
    result = run("recordings", "check", str(folder))
    assert said in result.stderr
    assert KEY not in result.output


BROKEN = {
    "numbers twice": (4, {"number": 1}, "two exchanges of number 1"),
    "answered early": (4, {"answered_s": 1.0}, "answered at 1.0 s, before it was sent at 3.0"),
    "out of order": (4, {"sent_s": 1.5, "answered_s": 2.0}, "numbers go by when they were sent"),
    "no member": (4, {"nothing": 1}, "'nothing' was unexpected"),
    "no url": (4, {"request": {"method": "GET", "url": "x"}}, "$.request.url"),
    "version": (1, {"version": 2}, "$.version"),
    "no header": (1, {"format": "har"}, "$.format"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_in_a_line_is_named(run, folder, name):
    """By file, line and reason."""
    line, members, said = BROKEN[name]
    change(folder, line, **members)
    result = run("recordings", "check", str(folder))
    assert result.exit_code == 1
    assert f".jsonl:{line}: " in result.stderr
    assert said in result.stderr


def test_bodies_and_lines_are_held_to_each_other(run, folder):
    """A body that was changed, one that nobody names, a torn line, and what is no JSON."""
    (body,) = (folder / "bodies").iterdir()
    body.write_bytes(b"changed")
    (folder / "bodies" / "stray").write_bytes(b"")
    (path,) = find_sessions(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b"nothing\n", *lines[4:], b'{"numb']))
    said = run("recordings", "check", str(folder)).stderr
    assert ".jsonl:8: response.body: its SHA-256 is " in said
    assert "stray: no exchange names this body" in said
    assert ".jsonl:9: the last line is torn" in said
    assert ".jsonl:4: it is no JSON" in said
    assert said.endswith("4 problems in 1 session\n")
    body.unlink()
    assert (
        "response.body: its file cannot be read" in run("recordings", "check", str(folder)).stderr
    )


def test_polls_that_saw_nothing_new_are_pruned(run, folder):
    """The first that saw a state stays, and the run is the same; a dry run does nothing."""
    before = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    dry = run("recordings", "prune", str(folder), "--polls", "--dry-run").stdout
    assert dry.startswith("would remove 1 exchange, 0 bodies: ")
    assert len(read_recording(folder).sessions[0].story.exchanges) == 7
    assert run("recordings", "prune", str(folder), "--polls").stdout == dry.replace(
        "would remove", "removed"
    )
    after = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert f" {before - after} bytes" in dry
    numbers = [each.number for each in read_recording(folder).sessions[0].story.exchanges]
    assert numbers == [1, 2, 3, 5, 6, 7]
    assert run("recordings", "check", str(folder)).exit_code == 0


def test_exchanges_go_with_their_bodies(run, folder):
    """What no exchange names any more is removed, and so are torn lines."""
    (path,) = find_sessions(folder)
    with path.open("ab") as file:
        file.write(b'{"numb')
    said = run(
        "recordings", "prune", str(folder), "--route", "/outputs/*", "--status", "200"
    ).stdout
    assert said.startswith("removed 1 exchange, 1 body, 1 torn line: ")
    assert list((folder / "bodies").iterdir()) == []
    assert run("recordings", "check", str(folder)).exit_code == 0


def test_pictures_are_pruned_and_their_digests_stay(run, folder):
    """Whoever has the picture can still tell that it is the one."""
    assert "0 exchanges, 1 body" in run("recordings", "prune", str(folder), "--media").stdout
    body = read_recording(folder).sessions[0].story.exchanges[-1].body
    assert body == msgspec.structs.replace(Body.of(PICTURE), content=None)
    shown = run("recordings", "show", str(folder), "--body", "7").stdout
    assert "(5,008 bytes not kept, SHA-256 " in shown
    assert "4.9 KiB image/png, not kept" in run("recordings", "show", str(folder)).stdout


def test_a_session_of_before_goes_whole(run, folder):
    """Its file too; a date that cannot be is refused."""
    write(folder, 1_790_000_000)
    said = run("recordings", "prune", str(folder), "--before", "2026-06-01").stdout
    assert said.startswith("removed 7 exchanges, 0 bodies: ")
    (path,) = find_sessions(folder)
    assert path.name.startswith("20260921T")
    assert_refused(run("recordings", "prune", str(folder), "--before", "soon"), "'soon'")
