"""Every name on which somebody outside depends, as `public_names.txt` has it.

`python -m mockserver.tests.public_names --write` takes over a change that is meant. A name that
goes, or changes, breaks somebody: say so in CHANGELOG.md.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import click
import httpx
import pytest

from client_tests import options
from mockserver.cli import main as segmock
from mockserver.contract.catalogue import Catalogue
from mockserver.edges.control_http import make_control_app
from mockserver.edges.journal_stream import JournalFeed
from mockserver.emulator import Emulator
from mockserver.handles.account import AccountHandle
from mockserver.handles.control_client import InProcessControlClient
from mockserver.settings import Settings
from mockserver.testing import pytest_plugin
from mockserver.testing.sessions import TestAccount
from mockserver.tests.pages import PAGES, ROOT, section

LIST = Path(__file__).with_suffix(".txt")
CATALOGUE = Catalogue()
KEY = "SG_0123456789abcdef"
INTERNAL = {"docs/architecture.md", "docs/matrix.md", "CONTRIBUTING.md", "CHANGELOG.md"}
"""Pages for those who change segmock."""

PACKAGES = ("mockserver", "client_tests")

FREE_FORM = {"do", "params", "headers", "body", "schema", "sample", "example", "usd_by_value"}
"""Keys of answers whose values are what somebody else has said."""

SILENT = {"/openapi.json", "/_mock/health", "/_mock/behaviours", "/_mock/events"}
"""Routes that are not asked for what they take: nothing, or a query like that of the journal."""

FOR_BROWSERS = {"size": "-120x120", "name": "com.chrome.devtools.json", "path": "no-such.mjs"}
"""What is in paths that browsers ask for by themselves; they take nothing."""

ANSWERED: dict[tuple[str, str], dict[str, Any]] = {
    ("GET", "/_mock"): {},
    ("GET", "/_mock/health"): {},
    ("GET", "/_mock/accounts"): {},
    ("GET", "/_mock/accounts/{api_key}"): {},
    ("PUT", "/_mock/accounts/{api_key}"): {"json": {"plan": "free"}},
    ("GET", "/_mock/clock"): {},
    ("PATCH", "/_mock/clock"): {"json": {"api_key": KEY, "advance_s": 60}},
    ("GET", "/_mock/jobs"): {},
    ("GET", "/_mock/jobs/{request_id}"): {},
    ("PATCH", "/_mock/jobs/{request_id}"): {"json": {"state": "COMPLETED"}},
    ("GET", "/_mock/requests"): {},
    ("GET", "/_mock/faults"): {},
    ("POST", "/_mock/faults"): {"json": {"do": {"reset": True}}},
    ("GET", "/_mock/faults/{fault_id}"): {},
    ("GET", "/_mock/verdicts"): {},
    ("GET", "/_mock/verdicts/rules"): {},
    ("GET", "/_mock/behaviours"): {},
    ("GET", "/_mock/models"): {"params": {"limit": 1}},
    ("GET", "/_mock/models/{slug}"): {},
    ("GET", "/_mock/routes"): {},
    ("GET", "/_mock/effects"): {},
    ("GET", "/_mock/plans"): {},
    ("GET", "/_mock/snippets"): {},
    ("GET", "/_mock/outputs"): {},
}
"""What is asked of a route for the sake of the keys that it answers."""


# --- The command line -------------------------------------------------------------------------


def walk(command: click.Command, *path: str) -> Iterator[str]:
    """Yield each command, each of its options and arguments, and the words that they take."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from walk(below, *path, name)
        return
    words = " ".join(path)
    yield words
    for parameter in command.params:
        names = "/".join(parameter.opts + parameter.secondary_opts)
        kind = parameter.type
        choices = f" {'|'.join(kind.choices)}" if isinstance(kind, click.Choice) else ""
        yield f"{words} {names}{choices}"


def find_variables() -> set[str]:
    """Return the environment variables that are read or set, those of flags included."""
    found = {
        str(parameter.envvar)
        for command in segmock.commands.values()
        for parameter in command.params
        if parameter.envvar
    }
    for path in [*ROOT.glob("mockserver/**/*.py"), *ROOT.glob("client_tests/**/*.py")]:
        if "tests" in path.relative_to(ROOT).parts:
            continue
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "SEGM" in text else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"^SEG(?:MOCK|MIND)_[A-Z_]*[A-Z]$", node.value))
    return found


