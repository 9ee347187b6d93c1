"""`segmock exec --record`: programs with the vendor's hosts built in, and what they are told."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from mockserver.facts.observed import Observed
from mockserver.recordings.reader import read_recording
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.cli.services import Service, assert_hidden, assert_same, serve_service
from mockserver.tests.programs.client_table import CLIENTS, SOURCES
from mockserver.tests.programs.runs import execute
from mockserver.tests.recorder.raw_servers import answer, serve_raw
from mockserver.tests.test_sdk import ROOT
from mockserver.tests.tools import find_tool

MODES = ("namespace", "env")
TRIED = ("the vendor's SDK", "httpx", "Node's fetch", "curl")
KEY = "SG_ad00ad00ad00ad0{}"
CREDITS = "https://api.segmind.com/v1/get-user-credits"
ASK = f'curl -sS {CREDITS} -H "x-api-key: $SEGMIND_API_KEY"'


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """What stands for the service."""
    with serve_service(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Path:
    """Return a folder with the programs."""
    for tool in {tool for name in TRIED for tool in CLIENTS[name].tools}:
        find_tool(tool)
    return shutil.copytree(SOURCES, tmp_path_factory.mktemp("programs"), dirs_exist_ok=True)


def make_flags(service: Service, mode: str, folder: Path) -> list[str]:
    """Return the flags of a run that records what is said in the service's place."""
    where = ["--record", str(folder / "recording"), "--upstream", service.url]
    return ["--mode", mode, *where, "--ca", str(service.ca)]


def read(folder: Path) -> tuple[Observed, ...]:
    """Return the exchanges of the one session that was recorded."""
    (session,) = read_recording(folder / "recording").sessions
    return session.story.exchanges


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", TRIED)
def test_what_a_program_is_told_is_recorded(service, programs, tmp_path, name, mode):
    """It sees the vendor's own addresses, and its key is its own."""
    key = KEY.format(2 * TRIED.index(name) + MODES.index(mode))
    flags = [*make_flags(service, mode, tmp_path), "--report", "json"]
    command = CLIENTS[name].command
    variables = {"SEGMIND_API_KEY": key, "PYTHONPATH": str(ROOT / ".sdk" / "1.3.0")}
    ran = execute(*flags, "--", *command, folder=programs, **variables)
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stderr.splitlines()[-1])
    exchanges = read(tmp_path)
    assert_same(service.read_journal(key), exchanges)
    picture = next(each for each in exchanges if "/outputs/" in each.url)
    result = next(each for each in exchanges if each.route.name == "result")
    assert picture.url.startswith("https://images.segmind.com/outputs/")
    assert result.body.document["output"] == picture.url
    assert ran.stdout.startswith(f"{picture.url} {picture.body.size} 0.075\n")
    assert {each.url.split("/")[2] for each in exchanges} == {
        "api.segmind.com",
        "images.segmind.com",
    }
    assert (report["mode"], report["exit_status"], report["refused"]) == (mode, 0, [])
    assert (report["exchanges"], report["runs"]) == (len(exchanges), 2)
    assert_hidden(tmp_path / "recording", key)


FETCH = """
output=$(curl -sS https://api.segmind.com/v2/requests/1 | jq -r .output)
echo "$output"
curl -sS "$output"
"""


@pytest.mark.parametrize("mode", MODES)
def test_an_output_elsewhere_is_fetched_by_way_of_the_vendors_host(tmp_path, mode):
    """The program can reach no other host; its address stays in the recording."""

    def serve_bucket(connection, _):
        answer(connection, b"a picture", "content-type: image/png")

    with serve_raw(serve_bucket) as bucket:
        said = json.dumps({"status": "COMPLETED", "output": f"{bucket}/a.png?sig=1"}).encode()

        def handle(connection, _):
            answer(connection, said, "content-type: application/json")

        with serve_raw(handle) as root:
            flags = ["--mode", mode, "--record", "recording", "--upstream", root]
            ran = execute(*flags, "--", "sh", "-c", FETCH, folder=tmp_path)
    shown = bucket.replace("http://", "https://api.segmind.com/-http/")
    assert ran.stdout == f"{shown}/a.png?sig=1\na picture", ran.stderr
    result, picture = read(tmp_path)
    assert result.body.document["output"].startswith(f"{bucket}/a.png?")
    assert (picture.url.partition("?")[0], picture.body.content) == (
        f"{bucket}/a.png",
        b"a picture",
    )


