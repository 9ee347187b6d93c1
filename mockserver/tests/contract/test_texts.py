"""What the gateway says is data: each text with the facts behind it, and each of them is said."""

import ast
from functools import cache
from pathlib import Path

import pytest

import mockserver
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.files import find_data_dir, read_json
from mockserver.contract.texts import find_text, load_texts

ROWS = read_json(find_data_dir("contracts") / "texts.json")["texts"]
CODE = [
    file
    for folder in ("contract", "rules", "state", "gateway", "control")
    for file in (Path(mockserver.__file__).parent / folder).rglob("*.py")
]


def strings_in(file):
    """Return every string of a module that is no docstring."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    }


@cache
def find_strings():
    """Return every string of the code."""
    return set().union(*map(strings_in, CODE))


def test_a_text_is_found_by_its_id():
    """It is the text of the row, byte for byte."""
    assert {row["id"]: row["text"] for row in ROWS} == load_texts()
    assert find_text("run_blocked") == "The request was blocked by the content policy."
    with pytest.raises(KeyError):
        find_text("nobody said this")


def test_every_text_rests_on_facts_of_the_register():
    """Each names facts that there are, and says when it comes."""
    known = {fact.id for fact in load_shipped_catalogue().behaviours}
    assert [row["id"] for row in ROWS if not set(row["facts"]) <= known] == []


def test_every_text_is_said_by_its_id_alone():
    """None is in the table for nothing, and none stands in code as well."""
    assert [row["id"] for row in ROWS if row["id"] not in find_strings()] == []
    assert [row["text"] for row in ROWS if row["text"] in find_strings()] == []


def test_no_message_of_an_error_stands_in_code():
    """Refusals have their words from the table of errors."""
    messages = {
        row.message for row in load_shipped_catalogue().errors.values() if " " in row.message
    }
    assert messages & find_strings() == set()
