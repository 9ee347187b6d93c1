"""The options of `pytest --pyargs client_tests`.

pytest reads the options of a folder's conftest in time only where that folder is named by its
path; where it is named by its package, segmock's own plugin loads this module.
"""

from __future__ import annotations

import pytest

_GROUP = "segmock-kit"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that name the client under test, once."""
    group = parser.getgroup(_GROUP, "the conformance kit for clients of the gateway")
    if group.options:
        return
    group.addoption("--driver", metavar="COMMAND", help="a program that speaks the kit's protocol")
    group.addoption("--python", metavar="MODULE:ATTR", help="a Python function, or a class of one")
    group.addoption("--kit-examples", type=int, default=100, help="cases for each property")
    group.addoption("--kit-seed", type=int, default=0, help="what those cases depend on")
