"""Where the settings of a server come from: flags, variables, a file; the command as a process."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from mockserver import cli
from mockserver.cli.settings import OTHERS
from mockserver.tests.cli.results import assert_refused
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT
from mockserver.tests.edges.test_asgi import CREDITS, client_of
from mockserver.tests.pages import ALL
from mockserver.tests.processes import credits_at, serving

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
def test_a_broken_settings_file_is_refused(run, text, where, reason):
    """A settings file that cannot be used is refused in one line that says what is wrong."""
    Path("segmock.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert_refused(run("serve", "--port", "0"), where, reason)


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


@pytest.mark.parametrize(
    ("text", "env", "words"),
    [
        ('clock = "warp"', {}, ["segmock.toml: line 1: 'warp'", "modes: real"]),
        ('plan = "fre"', {}, ["segmock.toml: line 1: there is no plan 'fre'", "mean `free`?"]),
        ("speed = 0", {}, ["speed in segmock.toml: line 1"]),
        ("", {"SEGMOCK_CLOCK": "warp"}, ["SEGMOCK_CLOCK: 'warp'", "modes: real"]),
        (
            f"[accounts.{OTHER_KEY}]\n[accounts.{KEY}]\nplan = 'fre'",
            {},
            [f"segmock.toml: line 3: account ...{KEY[-4:]}: there is no plan 'fre'", "`free`"],
        ),
        (
            f"[accounts.{KEY}]\nplann = 'free'",
            {},
            ["segmock.toml: line 2: account ", "mean `plan`?"],
        ),
        ("accounts = 3", {}, ["segmock.toml: line 1: accounts is 3"]),
        ("\n\nclok = 'auto'", {}, ["segmock.toml: line 3: unknown setting 'clok'", "`clock`"]),
        ("port = [\n1]", {}, ["segmock.toml: line 1: port is a list"]),
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_told_with_its_source(run, text, env, words):
    """The file or the variable in which it was written, and of an account whose it is."""
    Path("segmock.toml").write_text(text)
    assert_refused(run("serve", "--port", "0", env=env), *words)


def test_a_flag_that_cannot_be_is_not_blamed_on_the_file(run):
    """The file says something else, and nothing wrong."""
    Path("segmock.toml").write_text('plan = "free"')
    result = run("serve", "--port", "0", "--clock", "warp", env={"SEGMOCK_CONFIG": "segmock.toml"})
    assert_refused(result, "segmock: 'warp' is not a clock mode")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CLOK", "CLOCK"),
        ("Clock", "CLOCK"),
        ("CREDIT", "CREDITS"),
        ("MAXBODY_MIB", "MAX_BODY_MIB"),
        ("ADMIN_TOKENS", "ADMIN_TOKEN"),
    ],
)
def test_a_misspelt_variable_is_refused(run, name, meant):
    """As a misspelt flag is: the server would do what its user did not mean."""
    result = run("serve", env={f"SEGMOCK_{name}": "1"})
    assert_refused(result, f"no variable SEGMOCK_{name}", f"did you mean SEGMOCK_{meant}?")


def test_a_variable_that_nobody_reads_is_named(run):
    """It may be somebody's own, so it stops nothing."""
    name = "OF_OURS"
    result = run("serve", "--clock", "warp", env={f"SEGMOCK_{name}": "1"})
    first, second = result.stderr.splitlines()
    assert first == f"segmock: nothing reads the variable SEGMOCK_{name}"
    assert "'warp'" in second


@pytest.mark.parametrize(
    "name",
    ["URL", "ADMIN_TOKEN", "COMMAND", "GUARD", "STORM", "SERVICE_HOST", "PORT_8765_TCP_ADDR"],
)
def test_variables_of_others_are_no_settings(run, name):
    """Those of clients and of tests, and what Kubernetes sets where a service is called segmock."""
    result = run("serve", "--clock", "warp", env={f"SEGMOCK_{name}": "http://127.0.0.1:1"})
    assert_refused(result, "'warp'")


def test_no_variable_that_the_pages_name_is_taken_for_a_mistake():
    """Those of fixtures, clients and containers included: they may be set for a whole shell."""
    named = set(re.findall(r"\bSEGMOCK_[A-Z0-9_]*[A-Z0-9]\b", ALL))
    assert len(named) > 30
    known = {flag.envvar for flag in cli.main.commands["serve"].params} | OTHERS
    assert named - known == {"SEGMOCK_CLOK"}, "which is the example of a mistake"
