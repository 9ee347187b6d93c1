"""README, docs and changelog tell of all that there is, and count it right."""

import inspect
import json
import re
import tomllib
from collections import Counter
from fnmatch import fnmatch

import click
import httpx
import pytest
import yaml
from click.testing import CliRunner

import mockserver
import mockserver.testing
from client_tests.mutants import MUTANTS
from mockserver import fixtures
from mockserver.cli import main
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.directory import load_directory
from mockserver.contract.files import find_data_dir
from mockserver.contract.kinds import load_kinds
from mockserver.edges.control_http import make_control_app
from mockserver.edges.journal_stream import JournalFeed
from mockserver.emulator import Emulator
from mockserver.rules import magic_values
from mockserver.tests.models import MODELS, WHOLE
from mockserver.tests.pages import ALL, PAGES, ROOT, row_of, section

CATALOGUE = Catalogue()
DIRECTORY = load_directory(find_data_dir("contracts") / "directory.json").index_rows()
FIXTURE = type(pytest.fixture(lambda: None))
NUMERALS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def walk(command, *path):
    """Return each command below this one, with the words that call it."""
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    below = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [each for name, found in below for each in walk(found, *path, name)]


COMMANDS = {" ".join(path): command for path, command in walk(main, "segmock")}
SERVE = COMMANDS["segmock serve"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_row(name):
    """So has each option of it a place on some page."""
    row_of("docs/commands.md", f"`{name}`", f"`{name} ")
    options = [each for param in COMMANDS[name].params for each in param.opts if each[:2] == "--"]
    assert [option for option in options if option not in ALL] == []


@pytest.mark.parametrize("option", SERVE.params, ids=lambda option: option.opts[0])
def test_every_setting_has_a_row_with_its_variable_and_default(option):
    """A flag that nobody can read of does not exist."""
    flag, variable, default, text = row_of("docs/serving.md", f"`{option.opts[0]}`")
    usual = option.to_info_dict()["default"]
    shown = "off" if option.is_flag else "" if usual in {None, "Sentinel.UNSET"} else f"`{usual}`"
    assert (flag, variable, default) == (f"`{option.opts[0]}`", f"`{option.envvar}`", shown)
    assert text


def test_every_variable_that_is_read_is_told_of():
    """Those of the flags and all others; variables of the tests stand in CONTRIBUTING."""
    sources = [*ROOT.glob("mockserver/**/*.py"), *ROOT.glob("client_tests/**/*.py")]
    names = {
        name
        for path in sources
        for name in re.findall(r"\bSEGMOCK_[A-Z_]+[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    assert {"SEGMOCK_URL", "SEGMOCK_STORM"} < names
    assert [name for name in sorted(names) if f"`{name}`" not in ALL] == []


def test_every_control_route_is_told_of():
    """Each path of the control plane is described."""
    emulator = Emulator()
    app = make_control_app(JournalFeed(emulator.control, emulator.transactions), max_body=0)
    told = PAGES["docs/control-plane.md"] + PAGES["docs/gateway.md"]
    paths = [route.path_format for route in app.routes]
    assert [path for path in paths if f"{path}`" not in told] == []


@pytest.mark.parametrize("row", CATALOGUE.routes, ids=lambda row: row.name)
def test_every_route_is_told_of(row):
    """Its path where the gateway is described, its name where the journal is."""
    for text, page in (
        (f"{row.path}`", "docs/gateway.md"),
        (f"`{row.name}`", "docs/control-plane.md"),
    ):
        assert text in PAGES[page], f"{page} does not tell of {text}"


def test_every_field_of_an_exchange_has_a_row():
    """Those that are only there where there is something to tell, too."""
    emulator = Emulator(clock="auto")
    account = emulator.account()
    account.faults.add({"extra_fields": {"region": "eu"}})
    account.clock.sleep(1)
    with httpx.Client(transport=emulator.transport, base_url="http://localhost") as client:
        body = {"prompt": "A boat", "promt": "A ship", "seed": "4711"}
        body |= dict.fromkeys(map(str, range(50_000)), 1)
        client.post("/v2/ideogram-3", json=body, headers={"x-api-key": account.api_key})
    [exchange] = account.requests
    names = re.findall(r"`(\w+)`", section("docs/control-plane.md", "## The journal"))
    told = {"fault_id", "slept_s", "truncated", "unknown_params", "numbers_as_text"}
    assert told < set(exchange)
    assert [name for name in {*exchange, "advice", "hint"} if name not in names] == []


@pytest.mark.parametrize("rule", CATALOGUE.verdicts.values(), ids=lambda rule: rule.id)
def test_every_verdict_has_a_row(rule):
    """With its level, and what to do."""
    row = row_of("docs/control-plane.md", f"`{rule.id}`")
    assert row == [f"`{rule.id}`", rule.level, rule.title]


@pytest.mark.parametrize("row", CATALOGUE.faults, ids=lambda row: row.effect)
def test_every_effect_has_a_row_that_says_where_and_when(row):
    """Its example can be armed, and strikes where the row says."""
    example, text, routes, when = row_of("docs/faults.md", f'`{{"{row.effect}":')
    every = [name for each in CATALOGUE.faults for name in each.routes]
    left_out = [name for name in dict.fromkeys(every) if name not in row.routes]
    but = f"all but {', '.join(left_out)}" if left_out else "all"
    assert when == ", ".join(row.when)
    assert routes == (but if len(left_out) < len(row.routes) - 1 else ", ".join(row.routes))
    assert CATALOGUE.fault_validators[row.effect].is_valid(json.loads(example.strip("`")))
    assert text


@pytest.mark.parametrize("name", WHOLE)
def test_every_model_is_told_of(name):
    """Models are named where they are listed."""
    assert f"`{name}`" in PAGES["docs/models.md"], f"docs/models.md has no row for {name}"


@pytest.mark.parametrize("task", load_kinds())
def test_every_kind_of_model_has_a_row_with_its_numbers(task):
    """How many of the directory's models are of each level, and what v1 answers with."""
    _, *numbers, makes, answers = row_of("docs/models.md", f"`{task}` |")
    of_kind = [terms for slug in DIRECTORY if (terms := MODELS[slug].terms).task == task]
    counted = Counter(terms.level for terms in of_kind)
    assert numbers == [str(counted[level]) for level in ("verified", "partial", "listed")]
    kind = load_kinds()[task].model
    assert answers == ("JSON" if kind["v1_returns"] == "json" else "its bytes")
    told = [kind["output"].get("size", {}).get("default", "").replace("x", " by ")]
    told.append(str(kind["output"].get("duration", {}).get("default_s", "")))
    assert makes.startswith("the same") or all(each in makes for each in told)


def test_the_directory_is_as_long_as_is_said():
    """In the first lines of README and of the page about models."""
    for page in ("README.md", "docs/models.md"):
        assert f" {len(DIRECTORY)} of them" in PAGES[page]


@pytest.mark.parametrize("plan", CATALOGUE.plans.values(), ids=lambda plan: plan.name)
def test_every_plan_has_a_row_with_its_limit(plan):
    """A plan without a limit has none there."""
    limit = row_of("docs/serving.md", f"`{plan.name}`")[1]
    assert limit == str(plan.requests_per_minute or "")


@pytest.mark.parametrize("code", [*magic_values.KEYS, *magic_values.POST_ERRORS])
def test_every_magic_key_is_told_of(code):
    """Each code that a key can end in is listed."""
    assert f"{code}`" in PAGES["docs/faults.md"]


@pytest.mark.parametrize("word", ["fail", "block", "stall", "slow", "expire", "status"])
def test_every_magic_prompt_is_told_of(word):
    """Each word that can follow `mock:` is listed."""
    assert f"`mock:{word}" in PAGES["docs/faults.md"]


def test_every_fixture_of_the_plugin_has_a_row(request):
    """Fixtures whose names begin with an underscore are its own affair."""
    plugin = vars(request.config.pluginmanager.get_plugin("segmock"))
    names = [name for name, value in plugin.items() if isinstance(value, FIXTURE)]
    public = [name for name in names if not name.startswith("_")]
    assert "segmock" in public
    for name in public:
        row_of("docs/testing.md", f"`{name}` |")


def test_every_public_name_for_tests_is_told_of(segmock_respx):
    """Of the packages, of an account, and of what an account has."""
    account = segmock_respx
    members = {name for each in (account, account.clock, account.faults) for name in dir(each)}
    told = PAGES["docs/testing.md"]
    public = [name for name in sorted(members) if not name.startswith("_")]
    assert [name for name in public if not re.search(rf"`[^`\n]*\.{name}\b", told)] == []
    names = [*mockserver.__all__, *mockserver.testing.__all__, *functions_of(fixtures)]
    assert [name for name in names if name[0] != "_" and name not in told] == []


def functions_of(module):
    """Return the names of the public functions that a module defines."""
    found = inspect.getmembers(module, inspect.isfunction)
    return [name for name, each in found if each.__module__ == module.__name__ and name[0] != "_"]


# --- Links ------------------------------------------------------------------------------------


def anchors(text):
    """Return what a link to a heading of a page ends in."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_between_pages_leads_somewhere(page):
    """A relative link names a file that is there, and a heading in it."""
    links = re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", PAGES[page])
    for file, anchor in links:
        target = (ROOT / page).parent.joinpath(file).resolve() if file else ROOT / page
        assert target.exists(), f"{page} links to {file}"
        if anchor:
            found = anchors(PAGES[str(target.relative_to(ROOT))])
            assert anchor in found, f"{page} links to {file}#{anchor}"


def test_every_page_and_heading_that_a_text_of_the_code_names_is_there():
    """Hints and help say `docs/PAGE.md`, and under which heading; the README leads on to those."""
    sources = [*ROOT.glob("mockserver/**/*.py"), *ROOT.glob("client_tests/**/*.py")]
    named = []
    for path in sources:
        if "tests" not in path.relative_to(ROOT).parts[:2]:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"in the README\b", text), path
            named += re.findall(r"(docs/[\w-]+\.md)(?:[^'\"\n]*, under '([^']+)')?", text)
    assert ("docs/control-plane.md", "Routes") in named
    assert [each for each in named if each[0] not in PAGES] == []
    assert [each for each in named if each[1] and f"## {each[1]}\n" not in PAGES[each[0]]] == []


def test_every_page_is_in_the_source_distribution():
    """Whoever builds from it reads what the checkout has; the README's links lead somewhere."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert [page for page in PAGES if page.partition("/")[0] not in included] == []
    assert [name for name in included if not (ROOT / name).exists()] == []


def folders():
    """Return the names of the folders of the repository, but for those that are made."""
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()]
    found = [path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."]
    return [name for name in found if not any(fnmatch(name, each) for each in ignored)]


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page):
    """A path in code type begins with a folder of the repository; a word in capitals is any."""
    text = section(page, "## [Unreleased]") if page == "CHANGELOG.md" else PAGES[page]
    paths = re.findall(rf"`((?:{'|'.join(folders())})/[^`\s]+)`", text)
    patterns = {path: re.sub(r"[A-Z]{3,}|…", "*", path.partition("::")[0]) for path in paths}
    assert [path for path, pattern in patterns.items() if not any(ROOT.glob(pattern))] == []


def test_the_readme_names_every_page_and_folder_and_stays_short():
    """It is read in one sitting, and leads on to the rest."""
    readme = PAGES["README.md"]
    assert [page for page in PAGES if page != "README.md" and f"]({page})" not in readme] == []
    assert [name for name in folders() if f"| `{name}/` |" not in readme] == []
    assert len(readme.splitlines()) <= 140


# --- Numbers, the changelog, the hooks ------------------------------------------------------


def counts():
    """Return how many there are of what the texts may count."""
    listed = CliRunner().invoke(main, ["verify", "client", "--list"]).output
    cases, properties = re.findall(r"^(\d+) cases and (\d+) properties$", listed, re.MULTILINE)[0]
    return {
        "cases": int(cases),
        "properties": int(properties),
        "mutants": len(MUTANTS),
        "models": len(CATALOGUE.models),
        "facts": len(CATALOGUE.behaviours),
        "effects": len(CATALOGUE.faults),
        "verdicts": len(CATALOGUE.verdicts),
    }


def test_every_number_that_can_be_counted_is_right():
    """Findings and releases tell of a day; `make matrix` counts for its own page."""
    own = {"docs/findings.md", "docs/matrix.md"}
    told = {page: text for page, text in PAGES.items() if page not in own}
    told["CHANGELOG.md"] = section("CHANGELOG.md", "## [Unreleased]")
    counted = counts()
    pattern = rf"\b(\d[\d,]*|{'|'.join(NUMERALS[2:])}) (?:written )?({'|'.join(counted)})\b"
    for page, text in told.items():
        for number, what in re.findall(pattern, text):
            value = NUMERALS.index(number) if number in NUMERALS else int(number.replace(",", ""))
            assert value == counted[what], f"{page}: {number} {what}"


def test_the_changelog_has_a_gain_a_line_and_the_version():
    """A line has at most 200 characters; the newest release is the one of the package."""
    lines = [line for line in PAGES["CHANGELOG.md"].splitlines() if line.startswith("- ")]
    assert [line for line in lines if len(line) > 200] == []
    [newest, *_] = re.findall(
        r"^## \[(\d[^]]*)\] - \d{4}-\d\d-\d\d$", PAGES["CHANGELOG.md"], re.MULTILINE
    )
    assert newest == mockserver.__version__
    sections = re.findall(r"^### (.*)$", PAGES["CHANGELOG.md"], re.MULTILINE)
    assert set(sections) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_hooks_run_what_the_lock_has():
    """No hook brings a version of its own, so none differs from `make test`."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    lock = (ROOT / "locks" / "python.txt").read_text(encoding="utf-8")
    assert [each["repo"] for each in hooks["repos"]] == ["local"]
    entries = [each["entry"] for each in hooks["repos"][0]["hooks"] if each["language"] == "system"]
    programs = [entry.split()[0].removeprefix(".venv/bin/") for entry in entries]
    packages = {"lint-imports": "import-linter"}
    names = [packages.get(name, name) for name in programs if name != "python"]
    assert {"ruff", "mypy", "import-linter"} <= set(names)
    assert [name for name in names if not re.search(rf"^{name}==", lock, re.MULTILINE)] == []
