"""Env mode for real: programs of several languages, at the vendor's hosts and at others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.programs.env_mode import make_bypasses
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.programs.env_runs import OTHER_URL, SENTENCE, VENDOR_URL, running
from mockserver.tests.receivers import receiving
from mockserver.tests.tools import QUICK_JAVA, find_tool

CLIENTS = Path(__file__).parent / "clients"
PLAIN_URL = VENDOR_URL.replace("https:", "http:")


@pytest.fixture(scope="module")
def env():
    """A run in env mode."""
    with running() as run:
        yield run


@pytest.fixture(autouse=True)
def _forget_refusals(env):
    """Begin with nothing refused."""
    env.refused.clear()


def find_pythons():
    """Return interpreters that have no segmock, of each version from 3.8 on that is here."""
    ask = "import sys; print(sys.version_info >= (3, 8) and '%d.%d' % sys.version_info[:2] or '')"
    found = {}
    for path in [
        sys._base_executable,
        "/usr/bin/python3",
        *map(str, Path.home().glob(".pyenv/versions/*/bin/python")),
    ]:
        if Path(path).exists():
            asked = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False)
            found.setdefault(asked.stdout.strip(), path)
    found.pop("", None)
    return found


PYTHONS = find_pythons()


def assert_all_answered(answers):
    """See that each client got the vendor's answer."""
    assert answers
    assert {key: answer for key, answer in answers.items() if answer != 200} == {}


def assert_all_refused(answers, refused, hosts):
    """See that each client was refused, and each time told of."""
    assert answers
    assert [key for key, answer in answers.items() if not isinstance(answer, str)] == []
    assert {host for host, _ in refused} == hosts
    assert len(refused) >= len(answers)


def test_python_reaches_the_emulator_by_every_client(env):
    """Those that heed proxies and those that do not, under each loop."""
    answers = env.ask(sys.executable, CLIENTS / "ask.py", "all", VENDOR_URL, PLAIN_URL)
    assert len(answers) > 50
    assert_all_answered(answers)
    assert env.refused == []


def test_python_is_refused_every_other_host(env):
    """The error, or what caused it, has the sentence, but where a library swallows it.

    Those that try several addresses of a name do, where it is a port that is refused.
    """
    hosts = {"example.com:443", "api.segmind.com:8443"}
    answers = env.ask(sys.executable, CLIENTS / "ask.py", "all", *map("https://{}/".format, hosts))
    assert_all_refused(answers, env.refused, hosts)
    silent = {url for (_, url), answer in answers.items() if SENTENCE not in answer}
    assert silent == {"https://api.segmind.com:8443/"}
    assert all(SENTENCE in answer or "attempts" in answer for answer in answers.values())


def test_python_is_refused_other_addresses(env):
    """Where no name is looked up."""
    hosts = {"93.184.215.14:80", "[2001:db8::1]:80", "224.0.0.251:80", "255.255.255.255:80"}
    urls = map("http://{}/".format, hosts)
    answers = env.ask(sys.executable, CLIENTS / "ask.py", "plain", *urls)
    assert_all_refused(answers, env.refused, hosts)
    assert all(SENTENCE in answer for answer in answers.values())


@pytest.mark.parametrize("version", PYTHONS)
def test_another_python_needs_no_segmock(env, version):
    """The hook works with its standard library alone, from 3.8 on."""
    command = [PYTHONS[version], "-W", "error", CLIENTS / "ask.py", "plain"]
    assert_all_answered(env.ask(*command, VENDOR_URL))
    answers = env.ask(*command, OTHER_URL)
    assert_all_refused(answers, env.refused, {"example.com:443"})
    assert all(SENTENCE in answer for answer in answers.values())


def test_python_finds_servers_of_this_machine_as_before(env):
    """By proxies that pass them on, and by the hook."""
    with receiving() as own:
        url = f"{own.url}/x"
        urls = [url, url.replace("127.0.0.1", "localhost")]
        answers = env.ask(sys.executable, CLIENTS / "ask.py", "all", *urls)
    assert {key: answer for key, answer in answers.items() if "501" not in str(answer)} == {}
    assert env.refused == []


