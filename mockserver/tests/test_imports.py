"""No module imports itself by way of others: each can be read, and loaded, after those it needs."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import environment


def test_no_modules_import_each_other_in_a_circle():
    """What is imported for types alone does not count here; the contract of folders counts it."""
    graph = grimp.build_graph(
        "mockserver", "client_tests", exclude_type_checking_imports=True, cache_dir=None
    )
    assert len(graph.modules) > 100
    check_order({each: graph.find_modules_directly_imported_by(each) for each in graph.modules})


def test_a_circle_is_found_however_long():
    """The check itself fails where it must."""
    with pytest.raises(CycleError):
        check_order({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()})


def check_order(imports: dict[str, set[str]]) -> None:
    """Raise CycleError, which names the modules, if there is no order in which to load them."""
    TopologicalSorter(imports).prepare()


NEVER_AT_THE_START = ("facts", "recordings", "recorder", "replay", "drift", "verifier", "spending")
"""Folders about the real service, which an emulator that plays no recording has no use for."""

PROGRAM = """
import sys

import mockserver
import mockserver.testing.pytest_plugin
from mockserver.cli import main
import mockserver.cli.serving, mockserver.edges.serve, mockserver.edges.worker
from mockserver.emulator import Emulator

main(["serve", "--help"], standalone_mode=False)
Emulator().account()
print(*(name for name in sys.modules if name.startswith("mockserver.")))
"""


def test_nothing_about_the_real_service_is_loaded_before_it_is_asked_for():
    """Every start would be slower by it, and so would each run of a user's tests."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    loaded = [name.split(".") for name in done.stdout.splitlines()[-1].split()]
    assert ["mockserver", "gateway"] in loaded
    assert [name for name in loaded if name[1] in NEVER_AT_THE_START] == []
