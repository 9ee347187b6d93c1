"""`make` refuses a Python that cannot be used, and trusts no environment that is not whole."""

import os
import re
import shutil
import subprocess
from types import SimpleNamespace

import pytest

from mockserver.tests.pages import ROOT

PYTHON = """\
#!/bin/sh
# Stands for an interpreter: what it is asked it answers as that would.
case "$1 $2" in
  *'%d.%d.%d'*) echo {version} ;;
  *'%d.%d'*) echo {version} | cut -d. -f1,2 ;;
  '-c import ensurepip'*) exit {lacks_venv} ;;
  '-m venv') mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  '-u -m') shift 2; echo "$*" >>pip.calls; echo 'Collecting click'; exit ${{PIP_EXIT:-0}} ;;
  *) exit 9 ;;
esac
"""
TOOLS = ["cat", "cp", "cut", "find", "grep", "mkdir", "rm", "sed", "sh", "tail"]
DEFAULTS = {"PYTHON": "python3", "ASKED": "", "VENV": ".venv", "HOME": "/none", "SYSROOT": "/none"}


@pytest.fixture
def clone(tmp_path):
    """A clone in which there are no interpreters but those that a test adds."""
    folder, programs = tmp_path / "clone", tmp_path / "bin"
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool))
    (folder / "locks").mkdir(parents=True)
    for name in ("pyproject.toml", "locks/python.txt", *scripts()):
        shutil.copy(ROOT / name, folder / name)

    def add(name, version, *, has_venv=True):
        path = programs / name
        path.write_text(PYTHON.format(version=version, lacks_venv=int(not has_venv)))
        path.chmod(0o755)

    def run(script, *words, **variables):
        return subprocess.run(
            ["sh", f"locks/{script}.sh", *words],
            cwd=folder,
            env=DEFAULTS | {"PATH": str(programs)} | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    return SimpleNamespace(folder=folder, venv=folder / ".venv", add=add, run=run)


def scripts():
    """Return the scripts that `make` runs, by their paths."""
    return [str(path.relative_to(ROOT)) for path in (ROOT / "locks").glob("*.sh")]


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "3.13.0", "3.14.2", "3.20.0"])
def test_a_python_that_is_new_enough_is_taken(clone, version):
    """Silently."""
    clone.add("python3", version)
    done = clone.run("check_python")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("version", "has_venv", "came"),
    [
        ("2.7.18", True, "python3 is Python 2.7.18"),
        ("3.6.15", True, "python3 is Python 3.6.15"),
        ("3.9.18", True, "python3 is Python 3.9.18"),
        ("3.10.13", True, "python3 is Python 3.10.13"),
        (None, True, "python3 does not start"),
        ("3.12.1", False, "python3 has no venv and ensurepip (on Debian and Ubuntu: apt install "),
    ],
)
def test_a_python_that_cannot_be_used_is_refused_in_a_line(clone, version, has_venv, came):
    """It says what came, what is needed and which interpreter of this machine to give."""
    if version:
        clone.add("python3", version, has_venv=has_venv)
    clone.add("python3.13", "''")  # pyenv has that name on PATH, and it does not start
    clone.add("python3.12", "3.12.4")
    done = clone.run("check_python", "demo")
    assert done.returncode == 1
    assert done.stderr.startswith(came)
    assert done.stderr.endswith(
        "; Python 3.11 or newer is needed: try  PYTHON=python3.12 make demo\n"
    )


def test_where_no_python_can_be_used_one_is_to_be_installed(clone):
    """The line says how it is given then."""
    clone.add("python3", "3.9.18")
    done = clone.run("check_python")
    assert done.returncode == 1
    assert done.stderr.endswith("none was found here: install one, then  PYTHON=/path/to/it make\n")


def test_a_wrong_python_leaves_nothing_behind(clone):
    """The next `make` with a right one begins from the beginning."""
    clone.add("python3", "3.9.18")
    assert clone.run("install", "demo").returncode == 1
    assert not clone.venv.exists()


