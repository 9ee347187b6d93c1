"""The emulator as a Python object: its settings, what it shares, and what it imports."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from shutil import copy
from typing import Any

import httpx
import pytest

from mockserver import Emulator, Settings
from mockserver.base.clock import parse_iso
from mockserver.base.errors import ContractError, EmulatorError
from mockserver.contract.files import find_data_dir
from mockserver.state.account import AccountSettings
from mockserver.tests.conftest import FIXED, KEY, OTHER_KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, SUBMIT, ask_app
from mockserver.tests.processes import environment

ROOT = "http://emulator.test"


def ask(emulator: Emulator, method: str, path: str, **options: Any) -> httpx.Response:
    """Send a request to an emulator with the usual key."""
    headers = {"x-api-key": KEY} | options.pop("headers", {})
    return ask_app(emulator, method, f"{ROOT}{path.removeprefix(ROOT)}", headers=headers, **options)


def run_for_picture(emulator: Emulator, params: Any, key: str = KEY) -> tuple[str, bytes]:
    """Run a job to its end; return its id and the bytes of its image."""
    headers = {"x-api-key": key}
    job = ask(emulator, "POST", SUBMIT, json=params, headers=headers).json()
    ask(emulator, "PATCH", "/_mock/clock", json={"advance_s": 60})
    result = ask(emulator, "GET", job["response_url"], headers=headers).json()
    return job["request_id"], ask(emulator, "GET", result["output"]).content


# Settings


def test_settings_are_a_record_or_its_fields():
    """Settings can be given as one record or by name; what is not given has its default."""
    by_name, as_record = (
        Emulator(seed=7, clock="frozen"),
        Emulator(Settings(seed=7, clock="frozen")),
    )
    assert by_name.settings == as_record.settings
    assert (by_name.settings.plan, by_name.settings.credits) == ("unlimited", 100)


def test_the_clock_of_an_emulator_is_real_unless_told():
    """Without a mode the clock runs as the real one does."""
    assert ask(Emulator(), "GET", "/_mock/clock").json()["mode"] == "real"


def test_a_clock_can_be_given():
    """The source of real time can be given, for tests that want to turn it by hand."""
    instants = iter(range(0, 100_000_000, 1_000_000))
    emulator = Emulator(clock="x60", monotonic=lambda: next(instants))
    first, second = (emulator.control.show_health()["clock"]["now_utc"] for _ in range(2))
    assert first < second


@pytest.mark.parametrize("mode", ["real", "x60", "auto", "frozen"])
def test_clocks_start_now_or_where_they_are_told_to(mode):
    """Now is the whole second of the real time; an instant is taken as it is."""
    utc = parse_iso("2026-11-26T03:04:05.678Z")
    for start, expected in (
        ("now", "2026-11-26T03:04:05.000000Z"),
        ("2026-01-01T12:00:00.5+01:00", "2026-01-01T11:00:00.500000Z"),
    ):
        emulator = Emulator(clock=mode, clock_start=start, monotonic=lambda: 0, utc=lambda: utc)
        assert emulator.control.show_health()["clock"]["now_utc"] == expected


def test_accounts_are_there_from_the_start():
    """Accounts of the settings are there at once, and again after a reset."""
    accounts = {KEY: AccountSettings(credits=Decimal(5), plan="free")}
    emulator = Emulator(accept="listed", accounts=accounts)
    for _ in range(2):
        assert ask(emulator, "GET", CREDITS).json()["credits"] == 5
        assert ask(emulator, "GET", CREDITS, headers={"x-api-key": OTHER_KEY}).status_code == 401
        ask(emulator, "PUT", f"/_mock/accounts/{KEY}", json={"credits": 1})
        ask(emulator, "POST", "/_mock/reset", json={})


@pytest.mark.parametrize(
    "fields",
    [
        {"clock": "fast"},
        {"plan": "golden"},
        {"credits": Decimal("NaN")},
        {"accept": "all"},
        {"v1": "xml"},
        {"validation": "strict"},
        {"types": "upfront"},
        {"credits_status": 400},
        *(
            {"clock_start": wrong}
            for wrong in ("", "soon", "1969-12-31", "9000-01-02", "2026-13-01")
        ),
        {"speed": 0},
        {"speed": float("nan")},
        {"seed": 10**64},
        {"max_body_mib": 0},
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_refused(fields):
    """A value that makes no sense is refused when the emulator is made, with a hint."""
    with pytest.raises(EmulatorError) as caught:
        Emulator(**fields)
    assert caught.value.hint


def test_an_unknown_setting_is_refused():
    """A setting that there is not is refused by name."""
    with pytest.raises((TypeError, EmulatorError), match="sped"):
        Emulator(sped=1)


def test_fields_outrank_settings():
    """Fields beside a record of settings change it, and leave the record as it was."""
    settings = Settings(seed=3, speed=5)
    changed = Emulator(settings, seed=7).settings
    assert (changed.seed, changed.speed, settings.seed) == (7, 5, 3)


def test_credits_can_be_a_plain_number():
    """Credits given as a plain number are the decimal that it reads as."""
    assert '"credits":0.1,' in ask(Emulator(credits=0.1), "GET", CREDITS).text


@pytest.mark.parametrize("kind", [str, Path])
def test_a_folder_of_models_can_be_text_or_a_path(tmp_path, kind):
    """The folder of models can be given as text and as a path."""
    copy(find_data_dir("contracts") / "models" / "mock-inference.json", tmp_path)
    model = Emulator(models=kind(tmp_path)).catalogue.models["mock-inference"]
    assert model.file.parent == tmp_path


def test_a_missing_folder_of_models_is_refused(tmp_path):
    """A folder of models that is not there is refused with its name."""
    with pytest.raises(ContractError, match="nowhere"):
        Emulator(models=tmp_path / "nowhere")


# Separate worlds


def test_the_shipped_contracts_are_loaded_once(tmp_path):
    """A second emulator costs no second reading; one with models of its own has its own."""
    copy(find_data_dir("contracts") / "models" / "mock-inference.json", tmp_path)
    first, second, other = Emulator(), Emulator(), Emulator(models=tmp_path)
    assert first.catalogue is second.catalogue
    assert first.catalogue is not other.catalogue


def test_two_emulators_share_nothing():
    """A job, a clock and an account of one emulator are not there in another."""
    one, other = (Emulator(clock="frozen", **FIXED) for _ in range(2))
    job = ask(one, "POST", SUBMIT, json=PROMPT).json()
    ask(one, "PATCH", "/_mock/clock", json={"advance_s": 60})
    assert ask(one, "GET", job["status_url"]).json()["status"] == "COMPLETED"
    assert ask(other, "GET", job["status_url"]).status_code == 404
    assert ask(other, "GET", CREDITS).json()["credits"] == 100
    assert ask(other, "GET", "/_mock/clock").json()["now_utc"] == "2026-01-01T00:00:00.000000Z"
    routes = [
        exchange["route"] for exchange in ask(other, "GET", "/_mock/requests").json()["requests"]
    ]
    assert routes == ["status", "credits"]


def test_the_same_seed_gives_the_same_world():
    """Two emulators with one seed give the same ids and the same image, byte for byte."""
    first, second = (run_for_picture(Emulator(clock="frozen", seed=7), PROMPT) for _ in range(2))
    assert first == second


def test_another_seed_gives_another_world():
    """Another seed gives other ids and, where the job names no seed, another image."""
    one, other = (run_for_picture(Emulator(clock="frozen", seed=seed), PROMPT) for seed in (7, 8))
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_an_image_depends_on_the_job_alone():
    """With a seed in the job the image is the same, whatever the key and the emulator's seed."""
    params = {**PROMPT, "seed": 4711}
    one, other = (
        run_for_picture(Emulator(clock="frozen", seed=seed), params, key)
        for seed, key in ((7, KEY), (8, OTHER_KEY))
    )
    assert one[0] != other[0]
    assert one[1] == other[1]


