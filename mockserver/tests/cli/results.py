"""What tests of several commands say about results and folders."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from click.testing import Result

from mockserver.contract.catalogue import Catalogue


def make_models_folder(tmp_path: Path, **changes: Any) -> str:
    """Make a folder with a model of one's own, its `x-model` changed; return its path."""
    folder = tmp_path / "models"
    folder.mkdir()
    document = json.loads(Catalogue().models["mock-inference"].file.read_text())
    document["x-model"] |= {"slug": "mine"} | changes
    (folder / "mine.json").write_text(json.dumps(document))
    return str(folder)


def assert_refused(result: Result, *parts: str) -> None:
    """See that the command ended with 2 and one line on stderr that has these parts."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert re.fullmatch(r"segmock: [^\n]+\n", result.stderr), result.stderr
    for part in parts:
        assert part in result.stderr
