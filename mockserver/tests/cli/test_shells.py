"""Each shell gets variables in quotes of its own: real ones read them back, PowerShell by rule."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.cli.shells import SHELLS, find_shell, render_variables
from mockserver.tests.processes import environment
from mockserver.tests.tools import find_tool

VALUES = {
    "WORD": "word",
    "EMPTY": "",
    "SPACES": "  two  spaces  ",
    "QUOTES": """it's "so" `so` ''""",
    "EXPANSIONS": "$HOME ${HOME} $(echo no) (echo no) %PATH% !! ~ * ? [a] {a,b}",
    "ESCAPES": r"\ \\ \n \' \" \u0041",
    "OPERATORS": "a; b & c | d > e < f # g = h",
    "ENDS": "ends in \\",
    "LINES": "one\ntwo\n\nfour",
    "FOREIGN": "café \u2018\u2019\u201a\u201b 鍵 🔑",
    "PROXIES": "127.0.0.1,localhost,::1,[::1],*",
}
"""What the shells read in many ways; each value has to come through as it is."""

TELL = f"{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"


def run_shell(shell: str, script: str, home: Path) -> dict[str, str]:
    """Run a script in a real shell; return the environment of what it starts.

    fish writes settings and a history into the folders of its user, which are in `home` here.
    """
    folders = {f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "DATA", "CACHE")}
    done = subprocess.run(
        [find_tool(shell), "-c", script],
        env=environment(HOME=str(home), **folders),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("shell", ["sh", "bash", "fish"])
def test_a_real_shell_reads_every_value_as_it_is(tmp_path, shell):
    """Nothing is expanded, carried out or lost."""
    script = render_variables(VALUES, shell if shell in SHELLS else "sh")
    found = run_shell(shell, f"{script}\n{TELL}", tmp_path)
    assert {name: found.get(name) for name in VALUES} == VALUES


@pytest.mark.parametrize(
    ("shell", "line"),
    [("sh", 'eval "$(cat {})"'), ("fish", "source {}"), ("fish", "cat {}|source")],
)
def test_the_lines_of_the_help_carry_it_out(tmp_path, shell, line):
    """What was printed is given to the shell as the help says."""
    file = tmp_path / "printed"
    file.write_text(render_variables(VALUES, shell) + "\n", encoding="utf-8")
    found = run_shell(shell, f"{line.format(file)}\n{TELL}", tmp_path)
    assert {name: found.get(name) for name in VALUES} == VALUES


def test_powershell_reads_every_value_as_it_is():
    """By its rule: within single quotes two quotes of any kind are one, and all else is itself."""
    quote = "['\u2018\u2019\u201a\u201b]"
    line = rf"\$Env:(\w+) = '((?:[^'\u2018\u2019\u201a\u201b]|{quote}{quote})*)'"
    script = render_variables(VALUES, "powershell")
    read = {
        name: re.sub(f"{quote}({quote})", r"\1", text) for name, text in re.findall(line, script)
    }
    assert read == VALUES
    assert re.sub(line, "", script).strip() == ""


def test_json_has_every_value():
    """For whatever reads JSON."""
    assert json.loads(render_variables(VALUES, "json")) == VALUES


@pytest.mark.parametrize(
    ("program", "system", "shell"),
    [
        ("/bin/bash", "posix", "sh"),
        ("/usr/bin/zsh", "posix", "sh"),
        ("/usr/sbin/nologin", "posix", "sh"),
        (None, "posix", "sh"),
        ("", "posix", "sh"),
        ("/usr/bin/fish", "posix", "fish"),
        ("/usr/bin/pwsh", "posix", "powershell"),
        ("/opt/microsoft/powershell/7/pwsh-preview", "posix", "powershell"),
        (None, "nt", "powershell"),
        ("/usr/bin/bash", "nt", "sh"),
    ],
)
def test_whose_shell_it_is_stands_in_the_environment(program, system, shell):
    """Windows, which names none, has PowerShell; everything else is taken for a POSIX shell."""
    assert find_shell({} if program is None else {"SHELL": program}, system) == shell
