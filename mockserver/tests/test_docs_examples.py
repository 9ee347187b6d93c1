"""The examples of README and docs do what they seem to, and none leaves the machine."""

import json
import re
import shlex
import tomllib
from itertools import chain

import click
import httpx
import pytest
import yaml
from click.testing import CliRunner

from mockserver.cli import main
from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY
from mockserver.tests.docker_daemon import serving_docker
from mockserver.tests.pages import ALL, PAGES, ROOT, examples
from mockserver.tests.snippets.blocks import (
    NOT_RUN,
    READ,
    RUN,
    Block,
    find_blocks,
    match_shown,
    read_commands,
)
from mockserver.tests.snippets.guard import Guard, find_foreign_hosts
from mockserver.tests.snippets.running import Reader, lay_out
from mockserver.tests.test_action import ACTION
from mockserver.tests.test_compose import check_schema

BLOCKS = {page: find_blocks(page) for page in PAGES}
EVERY = list(chain.from_iterable(BLOCKS.values()))


def typed(text):
    """Return the words of each `segmock …` of a block: behind its prompts, if it has any."""
    lines = text.replace("\\\n", " ").splitlines()
    prompted = [line for line in lines if line.startswith("$ ")]
    for line in prompted or lines:
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if words and words[0].rpartition("/")[2] == "segmock":
            end = next(
                (n for n, word in enumerate(words) if word in {"|", "&", ">", "&&", "||"}), None
            )
            yield words[1:end]


def parse(words):
    """Read a command line as click does, without carrying it out.

    Raises:
        UsageError: there is no such command or option, or a value is missing or none of those.
    """
    command, context = main, click.Context(main, **main.context_settings)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, command, words = command.resolve_command(context, list(words))
        context = click.Context(command, parent=context, info_name=name)
    values, rest, _ = command.make_parser(context).parse_args(list(words))
    for param in command.params if not isinstance(command, click.Group) else ():
        value = values.get(param.name)
        if not isinstance(value, str | tuple | list) and param.required:
            raise click.MissingParameter(ctx=context, param=param)
        if isinstance(value, str) and not isinstance(param.type, click.Path):
            param.type_cast_value(context, value)
    if rest and not context.allow_extra_args:
        raise click.UsageError(f"too many arguments: {rest}", context)


LINES = [
    pytest.param(words, id=f"{block.id}-{' '.join(words)[:40]}")
    for block in examples("console|sh|bash|powershell")
    for words in typed(block.values[0])
]


@pytest.mark.parametrize("words", LINES)
def test_every_command_line_of_an_example_can_be_typed(words):
    """The command exists, and knows its options and their values."""
    parse(words)


@pytest.mark.parametrize("words", ["serv", "serve --prot 1", "faults plan", "openapi --format x"])
def test_a_command_line_with_a_slip_is_seen(words):
    """So the test above can fail."""
    with pytest.raises(click.UsageError):
        parse(words.split())


def test_every_target_of_make_that_is_named_is_there():
    """`make x` in a text is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    wanted = set(re.findall(r"(?:`|\$ )make ([a-z-]+)", ALL))
    assert [each for each in wanted if not re.search(rf"^{each}:", makefile, re.MULTILINE)] == []


# --- What is carried out -----------------------------------------------------------------


@pytest.fixture
def reader(tmp_path, redis_url):
    """Return somebody who follows pages beside a server, and sees what it hands out."""
    rules, model = (
        next(block.text for block in BLOCKS[page] if word in block.text)
        for page, word in (("docs/faults.md", '"do"'), ("docs/models.md", "x-model"))
    )
    lay_out(tmp_path, f"[{rules}]", model)
    emulator = Emulator(clock="auto")
    with Guard(tmp_path) as guard, serving_docker() as docker, emulator.live() as server:
        guard.env |= docker.env
        httpx.get(f"{server.url}/v1/get-user-credits", headers={"x-api-key": KEY}, trust_env=False)
        yield Reader(tmp_path, guard, server.url.rpartition(":")[2], redis_url)
        assert find_addresses_handed_out(server.url) == []


def find_addresses_handed_out(url):
    """Return the hosts other than this machine that answers of a server named.

    The list of models names its sources on purpose; its test sees to the rest of it.
    """
    listed = httpx.get(f"{url}/_mock/requests", params={"limit": 1000}, trust_env=False).json()
    assert listed["next"] is None
    answers = [
        exchange["response"]
        for exchange in listed["requests"]
        if exchange["route"] != "models-list"
    ]
    return find_foreign_hosts(json.dumps(answers))


@pytest.mark.parametrize("page", [page for page, blocks in BLOCKS.items() if blocks])
def test_what_a_page_shows_is_what_happens(page, reader):
    """Its programs, tests and command lines are carried out from top to bottom, in one folder."""
    problems = list(reader.follow(BLOCKS[page]))
    assert problems == [], "\n\n".join(problems)
    assert reader.guard.leaks == []


def test_every_block_is_carried_out_or_read():
    """Whatever is in a language that is neither has nobody who looks at it."""
    assert {block.language for block in EVERY} - RUN - READ == set()


def test_what_is_not_carried_out_is_in_a_short_list_with_reasons():
    """Nothing of the list is left over from a page that has changed."""
    lines = [each.line for block in EVERY for each in read_commands(block)]
    assert [each for each in NOT_RUN if not any(re.match(each, line) for line in lines)] == []
    assert len(NOT_RUN) <= 5


def test_what_is_saved_is_run_later_on_its_page():
    """A file that a page has its reader save is named by a command line below, or found by one."""
    for page, blocks in BLOCKS.items():
        for block in filter(lambda each: each.name, blocks):
            later = [c.line for b in blocks[block.number :] for c in read_commands(b)]
            found = [line for line in later if block.name in line or "node --test" in line]
            assert found, f"{page}: {block.name}"


ELSEWHERE = {
    "python": "import httpx\nhttpx.get('http://images.segmind.com/a.png')",
    "python by address": "import socket\nsocket.create_connection(('192.0.2.1', 80))",
    "js": "await fetch('http://images.segmind.com/a.png');",
    "js by address": "import net from 'node:net';\nnet.connect(80, '192.0.2.1');",
    "sh": "curl http://images.segmind.com/a.png",
    "console": "$ curl https://images.segmind.com/a.png\n",
}


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_an_example_that_would_leave_the_machine_is_found_out(kind, reader):
    """Whatever opens the connection; so the test above can fail."""
    block = Block("page", 1, kind.split()[0], ELSEWHERE[kind])
    assert list(reader.follow([block]))
    [leak] = reader.guard.leaks
    assert re.search(r"images\.segmind\.com|192\.0\.2\.1", leak) or "CONNECT" in leak


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$ echo http://images.segmind.com/outputs/1.png\n", "handed out addresses of images"),
        ("$ echo 0 passed\nall is well\n", "shows 'all is well'"),
        ("$ false\n", "exit code 1"),
        ("$ segmock serve --clock warp\n", "printed nothing"),
    ],
    ids=["address", "shown", "failed", "ended"],
)
def test_an_example_that_does_otherwise_is_found_out(text, problem, reader):
    """It prints an address of the vendor's, prints something else, fails, or ends too soon."""
    assert problem in "".join(reader.follow([Block("page", 1, "console", text)]))


