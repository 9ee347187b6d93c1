"""What the locks pin: read from `locks/`, and compared with what asks for it.

`python -m mockserver.tests.locks` warns of each package that is installed here at another version
than the lock has: the first thing to know when `make test-newest` fails.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PYTHON_LOCK, SDK_LOCK = ROOT / "locks" / "python.txt", ROOT / "locks" / "sdk.txt"
PART_LOCKS = {name: ROOT / "locks" / f"{name}.txt" for name in ("runtime", "build")}
"""Parts of the lock for whoever serves and tests nothing: images, and CI of other projects."""

GROUP_LOCKS = {name: ROOT / "locks" / f"{name}.txt" for name in ("docs", "storm")}
"""The groups of dependencies that have an environment and a lock of their own."""

PYTHONS = ("3.11", "3.12", "3.13")
ADDRESS = re.compile(r"://|^\s*--(?!hash=)|file:|(?<!\S)/\S|@ |^\s*-\w", re.MULTILINE)
"""An address, an option of pip such as `--find-links`, or a path of somebody's machine."""
SKIPPED = {"node_modules", "build", "dist"}


def entries(text: str) -> list[str]:
    """Return the requirements of a lock, each in one line with its hashes."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = "\n".join(lines).replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines() if line.strip()]


def pins(text: str, python: str) -> dict[str, Version]:
    """Return the version of each package that a lock has for a Python on Linux."""
    found = {}
    for entry in entries(text):
        requirement = Requirement(entry.partition(" --hash")[0])
        if requirement.marker is None or requirement.marker.evaluate(_environment(python)):
            [specifier] = requirement.specifier
            found[canonicalize_name(requirement.name)] = Version(specifier.version)
    return found


def _environment(python: str) -> dict[str, str]:
    return {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_python_implementation": "CPython",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
    }


def problems_of(text: str) -> list[str]:
    """Tell which lines of a lock are not a version with hashes, or say where something lies."""
    found = [f"has an address or an option: {m[0]!r}" for m in ADDRESS.finditer(text)]
    for entry in entries(text):
        if not re.match(r"[\w.-]+==[\w.!+]+( |$)", entry):
            found.append(f"pins no version: {entry}")
        if not re.search(r" --hash=sha256:[0-9a-f]{64}", entry):
            found.append(f"has no hash: {entry}")
    return found


def wanted(project: dict[str, Any]) -> list[Requirement]:
    """Return what a pyproject asks for: to run, with each extra, for development, to be built."""
    asked = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *(each for extra in project["project"]["optional-dependencies"].values() for each in extra),
        *(
            each
            for name, group in project["dependency-groups"].items()
            if name not in GROUP_LOCKS
            for each in group
        ),
    ]
    own = project["project"]["name"]
    return [r for r in map(Requirement, asked) if canonicalize_name(r.name) != own]


def unmet(requirements: list[Requirement], pinned: dict[str, Version], python: str) -> list[str]:
    """Return the requirements that the pinned versions do not satisfy."""
    return [
        str(each)
        for each in requirements
        if (each.marker is None or each.marker.evaluate(_environment(python)))
        and pinned.get(canonicalize_name(each.name), Version("0.dev0")) not in each.specifier
    ]


def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def npm_locks() -> Iterator[Path]:
    """Find each package-lock.json of the project."""
    for path in ROOT.rglob("package-lock.json"):
        parents = path.relative_to(ROOT).parts[:-1]
        if not any(part in SKIPPED or part.startswith(".") for part in parents):
            yield path


def npm_problems_of(text: str) -> list[str]:
    """Tell which packages of a package-lock.json have an address, or lack a hash."""
    found = []
    for where, package in json.loads(text)["packages"].items():
        if "resolved" in package:
            found.append(f"{where} has an address: run npm with --omit-lockfile-registry-resolved")
        if where and not package.get("link") and "integrity" not in package:
            found.append(f"{where} has no integrity")
    return found


def differences(pinned: dict[str, Version]) -> list[str]:
    """Tell what is installed here at another version than the lock has."""
    here = {canonicalize_name(each.metadata["name"]): each.version for each in distributions()}
    return [
        f"{name} {here[name]} is installed, the lock has {version}"
        for name, version in sorted(pinned.items())
        if name in here and Version(here[name]) != version
    ]


def main() -> None:
    """Warn of what is installed at another version than the lock has."""
    import platform

    python = ".".join(platform.python_version_tuple()[:2])
    found = differences(pins(PYTHON_LOCK.read_text(), python))
    for each in found:
        print(f"warning: {each}")
    print(f"{len(found)} packages differ from the lock")


if __name__ == "__main__":
    main()