# --- HTTP -------------------------------------------------------------------------------------


def list_control_routes() -> list[tuple[str, str]]:
    """Return method and path of each route of the control plane."""
    emulator = Emulator()
    app = make_control_app(JournalFeed(emulator.control, emulator.transactions), max_body=0)
    return [
        (method, route.path_format)
        for route in app.routes
        for method in sorted(route.methods - {"HEAD"})
    ]


def find_keys(value: Any, place: str = "") -> Iterator[str]:
    """Yield the place of each key in a JSON value; `[]` stands for all items of a list."""
    if isinstance(value, list):
        for item in value:
            yield from find_keys(item, f"{place}[]")
    elif isinstance(value, dict):
        for key, below in value.items():
            yield f"{place}.{key}".lstrip(".")
            if key not in FREE_FORM:
                yield from find_keys(below, f"{place}.{key}")


def find_control_names() -> Iterator[str]:
    """Yield what each route of the control plane takes and answers."""
    emulator = Emulator(clock="auto")
    account = emulator.account(KEY)
    headers = {"x-api-key": account.api_key}
    with httpx.Client(
        transport=emulator.transport, base_url="http://localhost", headers=headers
    ) as client:
        about = tell_story(account, client)
        for method, path in list_control_routes():
            url = path.format(**about, **FOR_BROWSERS)
            for field in find_fields(client, method, url):
                yield f"{method} {path} takes {field}"
            if (method, path) in ANSWERED:
                answer = client.request(method, url, **ANSWERED[method, path]).json()
                for key in sorted(set(find_keys(answer))):
                    yield f"{method} {path} answers {key}"
        for key in sorted(client.get("/_mock/nothing").json()):
            yield f"a refusal of the control plane answers {key}"


def tell_story(account: AccountHandle, client: httpx.Client) -> dict[str, str]:
    """Give an account a bit of everything; return what the paths of routes name."""
    on = {"route": "status", "model": "ideogram-3", "state": "QUEUED"}
    account.faults.add({"extra_fields": {"region": "eu"}}, on="status", times=1)
    account.faults.add(
        {"reset": True}, on=on, when="before", times=3, skip=1, every=2, probability=0.5
    )
    account.clock.set("frozen")
    client.post("/v2/ideogram-3", json={"prompt": "A boat"})
    account.clock.sleep(60)
    client.post("/v2/ideogram-3", json={"prompt": "mock:fail=no"})
    much = dict.fromkeys(map(str, range(50_000)), 1)
    body = {"prompt": "mock:stall", "promt": "A ship", "seed": "4711", **much}
    job = client.post("/v2/ideogram-3", json=body).json()["request_id"]
    client.get(f"/v2/requests/{job}/status?api_key=word")
    return {
        "api_key": account.api_key,
        "request_id": job,
        "fault_id": "fault-2",
        "slug": "ideogram-3",
    }


def find_fields(client: httpx.Client, method: str, url: str) -> Iterator[str]:
    """Yield the fields that a route names where it refuses one that it does not know."""
    if method == "DELETE" or url in SILENT or not url.startswith("/_mock"):
        return
    kind, given = ("query", "params") if method == "GET" else ("body", "json")
    refusal = client.request(method, url, **{given: {"no such field": "1"}})
    hint = refusal.json().get("hint", "")
    if hint.startswith("fields: "):
        yield from (f"{kind} {field}" for field in hint.removeprefix("fields: ").split(", "))


# --- Python -----------------------------------------------------------------------------------


class Parser:
    """What a plugin tells of its options."""

    def __init__(self) -> None:
        self.options: list[str] = []

    def getgroup(self, *_: str) -> Parser:
        """Return a group, which is all there is."""
        return self

    def addoption(self, *names: str, **_: Any) -> None:
        """Take an option."""
        self.options.extend(names)


