"""The programs of other languages that tests run."""

from __future__ import annotations

import shutil

PACKAGES = {
    "curl": "curl",
    "java": "default-jdk-headless",
    "keytool": "default-jdk-headless",
    "node": "nodejs",
    "npm": "npm",
    "php": "php-cli php-curl",
    "wget": "wget",
}
"""What to install on Debian for each of them."""


def find_tool(name: str) -> str:
    """Return the path of a program, or say how it is installed."""
    path = shutil.which(name)
    assert path, f"{name} is not here: apt-get install {PACKAGES[name]}"
    return path