def test_a_sitecustomize_that_was_there_is_loaded(tmp_path):
    """After the hook, as if that were not there."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.mine = __name__, __file__\n")
    show = "import sys, sitecustomize as s; print(sys.mine, s.__file__)"
    with running({**os.environ, "PYTHONPATH": str(tmp_path)}) as run:
        printed = run.run(sys.executable, "-c", show, PYTHONPATH=str(tmp_path))
    mine = str(tmp_path / "sitecustomize.py")
    assert printed == f"{('sitecustomize', mine)} {mine}\n"


def test_node_reaches_the_emulator_by_every_client(env):
    """`fetch`, which heeds no proxies before Node 24, and whatever connects."""
    answers = env.ask(find_tool("node"), CLIENTS / "ask.mjs", VENDOR_URL, PLAIN_URL)
    numbers = {key: answer for key, answer in answers.items() if "request" in key[0]}
    assert_all_answered(numbers | {key: answers[key] for key in answers if key[0] == "fetch"})
    assert {answers["lookup in a callback", url] for url in (VENDOR_URL, PLAIN_URL)} == {4}
    assert {answers["named import", url] for url in (VENDOR_URL, PLAIN_URL)} == {"connected"}
    assert env.refused == []


def test_node_is_refused_every_other_host(env):
    """The error has the sentence, whichever client it is."""
    answers = env.ask(find_tool("node"), CLIENTS / "ask.mjs", OTHER_URL)
    assert {key: answer for key, answer in answers.items() if SENTENCE not in str(answer)} == {}
    assert {host for host, _ in env.refused} == {"example.com:443", "example.com"}


def test_node_warns_of_nothing_that_the_program_did_not_ask_for(env):
    """Node 22 does of variables for proxies; whatever else there is to say is said."""
    warn = "process.emitWarning('of ours', { code: 'UNDICI-EHPA' }); process.emitWarning('mine')"
    said = env.run("sh", "-c", 'exec "$@" 2>&1', "sh", find_tool("node"), "-e", warn)
    assert "mine" in said
    assert "of ours" not in said


def test_node_finds_servers_of_this_machine_as_before(env):
    """By name and by address."""
    with receiving() as own:
        urls = [f"{own.url}/x", f"{own.url}/x".replace("127.0.0.1", "localhost")]
        answers = env.ask(find_tool("node"), CLIENTS / "ask.mjs", *urls)
    assert {answers["fetch", url] for url in urls} == {501}
    assert env.refused == []


def test_java_reaches_the_emulator_and_is_refused_other_hosts(env):
    """Without the proxy it resolves no name of another host, and reaches the vendor neither."""
    urls = (VENDOR_URL, PLAIN_URL, OTHER_URL)
    answers = env.ask(find_tool("java"), *QUICK_JAVA, CLIENTS / "Ask.java", *urls)
    for client in ("HttpClient", "HttpURLConnection"):
        assert [answers[client, url] for url in urls[:2]] == [200, 200]
    assert {answers["own name", url] for url in urls} == {True}
    assert "403" in answers["HttpClient", OTHER_URL]
    assert SENTENCE in answers["HttpURLConnection", OTHER_URL]
    assert "UnknownHost" in answers["HttpURLConnection without proxy", OTHER_URL]
    assert "Connection refused" in answers["HttpURLConnection without proxy", VENDOR_URL]
    assert {host for host, _ in env.refused} == {"example.com:443"}


def test_curl_reaches_the_emulator(env):
    """It heeds proxies, and trusts the certificate by `CURL_CA_BUNDLE`."""
    command = (find_tool("curl"), "-sS", "-H", "x-api-key: SG_0123456789abcdef")
    for url in (VENDOR_URL, PLAIN_URL):
        assert "credits" in json.loads(env.run(*command, url))


def test_curl_is_refused_every_other_host(env):
    """At once, and with the sentence where it shows one."""
    shown = env.run(find_tool("curl"), "-sS", OTHER_URL.replace("https:", "http:"))
    assert SENTENCE in shown
    done = subprocess.run(
        [find_tool("curl"), "-sS", OTHER_URL],
        env=env.make_environment(os.environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert "403" in done.stderr
    assert [host for host, _ in env.refused] == ["example.com:80", "example.com:443"]


def test_wget_reaches_the_emulator(env):
    """It heeds proxies, and trusts the certificate by a setting."""
    command = (find_tool("wget"), "-qO-", "--header", "x-api-key: SG_0123456789abcdef")
    for url in (VENDOR_URL, PLAIN_URL):
        assert "credits" in json.loads(env.run(*command, url))


def test_php_reaches_the_emulator_by_curl_and_is_refused_other_hosts(env):
    """Its curl heeds proxies, and trusts the certificate by a setting."""
    urls = (VENDOR_URL, PLAIN_URL, OTHER_URL)
    answers = env.ask(find_tool("php"), CLIENTS / "ask.php", *urls)
    *answered, refused = (answers["curl", url] for url in urls)
    assert answered == [200, 200]
    assert "403" in refused
    assert [host for host, _ in env.refused] == ["example.com:443"]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({}, "127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "db.test, 10.0.0.0/8"}, "db.test,10.0.0.0/8,127.0.0.1,localhost,::1"),
        ({"no_proxy": "a", "NO_PROXY": "b,a"}, "b,a,127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "::1"}, "::1,127.0.0.1,localhost"),
        ({"NO_PROXY": "*"}, "127.0.0.1,localhost,::1"),
        (
            {"NO_PROXY": "segmind.com,.segmind.com,*.com,com:443,API.segmind.com:443,nd.com"},
            "nd.com,127.0.0.1,localhost,::1",
        ),
    ],
)
def test_what_bypassed_proxies_still_does_but_for_the_vendors_hosts(given, made):
    """This machine's names come last; what covers the vendor's hosts goes."""
    assert make_bypasses(given) == {"NO_PROXY": made, "no_proxy": made}


def test_what_the_callers_environment_has_stays():
    """Options for Node and Java and paths for Python stay, and ours come beside them."""
    given = {
        "NODE_OPTIONS": "--no-deprecation",
        "JAVA_TOOL_OPTIONS": "-Dmine=1",
        "PYTHONPATH": "/mine",
        "no_proxy": "mine.test",
        "HTTPS_PROXY": "http://proxy.mine.test:3128",
        "SEGMIND_API_KEY": "mine",
    }
    with running(given) as run:
        made = run.make_environment(given)
    assert made["NODE_OPTIONS"].startswith("--no-deprecation --require=")
    assert made["JAVA_TOOL_OPTIONS"].startswith("-Dmine=1 -D")
    assert made["PYTHONPATH"].endswith(f"{os.pathsep}/mine")
    assert made["NO_PROXY"] == made["no_proxy"] == "mine.test,127.0.0.1,localhost,::1"
    assert made["HTTPS_PROXY"] == made["https_proxy"] == made["all_proxy"] != given["HTTPS_PROXY"]
    assert made["SEGMIND_API_KEY"] == "mine"
    assert made["SEGMOCK_EXEC"] == "env"


def test_nothing_stays_on_disk(tmp_path, monkeypatch):
    """What Python compiles of the hook is gone with it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with running() as run:
        run.run(sys.executable, "-c", "import socket")
        assert list(tmp_path.iterdir()) != []
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_is_not_there_is_an_error(env):
    """For whoever starts it to tell."""
    with pytest.raises(FileNotFoundError):
        env.mode.start(["segmock-is-not-there"], dict(os.environ))
    process = env.mode.start([sys.executable, "-c", "raise SystemExit(7)"], dict(os.environ))
    assert process.wait(PATIENCE_S) == 7
