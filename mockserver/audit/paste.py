"""The test to add where nothing noticed a mutant, whole, so that it can be pasted."""

from __future__ import annotations

from collections.abc import Callable

from mockserver.audit.mutants import Mutant
from mockserver.audit.paste_node import render_node_test, render_vitest
from mockserver.audit.paste_python import render_pytest, render_unittest
from mockserver.audit.paste_shell import render_shell
from mockserver.audit.recipes import Recipe, Way, find_recipe

LANGUAGES: dict[Way, str] = {
    "pytest": "python",
    "respx": "python",
    "unittest": "python",
    "node-test": "js",
    "vitest": "js",
    "shell": "sh",
}
"""What a pasted test is written in, as highlighters call it."""

_WRITERS: dict[Way, Callable[[Recipe], str]] = {
    "pytest": render_pytest,
    "respx": lambda recipe: render_pytest(recipe, "segmock_respx"),
    "unittest": render_unittest,
    "node-test": render_node_test,
    "vitest": render_vitest,
    "shell": render_shell,
}


def render_paste(mutant: Mutant, way: Way, route: str | None = None) -> str:
    """Return a test that arms the fault of a mutant, and asserts what a right client does.

    It is complete but for one line, which `recipes.MARK` stands behind: the call of the client.

    Args:
        mutant: Which.
        way: How the suite reaches the emulator.
        route: The route on which the mutant struck the suite.
    """
    return _WRITERS[way](find_recipe(mutant, route))
