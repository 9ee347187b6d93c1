"""Which checks failed last, kept in the kit's folder for `--last-failed`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from client_tests.running.results import Result

_NAME = "last-failed.json"
_RAN = {"passed", "failed", "flaky"}


def read_last_failed(folder: Path) -> frozenset[str]:
    """Return the ids of the checks that failed when they were run last; none if nobody knows."""
    try:
        document = json.loads((folder / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    ids = document.get("failed") if isinstance(document, dict) else None
    return frozenset(each for each in ids if isinstance(each, str)) if ids else frozenset()


def save_last_failed(folder: Path, results: Iterable[Result]) -> None:
    """Note which checks have failed; of those that were not run, what was known stays.

    Raises:
        OSError: the folder cannot be written.
    """
    ran = [each for each in results if each.status in _RAN]
    failed = read_last_failed(folder) - {each.id for each in ran}
    failed |= {each.id for each in ran if each.status != "passed"}
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"failed": sorted(failed)}, indent=2) + "\n"
    (folder / _NAME).write_text(text, encoding="utf-8")
