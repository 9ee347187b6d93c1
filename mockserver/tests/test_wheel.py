"""Wheel and source distribution: what is in them, and that they work away from the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from mockserver import __version__
from mockserver.page.files import SHELL, list_files
from mockserver.tests import locks
from mockserver.tests.conftest import PATIENCE_S, PROMPT
from mockserver.tests.edges.test_asgi import SUBMIT, client_of
from mockserver.tests.kinds import IS_STORM
from mockserver.tests.processes import environment, serving

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path, code: int = 0, **variables: str) -> str:
    """Run a program that must end with a code; return what it printed."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


THIS = f"{sys.version_info.major}.{sys.version_info.minor}"


def find_interpreters() -> dict[str, str]:
    """Return an interpreter of each Python that the project supports and this machine has.

    Each is started: a name on PATH may be pyenv's for a version that is not chosen.
    """
    ask = "import sys, ensurepip, venv; print('%d.%d' % sys.version_info[:2])"
    found = {THIS: sys.executable}
    for python in locks.PYTHONS:
        named = [f"python{python}", *Path.home().glob(f".pyenv/versions/{python}.*/bin/python")]
        for path in filter(None, map(shutil.which, named)):
            asked = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False)
            if asked.stdout.strip() == python:
                found.setdefault(python, path)
    return found


PYTHONS = find_interpreters()
INSTALLATIONS = [
    (python, kind)
    for python in PYTHONS
    for kind in ("wheel", "sdist")
    if IS_STORM or (kind == "wheel" and python in {THIS, max(PYTHONS, key=locks.PYTHONS.index)})
]
"""The wheel goes into the Python that runs the tests, and into the newest one that is here; by
`make storm` wheel and source distribution, from which the wheel is made, into each."""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, Path]:
    """The source distribution, and the wheel that is made of it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    found = {path.suffix: path for path in folder.iterdir()}
    return {"wheel": found.pop(".whl"), "sdist": found.pop(".gz"), **found}


@pytest.fixture(scope="module")
def wheel(built) -> Path:
    """The wheel."""
    return built["wheel"]


@pytest.fixture(scope="module")
def make_environment(tmp_path_factory) -> Callable[[str], Path]:
    """Make an environment without packages for an interpreter, outside of the checkout."""

    @cache
    def make(python: str) -> Path:
        folder = tmp_path_factory.mktemp("elsewhere")
        run(PYTHONS[python], "-m", "venv", "--without-pip", "venv", cwd=folder)
        return folder / "venv" / "bin" / "python"

    return make


@pytest.fixture(
    scope="module",
    params=INSTALLATIONS,
    ids=lambda each: f"{each[1]}, {each[0]}",
)
def installed(request, built, make_environment) -> Path:
    """The command, with what it needs: from the wheel, and then from the source distribution."""
    name, kind = request.param
    python = make_environment(name)
    constraints = python.parent / "constraints.txt"
    locked = locks.entries(locks.PYTHON_LOCK.read_text())
    constraints.write_text("\n".join(entry.partition(" --hash")[0] for entry in locked))
    again = ("--force-reinstall", "--no-deps") if kind == "sdist" else ()
    run(
        *(sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"),
        *("install", "--quiet", "--no-compile", *again, built[kind]),
        cwd=python.parent,
        PIP_CONSTRAINT=str(constraints),  # holds for what builds the source distribution as well
    )
    return python.with_name("segmock")


@pytest.fixture(scope="module")
def contents(wheel) -> list[str]:
    """The paths in the wheel."""
    with ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_is_for_every_platform(wheel):
    """The wheel is pure Python and has the package's version."""
    assert wheel.name == f"segmind_emulator-{__version__}-py3-none-any.whl"


