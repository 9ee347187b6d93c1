"""What is said where a network of a program's own cannot be had."""

from __future__ import annotations

import errno

import pytest

from mockserver.programs import namespace_refusals
from mockserver.programs.launcher import MOUNT, NETWORK, UNSHARE
from mockserver.programs.namespace_refusals import explain_end, explain_refusal


@pytest.fixture
def switches(tmp_path, monkeypatch):
    """Have the system's switches be files of the test's; return their folder."""
    switches = [
        (str(tmp_path / name), forbidding, command)
        for name, forbidding, command in (
            (file.rpartition("/")[2], *rest) for file, *rest in namespace_refusals._SWITCHES
        )
    ]
    monkeypatch.setattr(namespace_refusals, "_SWITCHES", switches)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "text", "number", "command"),
    [
        ("unprivileged_userns_clone", "0\n", errno.EPERM, "kernel.unprivileged_userns_clone=1"),
        ("apparmor_restrict_unprivileged_userns", "1\n", errno.EACCES, "kernel.apparmor_restrict"),
        ("max_user_namespaces", "0\n", errno.ENOSPC, "user.max_user_namespaces="),
        ("max_net_namespaces", "0\n", errno.ENOSPC, "user.max_net_namespaces="),
        ("max_mnt_namespaces", "0\n", errno.ENOSPC, "user.max_mnt_namespaces="),
    ],
)
def test_the_switch_that_forbids_it_is_named(switches, file, text, number, command):
    """With the command by which root allows it, and what can be had without."""
    (switches / file).write_text(text)
    error = explain_refusal(UNSHARE, number, None)
    assert "may not make a network of its own" in error.message
    assert f"sysctl {command}" in error.hint
    assert error.hint.endswith("or take --mode env")


@pytest.mark.usefixtures("switches")
def test_where_no_switch_forbids_it_containers_are_thought_of():
    """They do by default; what they have to be started with is named."""
    error = explain_refusal(MOUNT, errno.EPERM, "/etc/hosts")
    assert error.message.endswith("lay files over others (Operation not permitted: /etc/hosts)")
    assert "--cap-add SYS_ADMIN" in error.hint


@pytest.mark.usefixtures("switches")
def test_other_errors_have_the_systems_own_word():
    """There is always another mode."""
    error = explain_refusal(NETWORK, errno.EOPNOTSUPP, None)
    assert "set its own network up (Operation not supported)" in error.message
    assert error.hint == "take --mode env"


def test_an_end_without_a_word_is_told_too():
    """With its status."""
    assert "exit status 1" in explain_end(1).message
