"""The fenced blocks of README and docs: what each is, and what of it is typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mockserver.tests.pages import PAGES

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SAVED = re.compile(r"`([\w.-]+\.(?:py|mjs))`:\n*$")
"""The sentence above a block that is to be saved ends in its name and a colon."""

RUN = {"python", "js", "sh", "console"}
READ = {"json", "toml", "yaml", "powershell", "text", ""}
"""Data, which other tests read, what is typed on Windows, and pictures made of letters."""

NOT_RUN = {
    r"(\w+=\S+ )?make\b": "makes an environment, and runs all that there is",
    r"(pip|npm) (install|pack) |python3 -m venv |\. \.venv|git clone ": "fetches packages and "
    "programs of others; the former other tests do",
    r"segmock verify |pytest --pyargs client_tests|(\w+=\S+ )?segmock exec --record ": "plays for "
    "minutes, or asks the real service; tests of the kit and of recorders do so with others",
    r"docker |SEGMOCK_ADMIN_TOKEN=sesame ": "needs Docker; test_container_image runs what it runs",
    r"segmock selfcheck": "tries every fault everywhere; so does test_selfcheck",
}
"""Beginnings of command lines that are parsed, but not carried out, and why."""

ENDLESS = re.compile(r"segmock (serve\b(?!.*&$)|record |tail\b)|curl -N ")
"""Command lines that go on until they are stopped."""

DESCRIBES = re.compile(r"segmock (openapi|models show)\b")
"""Command lines that print a description of the gateway, which names the vendor's hosts."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; `name` is the file that it is to be saved as, if it is."""

    page: str
    number: int
    language: str
    text: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.page}, block {self.number} ({self.language})"


@dataclass(frozen=True)
class Command:
    """A line that is typed, and the lines that are shown to come of it."""

    line: str
    shown: tuple[str, ...] = ()

    @property
    def why_not_run(self) -> str:
        """Return the reason for which it is not carried out; none if it is."""
        found = (why for pattern, why in NOT_RUN.items() if re.match(pattern, self.line))
        return next(found, "")


def find_blocks(page: str) -> list[Block]:
    """Return the blocks of a page, from top to bottom."""
    text = PAGES[page]
    return [
        Block(page, number, found[1], found[2], _name_of(text[: found.start()]))
        for number, found in enumerate(FENCE.finditer(text), 1)
    ]


def _name_of(above: str) -> str:
    found = SAVED.search(above)
    return found[1] if found else ""


def read_commands(block: Block) -> Iterator[Command]:
    """Yield what is typed at the prompts of a console."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, *shown = part.replace("\\\n", " ").splitlines()
        yield Command(re.sub(r"\s+#\s.*$", "", line), tuple(filter(None, shown)))


def match_shown(shown: str) -> re.Pattern[str]:
    """Return what a line looks like that is shown: `…` is anything, a number is any number."""
    return re.compile(re.sub(r"\d+", r"\\d+", re.escape(shown).replace("…", ".*")))
