"""The programs that the page shows to send an exchange again: each is run as it is shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import httpx
import pytest

from mockserver.tests.conftest import KEY, PROMPT
from mockserver.tests.page.hostile_texts import SHORT
from mockserver.tests.tools import find_tool

LONGEST_S = 120
JSON = {"content-type": "application/json"}
ODD = (
    'it\'s "quoted" `id` $(id) ${HOME} \\ \\n %s %n !! \n\r\t\x07\x1b[31m \x00 '
    "\u202eabc\u2066 \u200b\ufeff\u00a0\u2028 \U000e0041 \u0601 </script> 🚤 👩\u200d🚀 é ü 漢"
)
TEXT = "it's `id` $(id) %d \\x \r\n\x00\x1b[31m\u202e🚤"
WORDS = {"prompt": ODD, "texts": SHORT, "class": 1, "ein Name": None, "__proto__": {"a": True}}
NUMBERS = b'{"prompt": "a", "seed": 12345678901234567890123, "x": 1.0, "y": 1e300, "z": -0.5}'
PARTS = b'--xx\r\ncontent-disposition: form-data; name="prompt"\r\n\r\nit\'s a "boat"\r\n--xx--\r\n'


class Sent(NamedTuple):
    """A request that is to be sent again."""

    name: str
    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = {}  # noqa: RUF012 (nobody changes it)
    key: str | None = KEY


def encode(value: Any) -> bytes:
    """Return a value as JSON."""
    return json.dumps(value).encode()


SENT = [
    Sent("a submit", "POST", "/v2/ideogram-3", encode(PROMPT), JSON),
    Sent("a run on v1", "POST", "/v1/ideogram-3", encode(PROMPT), JSON),
    Sent("hostile words", "POST", "/v2/ideogram-3", encode(WORDS), JSON),
    Sent("an argument of the SDK's own", "POST", "/v2/ideogram-3", encode({"slug": "x"}), JSON),
    Sent("numbers beyond 53 bits", "POST", "/v2/ideogram-3", NUMBERS, JSON),
    Sent("much", "POST", "/v2/ideogram-3", encode({"prompt": "'" * 50_000}), JSON),
    Sent("another media type", "POST", "/v2/ideogram-3", TEXT.encode(), {"content-type": "text/x"}),
    Sent("none", "POST", "/v2/ideogram-3", encode(PROMPT)),
    Sent("a list", "POST", "/v2/ideogram-3", b"[1]", JSON),
    Sent("a text in JSON", "POST", "/v2/ideogram-3", b'"a"', JSON),
    Sent("an empty text in JSON", "POST", "/v2/ideogram-3", b'""', JSON),
    Sent("an empty body", "POST", "/v2/ideogram-3", b"", JSON),
    Sent("a file that begins with @", "POST", "/v2/ideogram-3", b"@/etc/passwd", JSON),
    Sent(
        "a form",
        "POST",
        "/v2/ideogram-3",
        PARTS,
        {"content-type": "multipart/form-data; boundary=xx"},
    ),
    Sent("no model", "POST", "/v2/no-model", encode(PROMPT), JSON),
    Sent("no key", "POST", "/v2/ideogram-3", encode(PROMPT), JSON, None),
    Sent(
        "a Bearer",
        "POST",
        "/v2/ideogram-3",
        encode(PROMPT),
        {**JSON, "authorization": "Bearer " + KEY},
        None,
    ),
    Sent("the credits", "GET", "/v1/get-user-credits"),
    Sent(
        "headers",
        "GET",
        "/v1/get-user-credits",
        None,
        {"x-odd": "it's `id` $(id) \"", "accept": "a/b"},
    ),
    Sent("an unknown path", "GET", "/no%20where/%C3%BC%3F%25/it's?a=[1]&b={2}&c=%27$(id)`id`|"),
    Sent("a job that is not", "GET", "/v2/requests/0123456789abcdef0123456789abcdef/status"),
    Sent("another verb", "DELETE", "/v2/ideogram-3"),
    Sent("a HEAD", "HEAD", "/v2/ideogram-3"),
    Sent(
        "a GET with a body", "GET", "/finetune/request/details", encode({"request_id": "x"}), JSON
    ),
    Sent(
        "an upload",
        "POST",
        "/upload-asset",
        encode({"data_urls": ["data:text/plain;base64,YQ=="]}),
        JSON,
    ),
]


@pytest.fixture
def again(open_view):
    """Return what the page shows of an exchange, by its number."""
    page = open_view("verdicts")

    def show(seq: int) -> dict[str, str]:
        shown: list[dict[str, str]] = page.evaluate(
            """async (seq) => {
                const { makeAgain } = await import("/_mock/page/again/again.mjs");
                const { loadSources } = await import("/_mock/page/again/again_sources.mjs");
                const { isVisible } = await import("/_mock/page/base/text.mjs");
                const { loadWhole } = await import("/_mock/page/common/exchange_source.mjs");
                const sources = await loadSources(await loadWhole(seq));
                return makeAgain(sources).map(
                    (each) => ({ ...each, isVisible: isVisible(each.text) })
                );
            }""",
            seq,
        )
        assert all(each["isVisible"] for each in shown), shown
        return {each["title"]: each["text"] for each in shown}

    return show


def send(server, sent: Sent) -> dict[str, Any]:
    """Send a request; return its exchange."""
    server.ask(sent.method, sent.path, key=sent.key, content=sent.body, headers=dict(sent.headers))
    return server.list_exchanges(last=1)[0]


DRIVERS = {
    "curl": ("sh", "sh", 'for name in "$@"; do sh "$name"; done'),
    "Python": (
        "py",
        "python",
        """