@pytest.mark.parametrize("mode", MODES)
def test_no_key_is_made_up_and_no_emulator_named(service, tmp_path, mode):
    """Any key would do for an emulator, and none of ours may come to the service."""
    script = f"env | grep -E 'SEGMOCK_(URL|EXEC)|SEGMIND_API'; {ASK}"
    flags = make_flags(service, mode, tmp_path)
    ran = execute(
        *flags, "--", "sh", "-c", script, folder=tmp_path, SEGMOCK_URL="http://127.0.0.1:1"
    )
    assert ran.stdout == '{"error":"Missing Authorization or x-api-key in header"}', ran.stdout
    assert "segmock exec: SEGMIND_API_KEY is not set; the program needs a real key" in ran.stderr
    (seen,) = read(tmp_path)
    assert (seen.status, seen.account) == (401, None)


@pytest.mark.parametrize("mode", MODES)
def test_other_hosts_stay_out_of_reach(service, tmp_path, mode):
    """And are named at the end, where it says what was recorded."""
    script = f"{ASK}; curl -sS https://example.com"
    flags = make_flags(service, mode, tmp_path)
    ran = execute(*flags, "--", "sh", "-c", script, folder=tmp_path, SEGMIND_API_KEY="SG_0")
    assert ran.returncode != 0
    told = [line for line in ran.stderr.splitlines() if line.startswith("segmock exec: ")]
    assert "1 exchange recorded, 0 runs, $0.00 spent" in told[-2]
    assert "; refused 1 other host: example.com" in told[-2]
    assert told[-1].endswith(f"`segmock recordings show {tmp_path / 'recording'}`")


@pytest.mark.parametrize("mode", MODES)
def test_a_budget_holds(service, tmp_path, mode):
    """The program gets an answer of the gateway's shape."""
    flags = [*make_flags(service, mode, tmp_path), "--budget", "0.01"]
    run = f"{ASK.replace('/get-user-credits', '/ideogram-3')} --json '{{}}' -w '%{{http_code}}'"
    ran = execute(*flags, "--", "sh", "-c", run, folder=tmp_path, SEGMIND_API_KEY="SG_0")
    assert ran.stdout.endswith("402"), ran.stderr
    assert "segmock exec: POST /v1/ideogram-3 was not sent: it can cost $0.113" in ran.stderr


def test_a_program_that_is_not_there_is_told_as_ever(service, tmp_path):
    """By the exit status of shells; no session is left of it."""
    ran = execute(*make_flags(service, "env", tmp_path), "--", "nobody-has-this", folder=tmp_path)
    assert ran.returncode == 127
    assert "segmock exec: nobody-has-this: " in ran.stderr
    assert not (tmp_path / "recording").exists()


REFUSED = {
    "a clock": (["--record", "r", "--clock", "auto"], ["--clock is about the emulator"]),
    "rules": (["--record", "r", "--strict"], ["--strict is about the emulator"]),
    "a budget": (["--budget", "1"], ["--budget is about a recording", "--record DIR"]),
    "lines in JSON": (["--record", "r", "--log", "json"], ["--log json is about the emulator"]),
    "a price": (["--price", "a=1"], ["--price is about a recording"]),
    "a price of no budget": (["--record", "r", "--price", "a=1"], ["give --budget DOLLARS too"]),
    "no price": (["--record", "r", "--price", "a"], ["'a' is no price; write SLUG=DOLLARS"]),
    "less than nothing": (["--record", "r", "--price", "a=-1"], ["'a=-1' is no price"]),
    "what is kept": (["--keep", "media=dropped"], ["--keep is about a recording"]),
    "an upstream": (["--upstream", "https://a.example"], ["--upstream is about a recording"]),
    "a path": (["--record", "r", "--upstream", "https://a.example/v1"], ["give the root alone"]),
}


@pytest.mark.parametrize(("flags", "told"), REFUSED.values(), ids=REFUSED)
def test_flags_that_would_say_nothing_are_refused(run, tmp_path, flags, told):
    """Before the program is started."""
    result = run("exec", *flags, "--", sys.executable, "-c", "open('it-ran', 'w')")
    assert_refused(result, *told)
    assert list(tmp_path.iterdir()) == []


def test_settings_of_an_emulator_in_the_environment_are_left_aside(service, tmp_path):
    """They are for all commands."""
    flags = make_flags(service, "env", tmp_path)
    ran = execute(
        *flags, "--", "sh", "-c", ASK, folder=tmp_path, SEGMIND_API_KEY="SG_0", SEGMOCK_CLOCK="auto"
    )
    assert ran.returncode == 0, ran.stderr
