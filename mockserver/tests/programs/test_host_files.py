"""The files by which a program finds hosts: this machine's names stay, others go."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from mockserver.programs.host_files import (
    list_names,
    read_hosts,
    render_hosts,
    render_switch,
    write_host_files,
)

HOSTS = """
127.0.0.1 localhost
127.0.1.1\tbox.example box  # this one
::1 ip6-localhost
10.1.2.3 db.internal
fe00::0 ip6-localnet
# 127.0.0.1 nobody
93.184.215.14 example.com
"""


def test_only_names_of_this_machine_stay():
    """A name of another machine is asked for, and so told of."""
    lines = render_hosts(HOSTS, "vm").splitlines()
    assert lines == [
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost",
        "127.0.0.1 localhost",
        "127.0.1.1\tbox.example box  # this one",
        "::1 ip6-localhost",
        "127.0.0.1\tvm",
    ]


def test_the_names_of_a_hosts_file_are_listed_but_for_the_vendors():
    """Each once, in small letters; comments are none."""
    hosts = "127.0.0.1 localhost App.TEST # ours\n\n# 127.0.0.1 nobody\n::1 localhost\n127.0.0.1\n"
    assert list_names(f"{hosts}127.0.0.1 api.segmind.com box\n") == ["localhost", "app.test", "box"]


def test_this_machine_is_in_its_hosts():
    """By the name that it gives itself."""
    assert socket.gethostname().lower() in list_names(read_hosts())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "passwd: files\nhosts: files mdns4 resolve [!UNAVAIL=return] dns\nnetworks: files\n",
            "passwd: files\nhosts: files dns\nnetworks: files\n",
        ),
        (" hosts:\tfiles", "hosts: files dns"),
        ("passwd: files", "passwd: files\nhosts: files dns\n"),
        ("", "\nhosts: files dns\n"),
    ],
)
def test_nobody_outside_is_asked_for_names(text, expected):
    """Neither a daemon nor the network; the rest of the file stays."""
    assert render_switch(text) == expected


def test_each_file_is_laid_over_the_systems(tmp_path):
    """And sockets of daemons that know names are covered."""
    mounts = {target: source for source, target in write_host_files(tmp_path)}
    assert {"/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf"} < set(mounts)
    assert Path(mounts["/etc/resolv.conf"]).read_text().startswith("nameserver 127.0.0.1\n")
    assert Path(mounts["/run/nscd/socket"]).read_text() == ""
