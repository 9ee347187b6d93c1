"""The locks hold what demo, tests and CI install, and nothing about the machine that made them."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from mockserver.tests import locks
from mockserver.tests.test_sdk import VERSIONS
from mockserver.tests.test_sdk_first import FOLDER as FIRST

HASH = " --hash=sha256:" + 64 * "0"
GOOD = f"# made by hand\nclick==8.5.1 \\\n   {HASH}\n    # via segmock\n"


@pytest.mark.parametrize("python", locks.PYTHONS)
def test_the_lock_satisfies_the_project(python):
    """Each requirement of pyproject.toml is met, on every Python; if not, run `make lock`."""
    pinned = locks.pins(locks.PYTHON_LOCK.read_text(), python)
    assert locks.unmet(locks.wanted(locks.project()), pinned, python) == []


@pytest.mark.parametrize("python", locks.PYTHONS)
@pytest.mark.parametrize("group", locks.GROUP_LOCKS)
def test_the_lock_of_a_group_satisfies_it(group, python):
    """What has an environment of its own has a lock; if it is not met, run `make lock`."""
    wanted = map(Requirement, locks.project()["dependency-groups"][group])
    pinned = locks.pins(locks.GROUP_LOCKS[group].read_text(), python)
    assert locks.unmet(list(wanted), pinned, python) == []


@pytest.mark.parametrize("python", locks.PYTHONS)
def test_what_an_image_installs_is_a_part_of_the_lock(python):
    """What runs, and what builds: whole, and in the versions that the tests have seen."""
    document, whole = locks.project(), locks.pins(locks.PYTHON_LOCK.read_text(), python)
    wanted = {
        "runtime": document["project"]["dependencies"],
        "build": document["dependency-groups"]["build"],
    }
    assert wanted.keys() == locks.PART_LOCKS.keys()
    for name, asked in wanted.items():
        part = locks.pins(locks.PART_LOCKS[name].read_text(), python)
        assert locks.unmet(list(map(Requirement, asked)), part, python) == []
        assert part.items() <= whole.items()


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile", "action.yml", "locks/install.sh"])
def test_a_lock_is_installed_as_it_is(file):
    """Nothing is looked for beside it: a release that is newer than the lock would stop it."""
    text = (locks.ROOT / file).read_text(encoding="utf-8")
    commands = [line for line in text.splitlines() if "--require-hashes" in line]
    assert commands
    assert [line for line in commands if "--no-deps" not in line] == []


def test_every_python_of_the_project_is_locked():
    """The Pythons that the locks are checked for are those of the classifiers."""
    named = re.findall(r"Python :: (3\.\d+)", str(locks.project()["project"]["classifiers"]))
    assert tuple(named) == locks.PYTHONS


def test_the_build_backend_is_locked():
    """Nothing is downloaded to build the project beside what the lock has."""
    document = locks.project()
    assert set(document["build-system"]["requires"]) <= set(document["dependency-groups"]["build"])


@pytest.mark.parametrize(
    "lock",
    [
        locks.PYTHON_LOCK,
        locks.SDK_LOCK,
        *locks.PART_LOCKS.values(),
        *locks.GROUP_LOCKS.values(),
    ],
    ids=lambda path: path.name,
)
def test_every_line_of_a_lock_is_a_version_with_hashes(lock):
    """No index, no option and no path is in it."""
    assert locks.entries(lock.read_text())
    assert locks.problems_of(lock.read_text()) == []


def test_the_releases_of_the_sdk_are_locked():
    """Each release of the SDK that a test plays has its hashes."""
    locked = {entry.split()[0] for entry in locks.entries(locks.SDK_LOCK.read_text())}
    assert {f"segmind=={version}" for version in (FIRST.name, *VERSIONS)} <= locked


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.com/simple",
        "--find-links wheels",
        "-f wheels",
        "# from https://example.com/simple",
        "# via -r /tmp/requirements.in",
        f"click @ file:///tmp/click.whl{HASH}",
        f"click>=8{HASH}",
        f"click{HASH}",
        "click==8.5.1",
        "click==8.5.1 --hash=md5:0",
    ],
)
def test_a_lock_with_anything_else_is_refused(line):
    """Addresses, options, paths, ranges and lines without a hash are found."""
    assert locks.problems_of(GOOD) == []
    assert locks.problems_of(GOOD + line + "\n")


def test_a_requirement_that_is_not_locked_is_found():
    """A version that is too old counts as little as none, and a marker is heeded."""
    wanted = [Requirement(r) for r in ("a>=1", "b>=1", "c>=1", "d; python_version < '3.12'")]
    pinned = {"a": Version("1.0"), "b": Version("0.9")}
    assert locks.unmet(wanted, pinned, "3.13") == ["b>=1", "c>=1"]


def test_a_lock_is_read_for_each_python():
    """Of two lines about one package the one for this Python counts."""
    text = f"a==1 ; python_full_version < '3.12'{HASH}\na==2 ; python_full_version >= '3.12'{HASH}"
    assert locks.pins(text, "3.11") == {"a": Version("1")}
    assert locks.pins(text, "3.13") == {"a": Version("2")}


def test_what_differs_from_the_lock_is_told():
    """What is installed at another version than the lock has is named, and nothing else."""
    [told] = locks.differences({"pytest": Version("0.1"), "not-installed": Version("1")})
    assert re.fullmatch(r"pytest [\d.]+ is installed, the lock has 0\.1", told)


def test_every_npm_lock_has_hashes_and_no_addresses():
    """The same holds for each package-lock.json, wherever it lies."""
    found = {str(path): locks.npm_problems_of(path.read_text()) for path in locks.npm_locks()}
    assert {path: problems for path, problems in found.items() if problems} == {}


@pytest.mark.parametrize(
    ("package", "is_right"),
    [
        ('{"version": "1.0.0", "integrity": "sha512-AA=="}', True),
        ('{"version": "1.0.0", "integrity": "sha512-AA==", "resolved": "https://x"}', False),
        ('{"version": "1.0.0"}', False),
    ],
)
def test_an_npm_lock_with_an_address_is_refused(package, is_right):
    """An address is found, and so is a package without a hash."""
    text = '{"packages": {"": {"name": "own"}, "node_modules/a": ' + package + "}}"
    assert (locks.npm_problems_of(text) == []) == is_right
