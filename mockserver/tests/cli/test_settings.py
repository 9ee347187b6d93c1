"""Where the settings of a server come from: flags, variables, a file; the command as a process."""

from __future__ import annotations

import httpx
import pytest

from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, client_of
from mockserver.tests.processes import (
    assert_one_line,
    credits_at,
    refused,
    serving,
)

BROKEN_FILES = {
    "syntax": ("port = \n", "segmock.toml", "line 1"),
    "bytes": ("port = \udcff", "segmock.toml", "UTF-8"),
    "unknown key": ("nothing = 1", "segmock.toml", "'nothing'"),
    "key with hyphens": ("max-body-mib = 1", "segmock.toml", "max_body_mib"),
    "accounts": ("accounts = 3", "accounts", "object"),
    "account": ("[accounts.SG_1]\nplan = 'golden'", "'golden'", "unlimited"),
    "account key": ("[accounts.SG_1]\nbalance = 1", "`balance`", "accounts"),
    "account value": ("[accounts.SG_1]\ncredits = -1", "credits", "-1"),
    "tool": ("tool = 3", "segmock.toml", "tool"),
    "tool.segmock": ("tool.segmock = 3", "segmock.toml", "tool.segmock"),
}


@pytest.mark.parametrize(("text", "where", "reason"), BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_a_broken_settings_file_is_refused(tmp_path, text, where, reason):
    """A settings file that cannot be used is refused in one line that says what is wrong."""
    (tmp_path / "segmock.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert_one_line(refused("--port", "0", cwd=tmp_path), where, reason)


PRECEDENCE = {
    "default": ([], {}, "", 100),
    "file": ([], {}, "credits = 1", 1),
    "environment": ([], {"SEGMOCK_CREDITS": "2"}, "credits = 1", 2),
    "flag": (["--credits", "3"], {"SEGMOCK_CREDITS": "2"}, "credits = 1", 3),
}


@pytest.mark.parametrize(("flags", "env", "text", "expected"), PRECEDENCE.values(), ids=PRECEDENCE)
def test_a_flag_beats_the_environment_and_that_the_file(tmp_path, flags, env, text, expected):
    """A setting comes from its flag, else its variable, else the file, else the default."""
    (tmp_path / "segmock.toml").write_text(text)
    with serving(*flags, cwd=tmp_path, env=env) as served:
        assert credits_at(served.url) == expected


FILES = {
    "segmock.toml": ([], {}, {"segmock.toml": "credits = 7"}),
    "pyproject.toml": ([], {}, {"pyproject.toml": "[tool.segmock]\ncredits = 7"}),
    "segmock.toml with a table": ([], {}, {"segmock.toml": "[tool.segmock]\ncredits = 7"}),
    "segmock.toml first": (
        [],
        {},
        {"segmock.toml": "credits = 7", "pyproject.toml": "[tool.segmock]\ncredits = 8"},
    ),
    "--config": (
        ["--config", "mine.toml"],
        {},
        {"mine.toml": "credits = 7", "segmock.toml": "credits = 8"},
    ),
    "SEGMOCK_CONFIG": ([], {"SEGMOCK_CONFIG": "mine.toml"}, {"mine.toml": "credits = 7"}),
    "pyproject.toml of another tool": (
        ["--credits", "7"],
        {},
        {"pyproject.toml": "[tool.other]\nnothing = 1"},
    ),
}


@pytest.mark.parametrize(("flags", "env", "files"), FILES.values(), ids=FILES)
def test_settings_are_found_in_their_file(tmp_path, flags, env, files):
    """Settings are read from the file that is named, else from segmock.toml or pyproject.toml."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with serving(*flags, cwd=tmp_path, env=env) as served:
        assert credits_at(served.url) == 7


LISTED = f"""
accept = "listed"
clock = "frozen"

[accounts.{KEY}]
plan = "free"
credits = 0.1
denied_models = ["ideogram-2a-txt-2-img"]

[accounts.{OTHER_KEY}]
credits = 3
"""


@pytest.mark.fact("A3", "A6")
def test_accounts_can_be_listed_in_the_file(tmp_path):
    """With `accept = "listed"` the accounts of the file are valid, as described; others are not."""
    (tmp_path / "segmock.toml").write_text(LISTED)
    with serving(cwd=tmp_path) as served, client_of(served.url) as client:
        account = client.get(f"/_mock/accounts/{KEY}").json()
        forbidden = client.post("/v2/ideogram-2a-txt-2-img", json=PROMPT)
        unknown = client.get(CREDITS, headers={"x-api-key": f"{KEY}0"})
        assert credits_at(served.url, OTHER_KEY) == 3
    assert (account["credits"], account["requests_per_minute"]) == (0.1, 5)
    assert (forbidden.status_code, unknown.status_code) == (403, 401)


def test_money_in_the_file_is_decimal(tmp_path):
    """An amount in the file is the decimal that is written there."""
    (tmp_path / "segmock.toml").write_text("credits = 0.1")
    with serving(cwd=tmp_path) as served:
        text = httpx.get(served.url + CREDITS, headers={"x-api-key": KEY}).text
    assert '"credits":0.1,' in text
