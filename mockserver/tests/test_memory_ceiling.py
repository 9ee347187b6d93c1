"""What the process takes stays near the ceiling, whatever is sent: measured from outside."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mockserver.tests.kinds import IS_STORM
from mockserver.tests.processes import environment

CEILING_MIB = 16
REST_MIB = 64
"""The largest request while it is handled, what is rendered, and what the heap leaves unused."""

PROGRAM = """
import sys
from base64 import b64encode
from mockserver.base.json_encoding import encode
from mockserver.base.wire import Request
from mockserver.emulator import Emulator

def rss_mib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 2**20

def call(method, path, body=b"", key="k"):
    headers = {b"host": b"h", b"x-api-key": key.encode(), b"content-type": b"application/json"}
    request = Request(method=method, path=path, headers=headers, body=body)
    assert emulator.in_process.handle(request).status == 200

def keys(times):
    for ordinal in range(1_000 * times):
        call("GET", "/v1/get-user-credits", key=f"K_{ordinal:016x}")

def uploads(times):
    body = encode({"data_urls": ["data:image/png;base64," + b64encode(bytes(2**20)).decode()]})
    for ordinal in range(30 * times):
        call("POST", "/upload-asset", body, key=f"k{ordinal // 4}")

def payloads(times):
    for ordinal in range(20 * times):
        body = encode({"prompt": f"{ordinal}" + "x" * 2**20})
        call("POST", "/v2/ideogram-3", body, key=f"k{ordinal // 4}")

def payloads_of_one(times):
    for ordinal in range(20 * times):
        call("POST", "/v1/ideogram-3", encode({"prompt": f"{ordinal}" + "x" * 2**20}))

emulator = Emulator(clock="frozen", memory_mib=int(sys.argv[1]))
call("POST", "/v1/ideogram-3", encode({"prompt": "x"}))
before, times = rss_mib(), int(sys.argv[3])
{"keys": keys, "uploads": uploads, "payloads": payloads, "one": payloads_of_one}[sys.argv[2]](times)
print(round(rss_mib() - before), emulator.control.show_health()["kept_bytes"] >> 20)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("flood", ["keys", "uploads", "payloads", "one"])
def test_the_process_stays_near_its_ceiling(flood):
    """After a flood of keys, files or parameters it has grown by little more than it may keep."""
    times = {False: (5, 2), True: (200, 20)}[IS_STORM][flood != "keys"]
    command = [sys.executable, "-c", PROGRAM, str(CEILING_MIB), flood, str(times)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert not done.stderr
    grown_mib, kept_mib = map(int, done.stdout.split())
    print(f"\nmemory under {flood}: +{grown_mib} MiB, {kept_mib} MiB kept")  # noqa: T201
    assert kept_mib <= CEILING_MIB + 1
    assert grown_mib <= CEILING_MIB + REST_MIB
