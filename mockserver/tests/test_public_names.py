"""No public name goes, or changes, unless somebody means it."""

from __future__ import annotations

import difflib

import pytest

from mockserver.tests.public_names import LIST, find_imports, find_object, render_list


def test_every_public_name_is_as_it_was():
    """Commands, flags, variables, routes, keys, effects, verdicts, fixtures, what is imported."""
    stands, is_now = LIST.read_text(encoding="utf-8"), render_list()
    changes = difflib.unified_diff(
        stands.splitlines(), is_now.splitlines(), "as it was", "as it is", n=0, lineterm=""
    )
    assert stands == is_now, (
        "public names changed; a change that is meant goes into CHANGELOG.md, and then\n"
        "    python -m mockserver.tests.public_names --write\n" + "\n".join(changes)
    )


@pytest.mark.parametrize("name", sorted(find_imports()))
def test_what_the_pages_import_is_there(name):
    """Each name that README and docs import, or name in full."""
    assert find_object(name) is not None