def test_an_answer_with_an_address_of_the_vendors_is_found_out():
    """It has one where the Host that was asked is the vendor's: the client would follow it."""
    emulator = Emulator(clock="auto")
    with emulator.live() as server:
        headers = {"x-api-key": KEY, "host": "api.segmind.com"}
        httpx.post(f"{server.url}/v2/ideogram-3", json={"prompt": "A boat"}, headers=headers)
        assert find_addresses_handed_out(server.url) == ["api.segmind.com"]


@pytest.mark.parametrize(
    ("shown", "printed", "is_like_it"),
    [
        ("segmock ready on http://127.0.0.1:8765", "segmock ready on http://127.0.0.1:40001", True),
        ("http://127.0.0.1:8765/outputs/…", "http://127.0.0.1:1/outputs/5f3a.png", True),
        ("1 passed", "1 failed", False),
        ("a.b", "axb", False),
    ],
)
def test_a_line_that_is_shown_stands_for_those_like_it(shown, printed, is_like_it):
    """Numbers differ from run to run, and `…` is whatever comes."""
    assert bool(match_shown(shown).search(printed)) is is_like_it


# --- What is read ------------------------------------------------------------------------


@pytest.mark.parametrize("text", examples("json"))
def test_every_json_example_is_json(text):
    """Also those of one line."""
    assert json.loads(text)


@pytest.mark.parametrize("text", examples("yaml"))
def test_every_yaml_example_is_right_by_its_schema(text, tmp_path):
    """It is a workflow or a compose file, and its makers publish what those are."""
    (tmp_path / "it.yaml").write_text(text, encoding="utf-8")
    kind = "compose-spec" if "services:" in text else "github-workflows"
    assert check_schema(kind, tmp_path / "it.yaml") == ""


@pytest.mark.parametrize("text", examples("yaml", having="OWNER/REPOSITORY@TAG"))
def test_every_workflow_of_an_example_gives_our_action_what_it_takes(text):
    """Its inputs are declared, and so are the outputs that other steps read."""
    [job] = yaml.safe_load(text)["jobs"].values()
    [step] = [each for each in job["steps"] if "OWNER" in each.get("uses", "")]
    assert set(step["with"]) <= set(ACTION["inputs"])
    read = re.findall(rf"steps\.{step['id']}\.outputs\.(\w+)", text)
    assert read
    assert set(read) <= set(ACTION["outputs"])


@pytest.mark.parametrize("text", examples("yaml", having="pip install"))
def test_every_workflow_of_an_example_installs_what_can_be_installed(text):
    """From a repository, with what the tests need beside it, before they are run."""
    [job] = yaml.safe_load(text)["jobs"].values()
    install, test = [step["run"] for step in job["steps"] if "run" in step]
    assert shlex.split(install) == [
        *("pip", "install", "git+https://HOST/OWNER/REPOSITORY", "pytest", "segmind")
    ]
    assert test == "pytest"


@pytest.mark.parametrize("text", examples("toml"))
def test_every_toml_example_is_toml(text):
    """Settings and rules."""
    assert tomllib.loads(text)


@pytest.mark.parametrize("text", examples("json", "README.md", "docs/faults.md"))
def test_every_rule_of_an_example_can_be_armed(text, tmp_path):
    """The rules of the pages are read as those of a file."""
    file = tmp_path / "rules.json"
    file.write_text(f"[{text}]", encoding="utf-8")
    done = CliRunner().invoke(main, ["faults", "plan", str(file)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("text", examples("toml", "docs/faults.md"))
def test_every_file_of_rules_can_be_armed(text, tmp_path):
    """The same for TOML."""
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["faults", "plan", str(file), "--route", "status"])
    assert "429" in done.output


def test_the_example_model_is_one(tmp_path, make_client):
    """The model file of the docs can be saved, linted and called."""
    [[text]] = [each.values for each in examples("json", having="x-model")]
    (tmp_path / "tiny-painter.json").write_text(text, encoding="utf-8")
    client = make_client(models=tmp_path)
    answer = client.post("/v1/tiny-painter", {"prompt": "A thimble", "size": "512x512"})
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