def test_the_data_is_inside_the_package(contents):
    """Every file of contracts and fixtures is in the package, where the loader looks first."""
    for folder in ("contracts", "fixtures"):
        there = {str(p.relative_to(ROOT)) for p in (ROOT / folder).rglob("*") if p.is_file()}
        assert there
        assert {f"mockserver/_data/{path}" for path in there} <= set(contents)


def test_the_wheel_adds_two_packages(contents):
    """The wheel puts `mockserver` and `client_tests`, and nothing else, where imports find them."""
    assert {path.split("/")[0] for path in contents} == {
        "mockserver",
        "client_tests",
        f"segmind_emulator-{__version__}.dist-info",
    }


def test_the_wheel_has_no_tests(contents):
    """No tests, caches or compiled files are in the wheel."""
    assert [path for path in contents if "/tests/" in path or "__pycache__" in path] == []


def test_the_wheel_has_the_page_to_watch_and_steer_with(contents):
    """Every file of it that a browser asks for."""
    named = {f"mockserver/page/static/{name}" for name in list_files()}
    assert f"mockserver/page/static/{SHELL}" in named
    assert named <= set(contents)


def test_the_wheel_has_the_first_look_for_browsers(contents):
    """Its text and style are files beside the module."""
    assert {f"mockserver/edges/front_page.{kind}" for kind in ("py", "html", "css")} <= set(
        contents
    )


def test_the_wheel_has_what_programs_load_when_they_start(contents):
    """For Python and for Node."""
    names = ("sitecustomize.py", "segmock_exec_hook.py", "segmock_exec_hook.cjs")
    assert {f"mockserver/programs/hooks/{name}" for name in names} <= set(contents)


def test_the_wheel_has_its_license_and_types(contents):
    """The licence is in the wheel, and the mark that the package is typed."""
    assert f"segmind_emulator-{__version__}.dist-info/licenses/LICENSE" in contents
    assert "mockserver/py.typed" in contents


def test_the_two_distributions_are_all_that_is_built(built):
    """They have the name and version of the package; nothing else lies beside them."""
    names = sorted(path.name for path in built.values())
    stem = f"segmind_emulator-{__version__}"
    assert names == [f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"]


def test_the_installed_command_says_what_it_belongs_to(installed, tmp_path):
    """`segmock --version` names the version and what pip calls the package."""
    told = run(installed, "--version", cwd=tmp_path)
    assert told.startswith(f"segmock {__version__} (segmind-emulator, Python 3.")


def test_the_installed_command_tells_how_its_extra_is_added(installed, built, tmp_path):
    """The line to type installs from where this was installed from."""
    told = run(installed, "verify", "client", "--list", cwd=tmp_path, code=2)
    assert 'comes with segmind-emulator[kit] (pip install "segmind-emulator[kit] @ file://' in told
    assert any(path.as_uri() in told for path in built.values())


def test_the_installed_command_knows_its_models(installed, tmp_path):
    """`segmock models list` lists the models from the packaged contracts."""
    assert "ideogram-3" in run(installed, "models", "list", cwd=tmp_path)


def test_the_installed_command_agrees_with_its_fixtures(installed, tmp_path):
    """`segmock fixtures check` finds the packaged exchanges, and no difference."""
    assert run(installed, "fixtures", "check", cwd=tmp_path) == "all as they stand\n"


def test_the_installed_command_serves(installed, tmp_path):
    """`segmock serve` from a foreign folder runs a job up to its image."""
    flags = ("--clock", "auto")
    with (
        serving(*flags, cwd=tmp_path, command=[str(installed)]) as served,
        client_of(served.url) as client,
    ):
        job = client.post(SUBMIT, json=PROMPT).json()
        states = [client.get(job["status_url"]).json()["status"] for _ in range(3)]
        image = httpx.get(client.get(job["response_url"]).json()["output"])
        code, *_ = served.stop()
    assert states == ["QUEUED", "PROCESSING", "COMPLETED"]
    assert (image.headers["content-type"], image.content[:4]) == ("image/png", b"\x89PNG")
    assert code == 0
