"""Help teaches: whole sentences, every flag explained, and lines to copy."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from mockserver.cli.help_texts import render_examples
from mockserver.tests.cli.commands import get_command, list_commands

COMMANDS = list_commands()
GROUPS = sorted({words[:count] for words in COMMANDS for count in range(len(words))})


def find_examples(text):
    """Return the lines of a help that can be copied."""
    return re.findall(r"^    (segmock .*)$", text, re.MULTILINE)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_of_itself(run, words):
    """One that names this command, and that its parser takes."""
    examples = find_examples(run(*words, "--help").stdout)
    own = [each for each in examples if each.startswith(" ".join(("segmock", *words)))]
    assert own
    for example in own:
        command = re.split(r"  +|[|>]", example)[0]
        arguments = shlex.split(command)[1 + len(words) :]
        if words != ("serve",):  # which reads settings as it parses
            get_command(words).make_context("segmock", arguments, resilient_parsing=False)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_flag_is_explained(words):
    """And says what it is unless it is given."""
    for option in get_command(words).params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            has_default = option.default not in (None, False, ()) and not option.multiple
            if has_default and isinstance(option.default, str | int | float):
                assert option.show_default, option.name


@pytest.mark.parametrize("words", GROUPS, ids=" ".join)
def test_lists_of_commands_are_whole_sentences(run, words):
    """In a terminal of 80 columns, none is cut."""
    text = run(*words, "--help", env={"COLUMNS": "80"}).stdout
    listed = text.partition("Commands:\n")[2].splitlines()
    assert listed
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


def test_exit_codes_are_told(run):
    """By the program, for all commands."""
    text = run("--help").stdout
    for code in ("0", "1", "2", "130", "143"):
        assert re.search(rf"\b{code}\b", text)


def test_one_line_is_an_example():
    """And several are examples."""
    assert render_examples("a") == "\b\nExample:\n  a"
    assert render_examples("a", "b") == "\b\nExamples:\n  a\n  b"


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        (("driver", "new", "pyton"), "python"),
        (("serve", "--accept", "lised"), "listed"),
        (("openapi", "--format", "yml"), "yaml"),
        (("verify", "client", "--feature", "runn"), "run"),
        (("verify", "client", "--list", "--only", "propery/*"), "property/*"),
        (("verify", "client", "--list", "--only", "property/stats"), "property/states"),
        (("models", "show", "ideogram3"), "`ideogram-3`"),
    ],
    ids=" ".join,
)
def test_a_word_that_was_meant_is_told(run, command, meant):
    """Wherever one of several is to be named."""
    result = run(*command)
    assert result.exit_code == 2
    assert f"did you mean {meant}?" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_saved_case_that_was_meant_is_told(run, tmp_path):
    """By the id of its check, or with a slip in it."""
    saved = tmp_path / ".segmock" / "failures" / "property" / "states.json"
    saved.parent.mkdir(parents=True)
    saved.write_text("{}")
    for name in ("property/states", "property/state.json"):
        result = run("verify", "replay", name, "--python", "a:b")
        assert result.exit_code == 2
        assert f"{name}: there is no such file (did you mean .segmock/" in result.stderr


@pytest.mark.parametrize("command", [("driver", "new", "cobol"), ("openapi", "--format", "x")])
def test_nothing_is_guessed_where_nothing_is_like_it(run, command):
    """The words that there are stand in the message."""
    result = run(*command)
    assert "did you mean" not in result.stderr
    assert "is not one of" in result.stderr