# Serving


def test_an_emulator_keeps_its_state_between_servers():
    """The world is the emulator's: a second server of it, later or beside, serves the same."""
    emulator = Emulator(clock="frozen")
    headers = {"x-api-key": KEY}
    with emulator.live() as first:
        job = httpx.post(first.url + SUBMIT, json=PROMPT, headers=headers).json()
    path = f"/v2/requests/{job['request_id']}/status"
    with emulator.live() as one, emulator.live() as another:
        answers = [httpx.get(server.url + path, headers=headers) for server in (one, another)]
    assert [answer.status_code for answer in answers] == [200, 200]
    with pytest.raises(httpx.ConnectError):
        httpx.get(first.url)


def test_a_port_in_use_is_refused():
    """A port that is taken is refused with its number and a hint."""
    emulator = Emulator()
    with emulator.live() as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(EmulatorError, match=str(port)), emulator.live(port=port):
            pass


# Imports


def list_modules_after(code: str, *names: str) -> list[str]:
    """Run code in a fresh interpreter; return which of these packages it has imported."""
    probe = f"{code}\nimport sys, json\nprint(json.dumps(sorted(set(sys.modules) & {set(names)})))"
    done = subprocess.run(
        [sys.executable, "-c", probe], env=environment(), capture_output=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_the_package_imports_nothing_heavy():
    """`import mockserver` brings in none of the libraries that take time."""
    heavy = ("PIL", "httpx", "jsonschema", "jsonschema_rs", "msgspec", "starlette", "uvicorn")
    assert list_modules_after("import mockserver; mockserver.__version__", *heavy) == []


def test_starting_to_serve_imports_only_what_serves():
    """A server starts without the libraries that explain, draw or print."""
    code = "from mockserver import Emulator\nwith Emulator().live():\n    pass"
    assert list_modules_after(code, "PIL", "httpx", "jsonschema", "uvicorn", "yaml") == ["uvicorn"]


def test_an_unknown_name_of_the_package_is_an_attribute_error():
    """The package says of a name that it does not have that it does not have it."""
    with pytest.raises(AttributeError, match="Emulators"):
        __import__("mockserver").Emulators  # noqa: B018
