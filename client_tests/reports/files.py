"""Reports as files: JSON, JUnit XML and HTML, wherever they are wanted."""

from __future__ import annotations

import json
from pathlib import Path

from client_tests.reports import html, json_report, junit
from client_tests.running.results import Report


def write_reports(
    report: Report, *, as_json: Path | None, as_junit: Path | None, as_html: Path | None
) -> None:
    """Write the files that are wanted, into folders that are there.

    Raises:
        OSError: one cannot be written; its `filename` says which.
    """
    if as_json is not None:
        _write(as_json, json.dumps(json_report.document(report), indent=2) + "\n")
    if as_junit is not None:
        _write(as_junit, junit.render(report))
    if as_html is not None:
        _write(as_html, html.render(report))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        error.filename = str(path)
        raise
