"""What only POSIX has is not asked for on Windows, and text is UTF-8 on every system."""

from __future__ import annotations

import ast
import os
import socket
from types import SimpleNamespace

import pytest

from client_tests.driver import systems
from client_tests.driver.systems import UnsupportedSystemError
from client_tests.driver_check import check
from client_tests.running.client_under_test import ClientUnderTest
from client_tests.running.limits import Limits
from client_tests.running.scheduler import Run, run
from mockserver.edges import heap, listeners
from mockserver.tests.pages import ROOT
from mockserver.tests.tables import for_each

POSIX_ONLY = {
    "asyncio": {"add_reader", "add_signal_handler", "add_writer"},
    "ctypes": {"CDLL"},  # None, the program itself, is no library on Windows
    "os": {
        *("fchmod", "fchown", "fork", "forkpty", "getgid", "getloadavg", "getpgid", "getpgrp"),
        *("getsid", "getuid", "geteuid", "initgroups", "killpg", "mkfifo", "nice", "pread"),
        *("pwrite", "register_at_fork", "sched_getaffinity", "sched_setaffinity", "setpgid"),
        *("setsid", "statvfs", "sysconf", "tcsetpgrp", "ttyname", "uname", "wait3", "wait4"),
    },
    "select": {"epoll", "kqueue", "poll"},
    "signal": {
        *("SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP"),
        *("SIGTSTP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "alarm", "pause", "pthread_kill"),
        *("pthread_sigmask", "setitimer", "sigpending", "sigtimedwait", "sigwait"),
    },
    "socket": {"AF_UNIX", "SO_REUSEADDR", "SO_REUSEPORT"},
    "time": {"clock_settime", "tzset"},
}
"""What a module lacks on Windows, or has under the same name with another meaning."""

POSIX_MODULES = {
    "crypt",
    "fcntl",
    "grp",
    "pty",
    "pwd",
    "resource",
    "syslog",
    "termios",
    "tty",
    "uvloop",
}
GUARDS = ("os.name", "sys.platform", "hasattr(os", "SO_EXCLUSIVEADDRUSE")
BEHIND_REQUIRE_POSIX = {
    "client_tests/driver/line_process.py",
    "client_tests/running/signals.py",
    "client_tests/running/workers.py",
}
"""They run after `require_posix` only: see the tests of the kit below."""

LINUX_ONLY = {
    "mockserver/programs/launcher.py",
    "mockserver/programs/launcher_process.py",
    "mockserver/programs/namespace.py",
    "mockserver/programs/namespace_refusals.py",
    "mockserver/programs/network_watch.py",
    "mockserver/programs/own_network.py",
    "mockserver/programs/packet_watch.py",
    "mockserver/programs/socket_opener.py",
}
"""They are about namespaces, and are imported on Linux only."""

FORKING = {
    "mockserver/edges/port_sharing.py",
    "mockserver/edges/process_lock.py",
    "mockserver/edges/worker.py",
    "mockserver/edges/workers.py",
}
"""They are about forked processes, and are imported where there is a fork."""

IMPORTED_WITH_CARE = LINUX_ONLY | FORKING


def list_sources():
    """Return the product's own modules, by their paths: not the tests, and no benchmark."""
    paths = [*ROOT.glob("mockserver/**/*.py"), *ROOT.glob("client_tests/**/*.py")]
    paths += ROOT.glob("examples/*.py")
    named = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    return {name: text for name, text in named.items() if not name.startswith("mockserver/tests/")}


SOURCES = list_sources()


def find_unguarded(text):
    """Return what a module asks for that Windows lacks, where nothing asks which system it is.

    What guards a name is a statement at the top of the module, or a function, that says one of
    GUARDS.
    """
    found = []
    for block in list_blocks(ast.parse(text)):
        names = [name for node in ast.walk(block) for name in list_names(node)]
        if names and not any(guard in ast.unparse(block) for guard in GUARDS):
            found += names
    return sorted(set(found))


def list_blocks(tree):
    """Return each function, and each statement of the module or of a class that is none."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from list_blocks(node)
        else:
            yield node


def list_names(node):
    """Return the names of a node that Windows lacks."""
    if isinstance(node, ast.Attribute):
        owners = [node.value.id] if isinstance(node.value, ast.Name) else []
        asyncio = ["asyncio"] if node.attr in POSIX_ONLY["asyncio"] else []
        return [
            f"{owner}.{node.attr}"
            for owner in owners + asyncio
            if node.attr in POSIX_ONLY.get(owner, ())
        ]
    if isinstance(node, ast.ImportFrom):
        taken = POSIX_ONLY.get(node.module or "", set())
        names = [f"{node.module}.{each.name}" for each in node.names if each.name in taken]
        return names + [name for name in [node.module] if name in POSIX_MODULES]
    if isinstance(node, ast.Import):
        return [each.name for each in node.names if each.name in POSIX_MODULES]
    return []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import fcntl", ["fcntl"]),
        ("from resource import getrusage", ["resource"]),
        ("from signal import SIGKILL", ["signal.SIGKILL"]),
        ("def f():\n    os.killpg(1, signal.SIGKILL)", ["os.killpg", "signal.SIGKILL"]),
        ("class A:\n    def f(self):\n        self.loop.add_reader(1)", ["asyncio.add_reader"]),
        ("sock.setsockopt(1, socket.SO_REUSEADDR, 1)", ["socket.SO_REUSEADDR"]),
        ("if os.name == 'posix':\n    import fcntl", []),
        ("def f():\n    if sys.platform == 'win32':\n        return\n    os.fork()", []),
        ("if hasattr(os, 'register_at_fork'):\n    os.register_at_fork()", []),
        ("signal.signal(signal.SIGTERM, f)\nselect.select([], [], [])\nos.kill(1, 2)", []),
    ],
)
def test_a_name_that_windows_lacks_is_found_where_nothing_guards_it(text, found):
    """As a module, an attribute or an import; behind a question about the system it may stand."""
    assert find_unguarded(text) == found


@for_each("path", sorted(SOURCES.keys() - BEHIND_REQUIRE_POSIX - IMPORTED_WITH_CARE))
def test_a_module_asks_for_nothing_that_windows_lacks(path):
    """Each use is guarded by a question about the system."""
    assert find_unguarded(SOURCES[path]) == []


@pytest.mark.parametrize(
    ("files", "guards"),
    [
        (LINUX_ONLY, ("sys.platform", "TYPE_CHECKING")),
        (FORKING, ("hasattr(os, 'fork')", "TYPE_CHECKING")),
    ],
)
def test_what_is_for_some_systems_alone_is_imported_where_something_asks_for_it(files, guards):
    """Each import of it from elsewhere is guarded."""
    names = {each.removesuffix(".py").replace("/", ".") for each in files}
    found = [
        (path, node.module)
        for path in sorted(SOURCES.keys() - files)
        if any(each.rpartition(".")[2] in SOURCES[path] for each in names)
        for block in list_blocks(ast.parse(SOURCES[path]))
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
        and {node.module, *(f"{node.module}.{each.name}" for each in node.names)} & names
        and not any(guard in ast.unparse(block) for guard in guards)
    ]
    assert found == []


@pytest.mark.parametrize("path", sorted(BEHIND_REQUIRE_POSIX))
def test_a_module_that_needs_posix_can_be_imported_without(path):
    """It asks for what Windows lacks in functions alone."""
    top = [node for node in ast.parse(SOURCES[path]).body if not isinstance(node, ast.ClassDef)]
    rest = [node for node in top if not isinstance(node, ast.FunctionDef)]
    assert find_unguarded(SOURCES[path])
    assert [name for node in rest for each in ast.walk(node) for name in list_names(each)] == []


def find_text_without_encoding(text):
    """Return the calls that read or write text in whatever encoding the system prefers."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if not _names_encoding(call)]


def _names_encoding(call):
    """Tell whether a call that reads or writes text says how; every other call does."""
    named = {each.arg for each in call.keywords}
    match call.func:
        case ast.Name(id="open"):
            says = len(call.args) > 1 and "b" in ast.unparse(call.args[1])
        case ast.Attribute(attr="read_text"):
            says = bool(call.args)
        case ast.Attribute(attr="write_text"):
            says = len(call.args) > 1
        case ast.Attribute(attr="Popen" | "run" | "check_output"):
            says = not named & {"text", "universal_newlines"}
        case _:
            says = True
    return says or "encoding" in named


@pytest.mark.parametrize(
    "call",
    [
        "open('x')",
        "open('x', 'w')",
        "path.read_text()",
        "path.write_text('x')",
        "subprocess.run(['x'], text=True)",
        "subprocess.Popen(['x'], text=True)",
    ],
)
def test_a_text_without_an_encoding_is_found(call):
    """With one it is right."""
    assert find_text_without_encoding(call) == [call]
    named = f"{call[:-1]}, encoding='utf-8')".replace("(, ", "(")
    assert find_text_without_encoding(named) == []


@for_each("path", sorted(SOURCES))
def test_text_is_read_and_written_in_an_encoding_that_is_named(path):
    """Windows would choose another one than UTF-8."""
    assert find_text_without_encoding(SOURCES[path]) == []


@pytest.fixture
def _on_windows(monkeypatch):
    """Let the modules that ask think that this is Windows."""
    for module in (heap, systems):
        monkeypatch.setattr(module, "os", SimpleNamespace(name="nt"))


@pytest.mark.usefixtures("_on_windows")
def test_the_heap_is_left_alone_on_windows():
    """It has no C library that could be asked."""
    assert not heap.return_memory()
    assert not heap.give_back_big_blocks()


def test_two_servers_never_share_a_port():
    """Windows has an option of its own for that; SO_REUSEADDR would let them."""
    assert (
        socket.SO_REUSEADDR if os.name == "posix" else socket.SO_EXCLUSIVEADDRUSE
    ) == listeners._SHARING


@pytest.mark.usefixtures("_on_windows")
@pytest.mark.parametrize(
    "begin",
    [
        lambda client: run(Run(client=client, test_cases=[], limits=Limits(), workers=1)),
        lambda client: check([client.name]),
        lambda client: client.open_testbed().__enter__(),
    ],
    ids=["verify", "driver check", "pytest"],
)
def test_the_kit_says_that_it_cannot_run_clients_on_windows(begin):
    """Before it starts anything."""
    with pytest.raises(UnsupportedSystemError, match="on Windows run it under WSL"):
        begin(ClientUnderTest("true"))
