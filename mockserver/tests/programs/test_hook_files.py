"""The hooks know the vendor's hosts as the rest of segmock does, though they cannot import it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from mockserver.base.hosts import is_vendor
from mockserver.programs.hook_files import HookSettings, write_hooks
from mockserver.tests.base.test_hosts import OTHERS, VENDORS
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.tools import find_tool

HOSTS = [*VENDORS, *OTHERS]
IN_PYTHON = """
import json, sys, segmock_exec_hosts
json.dump([segmock_exec_hosts.is_vendor(host) for host in json.load(sys.stdin)], sys.stdout)
"""
IN_NODE = """
const { isVendor } = Object.values(require.cache).find(({ id }) => /hook.cjs$/.test(id)).exports;
console.log(JSON.stringify(JSON.parse(require('node:fs').readFileSync(0)).map(isVendor)));
"""


@pytest.mark.parametrize("language", ["Python", "Node"])
def test_hooks_take_the_same_hosts_for_the_vendors(tmp_path, language):
    """Whatever is asked of `mockserver.base.hosts.is_vendor`, in the words of each language."""
    ca = tmp_path / "ca.pem"
    ca.touch()
    settings = HookSettings(str(ca), names=[], ports={}, proxy=9)
    variables = write_hooks(tmp_path / "hooks", settings, {})
    commands = {
        "Python": [sys.executable, "-c", IN_PYTHON],
        "Node": [find_tool("node"), "-e", IN_NODE],
    }
    done = subprocess.run(
        commands[language],
        env={**os.environ, **variables},
        input=json.dumps(HOSTS),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    found = dict(zip(HOSTS, json.loads(done.stdout), strict=True))
    assert found == {host: is_vendor(host) for host in HOSTS}