def install(clone, **variables):
    """Make the environment, which must succeed; return what was printed."""
    clone.add("python3", "3.12.1")
    done = clone.run("install", **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_environment_is_made_with_what_the_lock_has(clone):
    """A line says what is done, of what, and how long it takes; pip checks every hash."""
    assert re.fullmatch(r"Making \.venv of python3 and .* about a minute\n", install(clone))
    calls = (clone.folder / "pip.calls").read_text().splitlines()
    assert [re.search(r"install --no-deps (\S+)", call)[1] for call in calls] == [
        "--require-hashes",
        "--no-build-isolation",
    ]


def test_an_environment_that_is_whole_is_left_alone(clone):
    """Nothing is done, and nothing said."""
    install(clone)
    (clone.folder / "pip.calls").unlink()
    assert install(clone) == ""
    assert not (clone.folder / "pip.calls").exists()


@pytest.mark.parametrize("name", ["pyproject.toml", "locks/python.txt", "locks/install.sh"])
def test_an_environment_that_is_older_than_the_lock_is_brought_up_to_it(clone, name):
    """As packages change, or what the project asks for."""
    install(clone)
    later = (clone.venv / "installed").stat().st_mtime + 10
    os.utime(clone.folder / name, (later, later))
    assert install(clone) == "Bringing .venv up to what locks/python.txt has\n"


def test_an_update_that_does_not_end_is_not_trusted(clone):
    """While it lasts nothing says that the environment is whole."""
    install(clone)
    later = (clone.venv / "installed").stat().st_mtime + 10
    os.utime(clone.folder / "pyproject.toml", (later, later))
    assert clone.run("install", PIP_EXIT="1").returncode == 1
    assert ".venv is half made: it is made anew\n" in install(clone)


def break_python(clone):
    """Leave an environment whose interpreter was taken away."""
    (clone.venv / "bin" / "python").unlink()


def age_python(clone):
    """Leave an environment of an interpreter that is too old by now."""
    path = clone.venv / "bin" / "python"
    path.write_text(path.read_text().replace("3.12.1", "3.9.18"))


def half_make(clone):
    """Leave an environment that was never finished."""
    (clone.venv / "installed").unlink()


def move(clone):
    """Leave an environment that was made for another folder."""
    (clone.venv / "installed").write_text("/elsewhere\n")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (break_python, "has no Python that starts"),
        (age_python, "is of Python 3.9"),
        (half_make, "is half made"),
        (move, "was made in another folder"),
    ],
)
def test_an_environment_that_is_not_whole_is_made_anew(clone, spoil, fault):
    """It says why, and nothing of the old one stays."""
    install(clone)
    spoil(clone)
    (clone.venv / "rest").touch()
    told = install(clone)
    assert told.startswith(f".venv {fault}: it is made anew\nMaking .venv of python3 ")
    assert not (clone.venv / "rest").exists()
    assert install(clone) == ""


def test_another_python_is_taken_where_somebody_asks_for_it(clone):
    """Without asking, the environment that is there stays, whatever `python3` has become."""
    install(clone)
    clone.add("python3.13", "3.13.0")
    told = install(clone, PYTHON="python3.13", ASKED="command line")
    assert ".venv is of Python 3.12: it is made anew\n" in told
    assert install(clone) == ""


def test_what_pip_said_is_shown_where_it_fails(clone):
    """And where the whole of it is."""
    clone.add("python3", "3.12.1")
    done = clone.run("install", PIP_EXIT="1")
    assert done.returncode == 1
    assert done.stderr.startswith("Collecting click\npip could not install what ")
    assert ".venv/pip.log" in done.stderr


def test_every_target_is_listed_with_what_it_does():
    """`make` alone prints them, one a line."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    done = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        env=os.environ | {"MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    listed = dict(line.split(maxsplit=1) for line in done.stdout.splitlines()[1:])
    assert set(listed) == set(phony.split()) - {"environment"}
    assert all(listed.values())
