"""The `segmock` command: its help, its version, and what it imports to show them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from mockserver import __version__, cli


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command."""
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", [*commands(cli.main)], ids=" ".join)
def test_every_command_has_help(run, words):
    """Every command says how it is used and what it does, and each of its options as well."""
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: {' '.join(('segmock', *words))}")
    assert re.search(r"\n\n  [A-Z][^.]+\.", result.stdout)
    assert "\\b" not in result.stdout
    assert run(*words, "-h").stdout == result.stdout


def test_examples_in_the_help_keep_their_lines(run):
    """The examples of `serve --help` are lines that can be copied."""
    assert "\n    segmock serve --speed 1 --plan pro " in run("serve", "--help").stdout


def test_help_needs_no_settings(run, tmp_path):
    """Help is there for somebody whose settings file is broken."""
    (tmp_path / "segmock.toml").write_text("nothing = 1")
    assert run("serve", "--help").exit_code == 0


def test_the_version_is_that_of_the_package(run):
    """`--version` names the version, what pip calls the package, and the Python it runs on."""
    python = ".".join(map(str, sys.version_info[:3]))
    told = f"segmock {__version__} (segmind-emulator, Python {python})\n"
    assert run("--version").stdout == told


@pytest.mark.parametrize("words", ["--help", "--version", "models --help", "faults plan --help"])
def test_what_a_command_works_with_is_not_imported_for_its_help(words):
    """Of the emulator, help needs the command alone; of libraries, click and msgspec."""
    code = (
        "import sys\n"
        "from mockserver.cli import main\n"
        f"main({words.split()!r}, standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = [name.split(".") for name in done.stderr.split()]
    parts = {name[1] for name in names if name[0] == "mockserver" and len(name) > 1}
    assert parts == {"base", "cli", "contract", "extras"}
    heavy = {"asyncio", "client_tests", "httptools", "jsonschema", "PIL", "starlette", "yaml"}
    assert {name[0] for name in names} & heavy == set()
