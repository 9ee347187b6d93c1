"""Carries out the blocks of a page, one after the other, in one folder, as a reader does."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.pages import ROOT
from mockserver.tests.snippets.blocks import (
    DESCRIBES,
    ENDLESS,
    Block,
    Command,
    match_shown,
    read_commands,
)
from mockserver.tests.snippets.guard import Guard, find_foreign_hosts

STORE = "redis://127.0.0.1:6379/0"

PYTEST = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": "mockserver.testing.pytest_plugin,xdist.plugin",
}
"""What has pytest load the plugins that readers have, and not those of this checkout as well."""


@dataclass(frozen=True)
class Reader:
    """Somebody who follows a page: in a folder, with a server and a store of their own.

    Attributes:
        folder: Where it is done.
        guard: What keeps it on this machine.
        port: That of the server, which pages call 8765.
        store: The URL of a Redis, which pages call `STORE`.
    """

    folder: Path
    guard: Guard
    port: str
    store: str

    def follow(self, blocks: list[Block]) -> Iterator[str]:
        """Carry out the blocks, and yield what went wrong."""
        for block in blocks:
            for problem in self._try(block):
                yield f"{block}: {problem}"

    def _try(self, block: Block) -> Iterator[str]:
        if block.name:
            self._save(block.name, block.text)
        elif block.language == "console":
            for command in read_commands(block):
                if not command.why_not_run:
                    yield from self._type(command)
        elif block.language == "sh":
            yield from self._run_script(block.text)
        elif block.language in {"python", "js"}:
            yield from self._run(*self._save_program(block))

    def _run_script(self, text: str) -> Iterator[str]:
        """Run all of it in one shell, but for the lines that go on until they are stopped."""
        lines = text.splitlines(keepends=True)
        script = "".join(line for line in lines if not ENDLESS.match(line))
        token = "SEGMOCK_ADMIN_TOKEN=any\n"  # not exported: the server has none
        yield from self._run("sh", "-euc", token + self._with_server(script))
        for line in filter(ENDLESS.match, lines):
            yield from self._type(Command(line.partition(" #")[0].strip()))

    def _save(self, name: str, text: str) -> str:
        (self.folder / name).write_text(self._with_port(text), encoding="utf-8")
        return name

    def _with_port(self, text: str) -> str:
        return text.replace("8765", self.port).replace(STORE, self.store)

    def _with_server(self, text: str) -> str:
        """Have what asks a running server ask the one of this reader."""
        address = rf"SEGMOCK_URL=http://127.0.0.1:{self.port} \g<0>"
        return self._with_port(re.sub(r"\bsegmock (env|ping|tail)\b", address, text))

    def _save_program(self, block: Block) -> list[str]:
        """Save a program or a test; return the words that run it."""
        if block.language == "js":
            name = self._save("it.mjs", block.text)
            return ["node", *(["--test"] if "node:test" in block.text else []), name]
        name = self._save("test_it.py", block.text)
        if "unittest.TestCase" in block.text:
            return ["python", "-W", "error", "-m", "unittest", name]
        if "def test_" in block.text:
            return ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider", name]
        return ["python", name]

    def _type(self, command: Command) -> Iterator[str]:
        line = self._with_server(command.line)
        if ENDLESS.match(command.line):
            yield from self._start(line, command.shown)
        else:
            yield from self._run("sh", "-euc", line, shown=command.shown)

    def _run(self, *words: str, shown: tuple[str, ...] = ()) -> Iterator[str]:
        """Carry out a command that ends; yield what is wrong with what it does and prints."""
        path = self.folder / "printed.txt"
        with path.open("w", encoding="utf-8") as printed:
            process = self._popen(*words, stdout=printed, stderr=subprocess.STDOUT)
            try:
                code = process.wait(PATIENCE_S)
            finally:
                _kill_group(process)  # what it left in the background, or all of it
        text = path.read_text(encoding="utf-8")
        if code:
            yield f"{' '.join(words)} ended with exit code {code}:\n{text}"
        if not DESCRIBES.match(words[-1]):
            yield from self._judge(text, shown)

    def _start(self, line: str, shown: tuple[str, ...]) -> Iterator[str]:
        """Carry out a command that goes on, until it has printed a line.

        `segmock tail` begins with what was asked before; `segmock record` listens where it can.
        """
        if "segmock tail" in line:
            line = f"{line} --last 1"
        if "segmock record " in line:
            line = f"{line} --port 0"
        process = self._popen("sh", "-euc", line, stdout=subprocess.PIPE)
        try:
            first = process.stdout.readline()
        finally:
            _kill_group(process)
            process.communicate()
        if not first:
            yield f"{line} ended, and printed nothing"
        yield from self._judge(first, shown)

    def _popen(self, *words: str, **streams: object) -> subprocess.Popen[str]:
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        return subprocess.Popen(
            words,
            cwd=self.folder,
            env={
                **self.guard.env,
                "PATH": path,
                "SEGMOCK_PORT": "0",
                "SHELL": "/bin/sh",
                "CURL_HOME": str(self.folder),
                **PYTEST,
            },
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            **streams,
        )

    def _judge(self, text: str, shown: tuple[str, ...]) -> Iterator[str]:
        for line in shown:
            if not match_shown(self._with_port(line)).search(text):
                yield f"shows {line!r}, and this came:\n{text}"
        if hosts := find_foreign_hosts(text):
            yield f"handed out addresses of {', '.join(hosts)}"


def _kill_group(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:  # nothing of it is left
        return


APP = """\
import segmind

assert "segmind.com/outputs/" in segmind.run("ideogram-3", prompt="A paper boat")["output"]
"""
"""A program that has the vendor's hosts built in: it runs where those are the emulator."""

_leave_out = shutil.ignore_patterns("node_modules", "suites", "test", "package-lock.json")


def lay_out(folder: Path, rules: str, model: str) -> None:
    """Write what pages take for granted: an app, rules, a folder of models, Node's package."""
    shutil.copytree(ROOT / "examples" / "node", folder, dirs_exist_ok=True)
    for test in folder.glob("*.test.mjs"):
        test.unlink()
    package = ROOT / "clients" / "node"
    shutil.copytree(package, folder / "node_modules" / "segmock", ignore=_leave_out)
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "FILE").write_text(rules, encoding="utf-8")
    (folder / "DIR").mkdir()
    (folder / "DIR" / "tiny-painter.json").write_text(model, encoding="utf-8")
    # so that curl ends with an error where the answer is one
    (folder / ".curlrc").write_text("fail\n", encoding="utf-8")
