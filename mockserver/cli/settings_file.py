"""The file that settings come from: which one it is, what it says, and in which line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from mockserver.base.documents import parse_toml
from mockserver.base.toml_places import find_toml_line
from mockserver.cli.refusals import Refusal
from mockserver.contract.files import read_text

FILES = ("segmock.toml", "pyproject.toml")
"""Where settings are looked for unless a file is named, in this order."""


class SettingsFile(NamedTuple):
    """A file of settings.

    Attributes:
        name: Its path; empty where there is none.
        settings: What it says.
        text: The whole of it.
        table: The names of the tables in it that the settings are in.
    """

    name: str = ""
    settings: dict[str, Any] = {}  # noqa: RUF012 (nobody changes it)
    text: str = ""
    table: tuple[str, ...] = ()

    def render_place(self, *keys: str) -> str:
        """Return where a setting is written: `segmock.toml: line 3`, as far as that is known."""
        line = find_toml_line(self.text, [*self.table, *keys])
        return self.name if line is None else f"{self.name}: line {line}"


def read_settings_file(path: Path | None) -> SettingsFile:
    """Read the file that is named, else the first of `FILES` that is there and has settings.

    Raises:
        Refusal: it cannot be read.
    """
    for candidate in [path] if path else map(Path, FILES):
        if not candidate.is_file():
            continue
        try:
            text = read_text(candidate)
            document = parse_toml(text)
        except ValueError as error:
            raise Refusal(f"{candidate}: {error}") from None
        if (found := _find_settings(candidate, text, document)) is not None:
            return found
    return SettingsFile()


def _find_settings(file: Path, text: str, document: dict[str, Any]) -> SettingsFile | None:
    """Return [tool.segmock] of a document, or the document itself where that is for segmock."""
    tools = document.get("tool", {})
    table = tools.get("segmock") if isinstance(tools, dict) else tools
    if table is None and file.name != "pyproject.toml":
        own = {key: value for key, value in document.items() if key != "tool"}
        return SettingsFile(str(file), own, text)
    if table is not None and not isinstance(table, dict):
        raise Refusal(f"{file}: [tool.segmock] is to be a table; it is {table!r}")
    return None if table is None else SettingsFile(str(file), table, text, ("tool", "segmock"))
