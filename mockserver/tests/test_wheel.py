"""The wheel: what is in it, and that it works alone, away from the checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from mockserver import __version__
from mockserver.tests import locks
from mockserver.tests.conftest import PATIENCE_S, PROMPT
from mockserver.tests.edges.test_asgi import SUBMIT, client_of
from mockserver.tests.processes import environment, serving

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program that must succeed; return its stdout."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    run(
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--outdir",
        folder,
        ROOT,
        cwd=folder,
    )
    [built] = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The command, from the wheel in an environment of its own, outside of the checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    constraints = folder / "constraints.txt"
    locked = locks.entries(locks.PYTHON_LOCK.read_text())
    constraints.write_text("\n".join(entry.partition(" --hash")[0] for entry in locked))
    run(*pip, "install", "--quiet", "--no-compile", "-c", constraints, wheel, cwd=folder)
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


def test_the_wheel_has_the_page_for_browsers(contents):
    """Its text and style are files beside the module."""
    assert {f"mockserver/edges/front_page.{kind}" for kind in ("py", "html", "css")} <= set(
        contents
    )


def test_the_wheel_has_its_license_and_types(contents):
    """The licence is in the wheel, and the mark that the package is typed."""
    assert f"segmind_emulator-{__version__}.dist-info/licenses/LICENSE" in contents
    assert "mockserver/py.typed" in contents


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
