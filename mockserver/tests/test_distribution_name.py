"""No text sends its reader to the package index for `segmock`, which is another project there."""

import re
import subprocess

import pytest

from mockserver.extras import DISTRIBUTION
from mockserver.tests.pages import ROOT

STRANGER = "segmock"
PROGRAMS = "pip3?|pipx|uv|poetry|pdm|hatch|conda|rye"
INSTALLERS = rf"(?:{PROGRAMS})(?:\ tool)?\ (?:install|add|download|run|sync)|uvx"
WRONG = re.compile(
    rf"""(?:{INSTALLERS})\b[^\n`|;&]*?["'\ ]{STRANGER}(?![\w./-])  # a command that installs it
    | \b{STRANGER}\[[a-z]+(?:,\s*[a-z]+)*\]                        # with an extra
    | \b{STRANGER}\s?(?:[=~<>!]=|@\s)                              # with a version or a place
    | \b[Aa]dd\ `{STRANGER}`                                       # in words
    """,
    re.VERBOSE,
)


def list_texts():
    """Return every file of the repository that is text, by its path."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    found = {}
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in data:
            found[name] = data.decode()
    return found


@pytest.mark.parametrize(
    "told",
    [
        "pip install {0}",
        "pip install '{0}'",
        "pip install -U {0}",
        "python -m pip install --upgrade {0} httpx",
        "pip install httpx {0}",
        'pip install "{0}[kit]"',
        "the conformance kit (`{0}[kit]`)",
        '"{0}[respx, kit]"',
        "uvx {0} serve",
        "uv add --dev {0}",
        "uv tool install {0}",
        "pipx install {0}",
        "pipx run {0}",
        "poetry add {0}",
        'dependencies = ["{0}>=0.1"]',
        "{0}==0.1.0",
        "{0} @ git+https://example.com/x",
        "Add `{0}` to your test dependencies",
    ],
)
def test_a_text_that_sends_its_reader_to_the_stranger_is_found(told):
    """With any installer, as a requirement, or in words; of ours the same says nothing wrong."""
    assert WRONG.search(told.format(STRANGER))
    assert not WRONG.search(told.format(DISTRIBUTION))


@pytest.mark.parametrize(
    "told",
    [
        'pip install "PATH-OR-GIT-URL" and then `segmock serve`',
        "pip install -e . && segmock serve",
        'pip install "PATH-OR-GIT-URL"\nsegmock serve',
        "@pytest.mark.segmock(strict=False)",
        "from mockserver.testing import segmock",
        "[tool.segmock]",
        "version == segmock.version",
    ],
)
def test_the_command_and_the_fixture_may_be_named(told):
    """They keep their name."""
    assert not WRONG.search(told)


def test_no_text_of_the_repository_sends_its_reader_to_the_stranger():
    """Neither pages, help, errors, comments nor tests do."""
    texts = list_texts()
    assert {"README.md", "mockserver/extras.py", "docs/drivers.md"} <= set(texts)
    found = [f"{name}: {m[0]}" for name, text in texts.items() for m in WRONG.finditer(text)]
    assert found == []


def test_the_readme_says_that_the_stranger_is_another_project():
    """Somebody who searches the package index is warned."""
    assert f"`{STRANGER}` there is **another project**" in (ROOT / "README.md").read_text("utf-8")
