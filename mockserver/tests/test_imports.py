"""No module imports itself by way of others: each can be read, and loaded, after those it needs."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


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