import runpy, sys, traceback
for name in sys.argv[1:]:
    try: runpy.run_path(name)
    except Exception: traceback.print_exc()
""",
    ),
    "Node": (
        "mjs",
        "node",
        """
for (const name of process.argv.slice(2)) {
    try { await import(name); } catch (error) { console.error(error); }
}
""",
    ),
}
"""The suffix of programs, what runs them, and what runs one after the other: they may end badly."""


def run_each(language: str, texts: list[str], folder: Path) -> str:
    """Run programs, as somebody would who has copied them; return what they complain of."""
    suffix, tool, text = DRIVERS[language]
    driver = folder / f"all.{suffix}"
    driver.write_text(text, encoding="utf-8")
    names = [folder / f"{place}.{suffix}" for place in range(len(texts))]
    for name, program in zip(names, texts, strict=True):
        name.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable if tool == "python" else find_tool(tool), driver, *names],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "SEGMIND_API_KEY": KEY},
        capture_output=True,
        timeout=LONGEST_S,
        check=False,
    )
    return done.stderr.decode()


def outline(exchange: dict[str, Any]) -> dict[str, Any]:
    """Return what has to be the same of an exchange that is sent again."""
    headers = exchange["request"]["headers"]
    names = ("content-type", "x-api-key", "authorization", "x-odd")
    return {
        **{name: exchange.get(name) for name in ("method", "route", "model", "status")},
        "path": unquote(exchange["path"]),
        "body": exchange["request"]["body"],
        "headers": {name: headers.get(name) for name in names},
    }


@pytest.mark.parametrize("language", ["curl", "Python", "Node"])
def test_a_program_sends_the_request_again(server, again, tmp_path, language):
    """Method, path, type, key and body are the same, and so is the status."""
    exchanges = [send(server, sent) for sent in SENT]
    texts = [again(exchange["seq"])[language] for exchange in exchanges]
    complaints = run_each(language, texts, tmp_path)
    sent_again = server.list_exchanges(after=exchanges[-1]["seq"])
    assert [outline(new) for new in sent_again] == [outline(old) for old in exchanges], complaints


FAULTS = [
    {"status": 503, "body": "html"},
    {"reset": True},
    {"truncate_bytes": 20},
    {"status": 429},
]


def test_a_test_has_the_same_status_with_an_account_of_its_own(server, again, tmp_path):
    """Where a fault struck, one strikes; where a job had ended, one ends so."""
    exchanges = [send(server, sent) for sent in SENT]
    exchanges += [strike(server, effect) for effect in FAULTS]
    exchanges += list(follow_jobs(server))
    for exchange in exchanges:
        text = again(exchange["seq"])["pytest"]
        (tmp_path / f"test_{exchange['seq']}.py").write_text(
            # What rules its client breaks is not the question here.
            f"import pytest\n\npytestmark = pytest.mark.segmock(strict=False)\n{text}",
            encoding="utf-8",
        )
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=."]
    done = subprocess.run(
        [*words, f"--segmock-url={server.url}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert f"{len(exchanges)} passed" in done.stdout, done.stdout[-6000:] + done.stderr


def strike(server, effect: Any) -> dict[str, Any]:
    """Strike a submit with an effect; return its exchange."""
    rule = {"api_key": KEY, "do": effect, "on": {"route": "submit"}, "times": 1}
    server.steer("POST", "/_mock/faults", rule)
    with suppress(httpx.HTTPError, ValueError):
        server.submit()
    return server.list_exchanges(last=1)[0]


def follow_jobs(server):
    """Yield polls of jobs in each state, of one that ran over, and of accounts that may not run."""
    changes = [
        {"state": "PROCESSING"},
        {"state": "COMPLETED"},
        {"state": "FAILED", "error": "Under a stone \u202e"},
        {"expire": True},
    ]
    for change in changes:
        job = server.submit()
        server.steer("PATCH", f"/_mock/jobs/{job['request_id']}", change)
        for url in (job["status_url"], job["response_url"], job["poll_url"]):
            server.ask("GET", url)
            yield server.list_exchanges(last=1)[0]
    for fields in ({"credits": 0}, {"denied_models": ["ideogram-3"]}, {"status": "revoked"}):
        key = f"SG_{len(str(fields)):016x}"
        server.steer("PUT", f"/_mock/accounts/{key}", fields)
        yield send(server, SENT[0]._replace(key=key))
