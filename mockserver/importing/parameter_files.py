"""The files of contracts/parameters: `python -m mockserver.importing.parameter_files` writes them.

With `--check` it writes nothing, and ends with 1 where a file is not as it would be written. What
cannot be read ends it with 2 before anything is written.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mockserver.base.errors import ContractError
from mockserver.base.json_encoding import encode_lines
from mockserver.contract.directory import load_directory
from mockserver.contract.files import find_data_dir, read_json
from mockserver.importing.corrections import BY_HAND, respect_hand
from mockserver.importing.observed_models import make_part, read_sightings

FOLDER = "parameters"


def make_files(sources: Path, contracts: Path) -> dict[Path, bytes]:
    """Return each file as the sources, and those who have corrected it by hand, have it.

    A model that has a whole contract needs none.

    Raises:
        ContractError: a line of a source, a file that is there, or what is listed in it as
            corrected by hand, cannot be read.
    """
    rows = load_directory(contracts / "directory.json").index_rows()
    files = {}
    for slug, sightings in read_sightings(sources).items():
        part = make_part(slug, sightings, rows.get(slug))
        if part is None or (contracts / "models" / f"{slug}.json").exists():
            continue
        path = contracts / FOLDER / f"{slug}.json"
        there: dict[str, Any] = read_json(path) if path.exists() else {}
        try:
            files[path] = encode_lines(respect_hand(part, there))
        except ValueError as error:
            raise ContractError(str(path), f"$['{BY_HAND}']", str(error)) from None
    return files


def find_differences(sources: Path, contracts: Path) -> dict[Path, str]:
    """Return each file that is not as it would be written, with what is wrong with it."""
    made = make_files(sources, contracts)
    wrong = dict.fromkeys((contracts / FOLDER).glob("*.json"), "no source speaks of it")
    for path, text in made.items():
        if not path.exists():
            wrong[path] = "it is missing"
        elif path.read_bytes() != text:
            wrong[path] = (
                "it is not what the sources say; list what was corrected by hand in its `x-by-hand`"
            )
        else:
            del wrong[path]
    return wrong


def write_files(sources: Path, contracts: Path) -> dict[Path, str]:
    """Write what differs, delete what no source speaks of, and return what was wrong."""
    wrong, made = find_differences(sources, contracts), make_files(sources, contracts)
    (contracts / FOLDER).mkdir(exist_ok=True)
    for path in wrong:
        if path in made:
            path.write_bytes(made[path])
        else:
            path.unlink()
    return wrong


def main(arguments: list[str]) -> int:
    """Write the files of this checkout, or only compare them, and tell what was wrong."""
    contracts = find_data_dir("contracts")
    act = find_differences if "--check" in arguments else write_files
    try:
        wrong = act(contracts.parent / "sources", contracts)
    except ContractError as error:
        print(error, file=sys.stderr)
        return 2
    for path, reason in sorted(wrong.items()):
        print(f"{path.name}: {reason}")
    return 1 if wrong and act is find_differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
