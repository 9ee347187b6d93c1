"""`segmock store`: a table for people, JSON for programs."""

from __future__ import annotations

import json

import httpx
import pytest

from mockserver.cli.store import _render_age, _render_server, _render_size
from mockserver.emulator import Emulator
from mockserver.shared.admin import StoreInfo
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.conftest import KEY


@pytest.fixture
def used_url(redis_url):
    """A store with two worlds, in each of which one account has asked once."""
    for seed in (0, 42):
        transport = Emulator(store=redis_url, seed=seed).transport
        with httpx.Client(transport=transport, headers={"x-api-key": KEY}) as client:
            client.get("http://localhost/v1/get-user-credits")
    return redis_url


def test_what_is_in_a_store_is_a_table(run, used_url):
    """A line for each seed, below one that says what serves the store."""
    lines = run("store", "info", "--store", used_url).stdout.splitlines()
    assert lines[0].startswith("Redis ")
    assert f" at {used_url}, append-only file off" in lines[0]
    assert lines[1].split()[:4] == ["seed", "accounts", "jobs", "exchanges"]
    assert [line.split()[:4] for line in lines[2:]] == [["0", "1", "0", "1"], ["42", "1", "0", "1"]]
    assert all(line.endswith(" s ago") for line in lines[2:])


def test_what_is_in_a_store_is_json(run, used_url):
    """Of the one seed that was asked for."""
    result = run("store", "info", "--seed", "42", "--json", env={"SEGMOCK_STORE": used_url})
    [world] = json.loads(result.stdout)["worlds"]
    assert (world["seed"], world["accounts"]) == (42, 1)


def test_the_settings_file_names_the_store(run, used_url, tmp_path):
    """As it does for servers; its seed is theirs, and narrows nothing here."""
    (tmp_path / "segmock.toml").write_text(f'store = "{used_url}"\nseed = 42\n')
    assert len(run("store", "info").stdout.splitlines()) == 4


def test_an_empty_store_is_called_so(run, redis_url):
    """In words, not by a table without lines."""
    assert run("store", "info", "--store", redis_url).stdout.endswith("\nnothing is kept there\n")


def test_what_was_removed_is_told(run, used_url):
    """One world, then all that is left, then nothing."""
    clear = ("store", "clear", "--store", used_url)
    [line] = run(*clear, "--seed", "42").stdout.splitlines()
    assert line.startswith("removed seed 42: ")
    assert line.endswith(" keys")
    assert run(*clear, "--seed", "42").stdout == "seed 42 was not there\n"
    assert list(json.loads(run(*clear, "--json").stdout)["removed"]) == ["0"]
    assert run(*clear).stdout == "nothing was there\n"
    assert json.loads(run(*clear, "--json").stdout) == {"removed": {}}


@pytest.mark.parametrize("command", ["info", "clear"])
@pytest.mark.parametrize(
    ("flags", "parts"),
    [
        ([], ["which store?", "redis://HOST:PORT/DB"]),
        (["--store", "memory"], ["which store?"]),
        (["--store", "redis://me:hush@127.0.0.1:9/0"], ["nobody answers", "me:***@127.0.0.1:9"]),
        (["--store", "http://me:hush@127.0.0.1"], ["'http://me:***@127.0.0.1'", "redis://HOST"]),
    ],
)
def test_a_store_that_cannot_be_is_refused(run, command, flags, parts):
    """One line and exit code 2; the password is in none."""
    result = run("store", command, *flags)
    assert_refused(result, *parts)
    assert "hush" not in result.stderr


def test_what_would_be_lost_is_told():
    """Where there is no append-only file, and where keys may be dropped."""
    info = StoreInfo(
        server="Valkey 8.0.1", url="redis://h/0", is_append_only=True, evicts=None, worlds=[]
    )
    assert _render_server(info) == "Valkey 8.0.1 at redis://h/0, append-only file on"
    other = StoreInfo(
        server="Redis 7.0", url="unix:///s", is_append_only=False, evicts="allkeys-lru", worlds=[]
    )
    assert _render_server(other) == (
        "Redis 7.0 at unix:///s, append-only file off: all is lost when it ends; "
        "drops keys when it is full (allkeys-lru)"
    )


def test_sizes_and_ages_are_of_the_largest_unit():
    """As people say them."""
    sizes = [0, 1023, 1024, 5 * 1024**2 // 2, 3 * 1024**3]
    assert list(map(_render_size, sizes)) == ["0 B", "1023 B", "1 KiB", "2.5 MiB", "3 GiB"]
    ages = [0.9, 59, 61, 7200, 3 * 86_400]
    assert list(map(_render_age, ages)) == ["0 s", "59 s", "1 min", "2 h", "3 d"]
