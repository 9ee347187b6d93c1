"""Reports as files: JSON, JUnit XML, HTML and more, wherever they are wanted."""

from __future__ import annotations

import json
from pathlib import Path

from client_tests.reports import html, json_report, junit
from client_tests.reports.badge import render_badge, render_endpoint
from client_tests.reports.known_lines import render_known_lines
from client_tests.running.results import Report


def write_reports(
    report: Report,
    *,
    as_json: Path | None,
    as_junit: Path | None,
    as_html: Path | None,
    as_badge: Path | None = None,
    as_known: Path | None = None,
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
    if as_badge is not None:
        is_endpoint = as_badge.suffix == ".json"
        _write(as_badge, render_endpoint(report) if is_endpoint else render_badge(report))
    if as_known is not None:
        _write(as_known, render_known_lines(report))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        error.filename = str(path)
        raise
