"""What it costs to have every model of the vendor's: at the start, and when all are asked for.

Processes with all models and with the whole contracts alone, read at once as all once were, take
turns; each makes an emulator and tells its CPU seconds and resident bytes. `python
benchmarks/models.py` prints medians and their differences.
"""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import TypeAlias

ROUNDS = 9
MIB = 1024 * 1024
AIM_START_S, AIM_START_BYTES = 0.040, 15 * MIB
"""How much more a start may take with all models."""

_MAKE = """
import json, resource, time
from mockserver.contract import model_catalogue
from mockserver.contract.directory import Directory
from mockserver.emulator import Emulator

if {wholes_alone}:
    model_catalogue.load_directory = lambda path: Directory(date="", models=[])
    index_files = model_catalogue._index_files
    model_catalogue._index_files = (
        lambda folder: index_files(folder) if folder.name == "models" else {{}}
    )
begun = time.process_time()
emulator = Emulator()
models = emulator.catalogue.models
if {all_at_once}:
    for model in models.values():
        model.validator.is_valid({{}})
with open("/proc/self/statm") as file:
    resident = int(file.read().split()[1]) * resource.getpagesize()
print(json.dumps([time.process_time() - begun, resident, len(models)]))
"""

Cost: TypeAlias = tuple[float, int, int]
"""CPU seconds, resident bytes and the number of models."""


def measure(*, wholes_alone: bool, all_at_once: bool) -> Cost:
    """Return what a process of its own takes to make an emulator, and to build every model."""
    program = _MAKE.format(wholes_alone=wholes_alone, all_at_once=all_at_once)
    answer = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    seconds, resident, models = json.loads(answer.stdout)
    return seconds, resident, models


def main() -> None:
    """Measure in turns, print medians, and end with 1 where an aim is missed."""
    rounds: list[tuple[Cost, Cost, Cost]] = [
        (
            measure(wholes_alone=True, all_at_once=True),
            measure(wholes_alone=False, all_at_once=False),
            measure(wholes_alone=False, all_at_once=True),
        )
        for _ in range(ROUNDS)
    ]
    names = ("whole contracts alone, at once", "all models, at the start", "all models, built")
    costs = {}
    for name, measured in zip(names, zip(*rounds, strict=True), strict=True):
        seconds, resident = (
            median(each[0] for each in measured),
            median(each[1] for each in measured),
        )
        costs[name] = seconds, resident
        print(
            f"{name:32} {measured[0][2]:4} models  {seconds * 1000:6.1f} ms CPU"
            f"  {resident / MIB:6.1f} MiB"
        )
    more_s = costs[names[1]][0] - costs[names[0]][0]
    more_bytes = costs[names[1]][1] - costs[names[0]][1]
    print(
        f"a start takes {more_s * 1000:+.1f} ms (at most {AIM_START_S * 1000:+.0f}) and "
        f"{more_bytes / MIB:+.1f} MiB (at most {AIM_START_BYTES / MIB:+.0f}) with all of them"
    )
    sys.exit(more_s > AIM_START_S or more_bytes > AIM_START_BYTES)


if __name__ == "__main__":
    main()
