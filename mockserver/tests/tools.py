"""The programs that tests run, and how they are installed."""

from __future__ import annotations

import os
import shutil

PACKAGES = {
    "bash": "bash",
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "curl": "curl",
    "fish": "fish",
    "go": "golang-go",
    "haproxy": "haproxy",
    "java": "default-jdk-headless",
    "javac": "default-jdk-headless",
    "jq": "jq",
    "keytool": "default-jdk-headless",
    "lwp-request": "libwww-perl liblwp-protocol-https-perl",
    "node": "nodejs",
    "npm": "npm",
    "php": "php-cli php-curl",
    "redis-server": "redis-server",
    "ruby": "ruby",
    "sh": "dash",
    "strace": "strace",
    "unshare": "util-linux",
    "valgrind": "valgrind",
    "wget": "wget",
}
"""What to install on Debian for each of them."""

QUICK_JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""What halves the time of a JVM that ends soon; `-J` before each of them is for its compiler."""


SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")
"""Where Debian has programs of the system, which not everybody's PATH has."""


def find_tool(name: str) -> str:
    """Return the path of a program, or say how it is installed."""
    folders = os.pathsep.join((os.environ["PATH"], *SYSTEM_FOLDERS))
    path = shutil.which(name, path=folders)
    assert path, f"{name} is not here: apt-get install {PACKAGES[name]}"
    return path
