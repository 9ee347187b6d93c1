"""action.yml: right by its schema, and its steps do in a shell what they should in a workflow.

No runner of GitHub's is here: what it does for a composite action is done by `Job`. The command
lines of the steps are run as they are written, by bash as runners start it, and they install the
project for real.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from mockserver.handles.control_client import HttpControlClient
from mockserver.handles.health import read_health
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.pages import ROOT, row_of
from mockserver.tests.processes import environment
from mockserver.tests.test_compose import check_schema

FILE = ROOT / "action.yml"
ACTION = yaml.safe_load(FILE.read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
"""How a runner starts `shell: bash`."""

EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
KEY = "SG_fedcba9876543210"


class Job:
    """A job of a workflow: what its steps find in their environment, and what they leave there."""

    def __init__(self, folder: Path, **inputs: str) -> None:
        defaults = {name: each.get("default", "") for name, each in ACTION["inputs"].items()}
        self.values: dict[str, str] = {"github.action_path": str(ROOT)}
        self.values |= {f"inputs.{name}": value for name, value in (defaults | inputs).items()}
        self.folder = folder
        self.env = environment(RUNNER_TEMP=str(folder), NO_PROXY="example.com")
        for name in ("no_proxy", "SEGMOCK_LOG"):
            self.env.pop(name, None)

    def run(self, step: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        """Carry a step out, and take over what it wrote into the files of the runner."""
        files = {f"GITHUB_{name}": self.folder / name for name in ("ENV", "PATH", "OUTPUT")}
        for file in files.values():
            file.write_text("")
        script = self.folder / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        own = {name: self.fill(value) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            [*BASH, str(script)],
            cwd=self.folder,
            env=self.env | {name: str(path) for name, path in files.items()} | own,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        self._take_over(step, {name: path.read_text() for name, path in files.items()})
        return done

    def fill(self, text: str) -> str:
        """Put in what stands for expressions; one that nothing stands for is a mistake."""
        return EXPRESSION.sub(lambda found: self.values[found[1]], str(text))

    def _take_over(self, step: dict[str, Any], written: dict[str, str]) -> None:
        self.env |= dict(line.split("=", 1) for line in written["GITHUB_ENV"].splitlines())
        for folder in written["GITHUB_PATH"].splitlines():
            self.env["PATH"] = os.pathsep.join((folder, self.env["PATH"]))
        for line in written["GITHUB_OUTPUT"].splitlines():
            name, value = line.split("=", 1)
            self.values[f"steps.{step['id']}.outputs.{name}"] = value


def end_server(folder: Path) -> None:
    """End the server of a job, as a runner does when the job is over, and wait until it has."""
    program = str(folder / "segmock" / "bin" / "segmock").encode()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if program in words and b"serve" in words:
            descriptor = os.pidfd_open(int(path.name))
            signal.pidfd_send_signal(descriptor, signal.SIGTERM)
            assert select.select([descriptor], [], [], PATIENCE_S)[0]
            os.close(descriptor)


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder in which the first step has installed the project."""
    folder = tmp_path_factory.mktemp("runner")
    job = Job(folder, python=sys.executable)
    done = job.run(STEPS[0])
    assert done.returncode == 0, done.stderr
    yield folder
    end_server(folder)


@pytest.fixture
def make_job(installed):
    """Make jobs in which the project is installed."""
    path = os.pathsep.join((str(installed / "segmock" / "command"), os.environ["PATH"]))

    def make(**inputs: str) -> Job:
        job = Job(installed, port="0", key=KEY, **inputs)
        job.env["PATH"] = path
        return job

    yield make
    end_server(installed)


def test_it_is_right_by_the_schema_of_actions():
    """As GitHub's own schema has it."""
    assert check_schema("github-actions", FILE) == ""


def test_an_action_that_is_wrong_is_seen(tmp_path):
    """So the test above can fail."""
    text = FILE.read_text(encoding="utf-8").replace("shell: bash", "shel: bash")
    (tmp_path / "action.yml").write_text(text, encoding="utf-8")
    assert "shel" in check_schema("github-actions", tmp_path / "action.yml")


def test_the_page_has_each_input_with_its_default():
    """So nobody has to read the file."""
    for name, each in ACTION["inputs"].items():
        assert row_of("docs/containers.md", f"`{name}` |")[1] == f"`{each['default']}`"


def test_each_step_is_a_command_line_that_has_its_inputs_by_variables():
    """An expression in a command line would be carried out by the shell, whatever it holds."""
    assert [step["shell"] for step in STEPS] == ["bash"] * len(STEPS)
    assert [step["name"] for step in STEPS if EXPRESSION.search(step["run"])] == []
    used = {
        name for step in STEPS for each in step["env"].values() for name in EXPRESSION.findall(each)
    }
    assert {f"inputs.{name}" for name in ACTION["inputs"]} <= used


def test_what_is_installed_is_seen_as_one_command(installed):
    """The Python of the job stays the one that it was."""
    assert [path.name for path in (installed / "segmock" / "command").iterdir()] == ["segmock"]
    done = subprocess.run(
        [installed / "segmock" / "command" / "segmock", "--version"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("segmock ")


def test_the_steps_that_follow_find_a_server(make_job):
    """It goes on when its step is over; the job has its address, and a key."""
    job = make_job(flags="--clock auto\n  --plan free")
    for step in STEPS[1:]:
        done = job.run(step)
        assert done.returncode == 0, done.stderr
    url, log = (job.fill(output["value"]) for output in ACTION["outputs"].values())
    assert read_health(HttpControlClient(url))["status"] == "ok"
    assert {name: job.env[name] for name in ("SEGMOCK_URL", "SEGMIND_API_KEY")} == {
        "SEGMOCK_URL": url,
        "SEGMIND_API_KEY": KEY,
    }
    assert job.env["SEGMIND_BASE_URL"] == f"{url}/v1"
    assert job.env["NO_PROXY"] == job.env["no_proxy"] == "example.com,127.0.0.1,localhost,::1"
    used = {"shell": "bash", "run": 'segmock ping && test "$(command -v python3)" = "$BEFORE"'}
    job.env["BEFORE"] = shutil.which("python3")
    assert job.run(used).returncode == 0
    headers = {"x-api-key": KEY}
    httpx.post(f"{url}/v2/ideogram-3", json={"prompt": "A boat"}, headers=headers, trust_env=False)
    client = HttpControlClient(url)
    assert client.call("GET", "/_mock/clock")["mode"] == "auto"
    assert client.call("GET", f"/_mock/accounts/{KEY}")["plan"] == "free"
    end_server(job.folder)
    assert "POST /v2/ideogram-3 200" in Path(log).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [({"flags": "--clok auto"}, "No such option '--clok'"), ({"flags": "--host 0.0.0.0"}, "token")],
)
def test_a_server_that_cannot_start_fails_its_step_at_once(make_job, inputs, reason):
    """The reason is in what the step prints."""
    done = make_job(**inputs).run(STEPS[1])
    assert done.returncode == 1
    assert "::error::segmock did not start" in done.stdout
    assert reason in done.stdout
