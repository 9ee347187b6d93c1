"""The examples of README and docs are what they seem: lines to type, programs, rules, a model."""

import json
import re
import shlex
import tomllib

import click
import pytest
from click.testing import CliRunner

from mockserver.cli import main
from mockserver.tests.pages import ALL, ROOT, examples


def typed(text):
    """Return the words of each `segmock …` of a block: behind its prompts, if it has any."""
    lines = text.replace("\\\n", " ").splitlines()
    prompted = [line for line in lines if line.startswith("$ ")]
    for line in prompted or lines:
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if words and words[0].rpartition("/")[2] == "segmock":
            end = next((n for n, word in enumerate(words) if word in {"|", "&", ">", "&&"}), None)
            yield words[1:end]


def parse(words):
    """Read a command line as click does, without carrying it out.

    Raises:
        UsageError: there is no such command or option, or a value is missing or none of those.
    """
    command, context = main, click.Context(main, **main.context_settings)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, command, words = command.resolve_command(context, list(words))
        context = click.Context(command, parent=context, info_name=name)
    values, rest, _ = command.make_parser(context).parse_args(list(words))
    for param in command.params if not isinstance(command, click.Group) else ():
        value = values.get(param.name)
        if not isinstance(value, str | tuple | list) and param.required:
            raise click.MissingParameter(ctx=context, param=param)
        if isinstance(value, str) and not isinstance(param.type, click.Path):
            param.type_cast_value(context, value)
    if rest and not context.allow_extra_args:
        raise click.UsageError(f"too many arguments: {rest}", context)


LINES = [
    pytest.param(words, id=f"{block.id}-{' '.join(words)[:40]}")
    for block in examples("console|sh|bash")
    for words in typed(block.values[0])
]


@pytest.mark.parametrize("words", LINES)
def test_every_command_line_of_an_example_can_be_typed(words):
    """The command exists, and knows its options and their values."""
    parse(words)


@pytest.mark.parametrize("words", ["serv", "serve --prot 1", "faults plan", "openapi --format x"])
def test_a_command_line_with_a_slip_is_seen(words):
    """So the test above can fail."""
    with pytest.raises(click.UsageError):
        parse(words.split())


def test_every_target_of_make_that_is_named_is_there():
    """`make x` in a text is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    wanted = set(re.findall(r"(?:`|\$ )make ([a-z-]+)", ALL))
    assert [each for each in wanted if not re.search(rf"^{each}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("text", examples("python"))
def test_every_python_example_is_python(text):
    """Those that can be run are, in test_examples."""
    compile(text, "example", "exec")


@pytest.mark.parametrize("text", examples("json"))
def test_every_json_example_is_json(text):
    """Also those of one line."""
    assert json.loads(text)


@pytest.mark.parametrize("text", examples("toml"))
def test_every_toml_example_is_toml(text):
    """Settings and rules."""
    assert tomllib.loads(text)


@pytest.mark.parametrize("text", examples("json", "README.md", "docs/faults.md"))
def test_every_rule_of_an_example_can_be_armed(text, tmp_path):
    """The rules of the pages are read as those of a file."""
    file = tmp_path / "rules.json"
    file.write_text(f"[{text}]", encoding="utf-8")
    done = CliRunner().invoke(main, ["faults", "plan", str(file)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("text", examples("toml", "docs/faults.md"))
def test_every_file_of_rules_can_be_armed(text, tmp_path):
    """The same for TOML."""
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["faults", "plan", str(file), "--route", "status"])
    assert "429" in done.output


def test_the_example_model_is_one(tmp_path, make_client):
    """The model file of the docs can be saved, linted and called."""
    [[text]] = [each.values for each in examples("json", having="x-model")]
    (tmp_path / "tiny-painter.json").write_text(text, encoding="utf-8")
    client = make_client(models=tmp_path)
    answer = client.post("/v1/tiny-painter", {"prompt": "A thimble", "size": "512x512"})
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
