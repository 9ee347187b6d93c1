"""`segmock models import`: contracts of pages, lists of models, OpenAPI documents, recordings."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.base.json_encoding import encode_pretty
from mockserver.base.plurals import count
from mockserver.cli.catalogue import load_catalogue
from mockserver.cli.help_texts import render_examples
from mockserver.cli.model_files import folder_argument, force_flag, refuse_overwriting, write_model
from mockserver.cli.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.cli.model_files import WrittenModel
    from mockserver.contract.models import Model
    from mockserver.importing.contracts import Contract

STDIN = "-"


@click.command(
    "import",
    short_help="Make contracts of pages, lists, OpenAPI documents or recordings.",
    epilog=render_examples(
        "segmock models import page.html --out my_models",
        "segmock openapi --format json | segmock models import - --slug ideogram-3",
        "segmock models import recordings/first --out my_models",
    ),
)
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--slug", help="The model of a page that names none or several; of others, the one.")
@folder_argument
@force_flag
@click.option("--json", "as_json", is_flag=True, help="Print a report as JSON.")
def import_models(
    source: Path, slug: str | None, folder: Path, *, force: bool, as_json: bool
) -> None:
    """Write a contract for each model that SOURCE describes.

    SOURCE is a saved model page (text or HTML), an answer of the vendor's model list, an OpenAPI
    document (JSON or YAML), a recording (its folder), or - for stdin. What it does not say is
    assumed, and each assumption is told on stderr. Exit 0: written, and nothing is wrong with it.
    1: written, and something is. 2: nothing was written.
    """
    catalogue = load_catalogue()
    kind, contracts = _read_contracts(source, slug, catalogue.models)
    slugs = [each.document["x-model"]["slug"] for each in contracts]
    refuse_overwriting(folder, slugs, force=force)
    written = [write_model(folder, each.document, catalogue.schemas) for each in contracts]
    if as_json:
        models = [
            _report(each, contract) for each, contract in zip(written, contracts, strict=True)
        ]
        report = {"source": _name_source(source), "kind": kind, "models": models}
        click.echo(encode_pretty(report).decode())
    else:
        _print(kind, source, folder, written, contracts)
    if any(each.problems for each in written):
        sys.exit(1)


def _read_contracts(
    source: Path, slug: str | None, known: Mapping[str, Model]
) -> tuple[str, list[Contract]]:
    """Return what a source is, in words, and a contract for each of its models."""
    from mockserver.edges.realtime import read_utc_us

    date = dt.datetime.fromtimestamp(read_utc_us() / 1e6, dt.UTC).date().isoformat()
    read = _read_recording if source.is_dir() else _read_description
    try:
        return read(source, slug, date, known)
    except ValueError as error:
        raise Refusal(f"{_name_source(source)}: {error}") from None


def _read_recording(
    folder: Path, slug: str | None, date: str, known: Mapping[str, Model]
) -> tuple[str, list[Contract]]:
    from mockserver.importing.recorded_contracts import KIND, make_recorded_contracts
    from mockserver.recordings.reader import RecordingError, find_sessions, read_recording

    if not find_sessions(folder):
        raise Refusal(
            f"{folder}: it is a folder; name a file, or the folder of a recording, which has "
            "*.jsonl files in it, as `segmock record` writes them"
        )
    try:
        recording = read_recording(folder)
    except RecordingError as error:
        raise Refusal(str(error)) from None
    return KIND, make_recorded_contracts(recording, slug, date, known)


def _read_description(
    source: Path, slug: str | None, date: str, known: Mapping[str, Model]
) -> tuple[str, list[Contract]]:
    from mockserver.importing.contracts import make_contract
    from mockserver.importing.sources import parse_source

    name = _name_source(source)
    read = parse_source(_read_text(source), slug)
    return read.kind, [
        make_contract(draft, name, date, known[draft.slug].terms if draft.slug in known else None)
        for draft in read.drafts
    ]


def _name_source(source: Path) -> str:
    """Return what a source is called where it is told."""
    return "stdin" if str(source) == STDIN else str(source)


def _read_text(source: Path) -> str:
    from mockserver.base.text_encodings import decode_text
    from mockserver.contract.files import read_text

    return decode_text(sys.stdin.buffer.read()) if str(source) == STDIN else read_text(source)


def _report(written: WrittenModel, contract: Contract) -> dict[str, Any]:
    terms = contract.document["x-model"]
    return {
        "slug": terms["slug"],
        "file": str(written.file),
        "level": terms["level"],
        "parameters": list(contract.document["properties"]),
        "assumptions": contract.assumptions,
        "problems": [str(problem) for problem in written.problems],
    }


def _print(
    kind: str, source: Path, folder: Path, written: list[WrittenModel], contracts: list[Contract]
) -> None:
    click.echo(f"{_name_source(source)}: {kind}, {count(len(contracts), 'model')}", err=True)
    for each, contract in zip(written, contracts, strict=True):
        for assumption in contract.assumptions:
            click.echo(f"{each.file.name}: {assumption}", err=True)
        for problem in each.problems:
            click.echo(f"broken  {problem}", err=True)
        parameters = count(len(contract.document["properties"]), "parameter")
        assumed = count(len(contract.assumptions), "assumption")
        level = contract.document["x-model"]["level"]
        click.echo(f"written  {each.file}  {level}, {parameters}, {assumed}")
    click.echo(f"Serve with: segmock serve --models {folder}")