def list_pytest_names() -> list[str]:
    """Return fixtures, options and the marker of the plugin, and the options of the kit."""
    plugin, kit, marks = Parser(), Parser(), []
    pytest_plugin.pytest_addoption(plugin)
    options.pytest_addoption(kit)
    pytest_plugin.pytest_configure(SimpleNamespace(addinivalue_line=lambda *of: marks.append(of)))
    fixture = type(pytest.fixture(lambda: None))
    names = [name for name, value in vars(pytest_plugin).items() if isinstance(value, fixture)]
    return [
        *(f"fixture {name}" for name in names if name[0] != "_"),
        *(f"option {name}" for name in plugin.options + kit.options),
        *(f"{kind[:-1]} {text.partition(':')[0]}" for kind, text in marks),
    ]


def find_imports() -> set[str]:
    """Return what the pages for users import, or name in full, from these packages."""
    text = "\n".join(PAGES[page] for page in PAGES if page not in INTERNAL)
    found = set(re.findall(r"`((?:mockserver|client_tests)\.[\w.]+(?::\w+)?)[`(]", text))
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(PACKAGES):
                found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


def find_object(name: str) -> Any:
    """Return what a dotted name, or one with a colon, stands for."""
    module, _, attribute = name.replace(":", ".").rpartition(".")
    found = getattr(import_module(module), attribute, None)
    return import_module(name) if found is None else found


def find_members(name: str, value: Any) -> Iterator[str]:
    """Yield the public members of an object, methods with the names of what they take."""
    for member in dir(value):
        if member[0] != "_":
            yield f"{name}.{member}{render_parameters(inspect.getattr_static(value, member))}"


def _is_function(value: Any) -> bool:
    """Tell whether a value is a function, one whose results are cached too."""
    return inspect.isfunction(getattr(value, "__wrapped__", value))


def find_functions(name: str, module: ModuleType) -> Iterator[str]:
    """Yield the functions that a module offers: those that it lists, or all that are ours."""
    functions = dict(inspect.getmembers(module, _is_function))
    ours = [each for each in functions if functions[each].__module__.startswith(PACKAGES)]
    for member in getattr(module, "__all__", [each for each in ours if each[0] != "_"]):
        yield f"{name}.{member}{render_parameters(functions[member])}"


def render_parameters(value: Any) -> str:
    """Return the names of what a function takes, in brackets; nothing of anything else."""
    if not _is_function(value):
        return ""
    parameters = inspect.signature(value).parameters.values()
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    names = [stars.get(each.kind, "") + each.name for each in parameters]
    return f"({', '.join(name for name in names if name != 'self')})"


def list_python_names() -> Iterator[str]:
    """Yield what can be imported, and the members of what tests hold."""
    for name in sorted(find_imports()):
        found = find_object(name)
        yield name
        if isinstance(found, ModuleType):
            yield from find_functions(name, found)
    emulator = Emulator()
    plane = InProcessControlClient(emulator.in_process)
    account = TestAccount(plane, KEY, "http://localhost")
    yield from find_members("account", account)
    yield from find_members("account.clock", account.clock)
    yield from find_members("account.faults", account.faults)
    told = section("docs/testing.md", "## In process, without a socket")
    for line in find_members("emulator", emulator):
        if re.search(rf"^\|[^|]*`\.{re.split(r'[.(]', line)[1]}\b", told, re.MULTILINE):
            yield line
    yield from (f"Settings.{field}" for field in Settings.__struct_fields__)


# --- The list ---------------------------------------------------------------------------------


def render_list() -> str:
    """Return all public names, a section for each kind."""
    routes = [f"{' '.join(row.methods)} {row.path} {row.name}" for row in CATALOGUE.routes]
    control = [f"{method} {path}" for method, path in list_control_routes()]
    sections = {
        "commands": [*walk(segmock, "segmock")],
        "environment variables": sorted(find_variables()),
        "routes of the data plane": routes,
        "routes of the control plane": control,
        "what the control plane takes and answers": [*find_control_names()],
        "effects of faults": [row.effect for row in CATALOGUE.faults],
        "verdicts": [*CATALOGUE.verdicts],
        "pytest": list_pytest_names(),
        "Python": [*list_python_names()],
    }
    return "\n".join(line for name, lines in sections.items() for line in (f"[{name}]", *lines, ""))


if __name__ == "__main__":
    rendered = render_list()
    if "--write" in sys.argv:
        LIST.write_text(rendered, encoding="utf-8")
    else:
        sys.stdout.write(rendered)
