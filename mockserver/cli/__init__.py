"""The `segmock` command: parses, wires up, prints. What it does is done elsewhere."""

from __future__ import annotations

import errno
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from io import StringIO
from pathlib import Path
from textwrap import indent
from typing import Any, TypeVar

import click
import msgspec
from click.core import ParameterSource

from mockserver import __version__
from mockserver.base.errors import ContractError, EmulatorError
from mockserver.cli.flag_types import Dollars, Number, Whole, WholeRange
from mockserver.contract.files import read_text
from mockserver.extras import needed

F = TypeVar("F", bound=Callable[..., Any])

CONFIG_FILES = ("segmock.toml", "pyproject.toml")
CONFIG_FILE = "segmock.config-file"
_CANNOT_START = 2
_CANNOT_WRITE = {errno.ENOSPC, errno.EBADF}


class Refusal(click.ClickException):
    """What cannot be: one line on stderr, exit 2."""

    exit_code = _CANNOT_START

    def show(self, file: Any = None) -> None:
        """Print the line."""
        click.echo(f"segmock: {self.message}", err=True, file=file)


class Refusing(click.Group):
    """A command group that says what cannot be in one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except EmulatorError as error:
            raise Refusal(str(error)) from None
        except OSError as error:
            if error.errno not in _CANNOT_WRITE:
                raise
            raise _give_up_stdout(error) from None
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            raise Refusal(f"{error.format_message()} ({_advice(error)})") from None


class Elsewhere(Refusing):
    """A group with commands of another one, which is imported when one of them is wanted.

    Args:
        source: That group, as `module:attribute`.
    """

    def __init__(self, *args: Any, source: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._source = source

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of its own commands and of those elsewhere."""
        return sorted({*super().list_commands(ctx), *self._found().commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of its own, or one from elsewhere."""
        return super().get_command(ctx, cmd_name) or self._found().get_command(ctx, cmd_name)

    def _found(self) -> click.Group:
        module, _, name = self._source.partition(":")
        try:
            with needed("the conformance kit", "kit"):
                found: click.Group = getattr(import_module(module), name)
        except EmulatorError as error:
            raise Refusal(str(error)) from None
        return found


def _advice(error: click.UsageError) -> str:
    """Say where a bad value came from, or where the good ones are listed."""
    context = error.ctx
    if context is None:
        return "see segmock --help"
    parameter = getattr(error, "param", None)
    if parameter is not None and parameter.name in (context.default_map or {}):
        source = context.get_parameter_source(parameter.name)
        if source not in {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}:
            return f"{parameter.name} in {context.meta[CONFIG_FILE]}"
    return f"see {context.command_path} --help"


def setting(flag: str, **attributes: Any) -> Callable[[F], F]:
    """Declare a flag that can also come from `SEGMOCK_…` or the configuration file."""
    variable = "SEGMOCK_" + flag.removeprefix("--").upper().replace("-", "_")
    return click.option(flag, envvar=variable, show_envvar=True, show_default=True, **attributes)


@click.group(
    cls=Refusing, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="segmock")
def main() -> None:
    """Emulate the Segmind generative-media gateway on this machine.

    Start with `segmock serve`, and point your client at the URL that it prints.
    """


@main.command()
@setting(
    "--host", default="127.0.0.1", help="Address to listen on; localhost is both 127.0.0.1 and ::1."
)
@setting("--port", type=WholeRange(0, 65535), default=8765, help="Port; 0 takes any free one.")
@setting("--clock", default="real", metavar="real|frozen|auto|xN", help="How time goes.")
@setting(
    "--speed",
    type=Number(0.001, 1e6),
    default=20.0,
    help="Jobs take the model's typical seconds divided by this; 1 is realistic.",
)
@setting("--seed", type=Whole(), default=0, help="Ids, seeds and images depend on it alone.")
@setting("--plan", default="unlimited", help="Plan of accounts made on first use.")
@setting(
    "--credits",
    metavar="DOLLARS",
    type=Dollars(),
    default="100",
    help="Their credits, in US dollars.",
)
@setting(
    "--accept",
    type=click.Choice(["any", "listed"]),
    default="any",
    help="Which keys are valid: any, or only those of accounts that were made.",
)
@setting(
    "--v1",
    type=click.Choice(["contract", "json", "image"]),
    default="contract",
    help="What v1 answers with: as each model's contract says, or the same for all.",
)
@setting(
    "--validation",
    type=click.Choice(["faithful", "upfront"]),
    default="faithful",
    help="When v2 refuses a wrong value: as the job runs, or at submit.",
)
@setting(
    "--credits-status",
    type=click.Choice(["406", "402", "split"]),
    default="406",
    help="Status of an empty wallet; split: 406 on v1, 402 on v2.",
)
@setting(
    "--models",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder with more model contracts.",
)
@setting("--no-triggers", is_flag=True, help="Give SG_0000… keys and mock: prompts no meaning.")
@setting(
    "--admin-token",
    metavar="TOKEN",
    help="What control requests must bear; needed where others can reach --host. A flag can be "
    "seen in the list of processes; the variable and a file cannot.",
)
@setting(
    "--admin-token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that holds the admin token.",
)
@setting("--max-body-mib", type=WholeRange(1), default=32, help="Largest body, in MiB.")
@setting(
    "--webhooks",
    type=click.Choice(["auto", "on", "off"]),
    default="auto",
    help="Whether webhooks on this machine are called; auto: not where others can reach --host.",
)
@setting(
    "--memory-mib",
    type=WholeRange(1),
    default=1024,
    help="How much all accounts may keep, in MiB; over it idle ones are forgotten.",
)
@setting(
    "--faults",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON or TOML file of rules for faults, armed from the start; /_mock/reset clears them.",
)
@setting(
    "--cors",
    type=click.Choice(["on", "off"]),
    default="on",
    help="Whether web pages of any origin may call the gateway; never the control plane.",
)
@setting("--explain", is_flag=True, help="Name in each answer the facts behind it.")
@setting(
    "--shutdown-grace",
    metavar="SECONDS",
    type=Number(0, 3600),
    default=5.0,
    help="How long exchanges in flight may go on after SIGINT or SIGTERM.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    envvar="SEGMOCK_CONFIG",
    show_envvar=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _parameter, path: _configure(context, path),
    help="Settings file; else segmock.toml, or [tool.segmock] of pyproject.toml, of this folder.",
)
@click.pass_context
def serve(
    context: click.Context,
    /,
    *,
    host: str,
    port: int,
    admin_token: str | None,
    admin_token_file: Path | None,
    faults: Path | None,
    **fields: Any,
) -> None:
    """Serve the emulator until SIGINT or SIGTERM; a second one does not wait for anybody.

    When it can serve it prints one line, `segmock ready on URL`. A flag beats its environment
    variable, and that beats the configuration file.

    \b
    Examples:
      segmock serve                          any key works, jobs take half a second
      segmock serve --port 0 --clock auto    time moves as you poll: fastest for tests
      segmock serve --speed 1 --plan pro     as slow, and as limited, as the real thing
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    if sys.stdout is None:
        raise Refusal("stdout is closed, and the ready line goes there; send it to /dev/null")
    from mockserver import fault_files
    from mockserver.edges import serve as edge
    from mockserver.emulator import Emulator

    fields["triggers"] = not fields.pop("no_triggers")
    accounts = {"accounts": context.obj} if context.obj else {}
    emulator = Emulator(**fields, **accounts)
    if faults is not None:
        fault_files.arm(faults, emulator.control.add_fault)
    app = emulator.guarded_asgi(host, _read_token(admin_token, admin_token_file))
    sockets = edge.listen(host, port)
    grace_s = emulator.settings.shutdown_grace
    edge.run(app, sockets, lambda: _announce(edge.url_of(sockets[0])), grace_s)


def _read_token(token: str | None, file: Path | None) -> str | None:
    """Return the admin token, wherever it is."""
    if file is None:
        return token
    if token is not None:
        raise Refusal("there is an admin token and a file with one; give one of them")
    from mockserver.edges import access

    return access.read_token(file)


def _announce(url: str) -> None:
    """Print the ready line, which somebody waits for."""
    try:
        click.echo(f"segmock ready on {url}")
    except BrokenPipeError as error:  # otherwise not worth a word: `segmock models list | head`
        raise _give_up_stdout(error) from None


def _give_up_stdout(error: OSError) -> Refusal:
    """Say why nothing can be printed; Python would try to print the rest at its end."""
    sys.stdout = StringIO()
    return Refusal(f"cannot write to stdout: {error.strerror}")


def _configure(context: click.Context, path: Path | None) -> None:
    """Take defaults and accounts from the configuration file."""
    found, table = _config_table(path)
    accounts = table.pop("accounts", None)
    known = {parameter.name for parameter in context.command.params} - {"config"}
    for name, value in table.items():
        if name not in known:
            names = ", ".join(sorted(name for name in known if name))
            raise Refusal(f"{found}: unknown setting {name!r}; settings: {names}, accounts")
        if isinstance(value, dict | list):
            raise Refusal(f"{found}: {name} is a {type(value).__name__}; give one value")
    context.meta[CONFIG_FILE] = found
    context.default_map = {name: str(value) for name, value in table.items()}
    context.obj = accounts


def _config_table(path: Path | None) -> tuple[str, dict[str, Any]]:
    """Return the file's name and its settings; empty when there is none."""
    candidates = [path] if path else [Path(name) for name in CONFIG_FILES]
    for candidate in candidates:
        if not candidate.is_file():
            continue
        try:
            document = tomllib.loads(read_text(candidate))
        except (OSError, ValueError) as error:
            raise Refusal(f"{candidate}: {error}") from None
        table = _settings_of(candidate, document)
        if table is not None:
            return str(candidate), dict(table)
    return "", {}


def _settings_of(file: Path, document: dict[str, Any]) -> dict[str, Any] | None:
    """Return [tool.segmock] of a document, or the document itself where that is for segmock."""
    tools = document.get("tool", {})
    table = tools.get("segmock") if isinstance(tools, dict) else tools
    if table is None and file.name != "pyproject.toml":
        return {key: value for key, value in document.items() if key != "tool"}
    if table is not None and not isinstance(table, dict):
        raise Refusal(f"{file}: [tool.segmock] is to be a table; it is {table!r}")
    return table


@main.group()
def models() -> None:
    """Look at the models that the emulator knows, and check your own."""


@models.command("list")
@click.option("--models", "folder", type=click.Path(path_type=Path), help="A folder with more.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_models(folder: Path | None, *, as_json: bool) -> None:
    """List every model: slug, task, what v1 returns, seconds, price."""
    terms = [model.terms for model in _catalogue(folder).models.values()]
    if as_json:
        click.echo(_pretty(terms))
        return
    width = max(len(each.slug) for each in terms)
    for each in terms:
        price = f"${min([each.price.usd, *each.price.usd_by_value.values()])}"
        upto = f"-{max(each.price.usd_by_value.values())}" if each.price.usd_by_value else ""
        note = "  retired" if each.retired else ""
        click.echo(
            f"{each.slug:{width}}  {each.task:14}  v1 {each.v1_returns:5}  "
            f"{each.typical_s:6g} s  {price}{upto}{note}"
        )


@models.command("show")
@click.argument("slug")
@click.option("--models", "folder", type=click.Path(path_type=Path), help="A folder with more.")
def show_model(slug: str, folder: Path | None) -> None:
    """Print a model's contract as JSON, its references resolved."""
    known = _catalogue(folder).models
    if slug not in known:
        raise Refusal(f"there is no model {slug!r}; models: {', '.join(known)}")
    click.echo(_pretty(known[slug].schema))


@models.command("lint")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def lint_models(folder: Path | None) -> None:
    """Check every contract, and those in FOLDER: exit 2 names file, place and reason."""
    from mockserver.contract.files import data_dir
    from mockserver.contract.models import load_model, model_files

    catalogue = _catalogue(None)
    files = model_files(folder or data_dir("contracts") / "models")
    broken = 0
    for file in files:
        try:
            model = load_model(file, catalogue.schemas)
            click.echo(f"ok      {file}  {model.slug}")
        except ContractError as error:
            broken += 1
            click.echo(f"broken  {error}", err=True)
    _catalogue(folder) if not broken else None
    sys.exit(_CANNOT_START if broken else 0)


@main.command()
@click.option("--format", "form", type=click.Choice(["json", "yaml"]), default="json")
@click.option("--models", "folder", type=click.Path(path_type=Path), help="A folder with more.")
def openapi(form: str, folder: Path | None) -> None:
    """Print the data plane as OpenAPI 3.1."""
    from mockserver.contract.openapi import openapi as document

    value = document(_catalogue(folder))
    if form == "json":
        click.echo(_pretty(value))
    else:
        import yaml

        yaml.SafeDumper.ignore_aliases = lambda *_: True  # type: ignore[method-assign]
        click.echo(yaml.safe_dump(value, sort_keys=False, allow_unicode=True), nl=False)


@main.group()
def fixtures() -> None:
    """Make, or compare with, the golden exchanges in fixtures/."""


@fixtures.command("write")
@click.option("--out", "folder", type=click.Path(path_type=Path), help="Another folder.")
@click.option("--all", "is_complete", is_flag=True, help="Every exchange as a file; needs --out.")
def write_fixtures(folder: Path | None, *, is_complete: bool) -> None:
    """Write each golden exchange that differs from what is made now, and missing input images.

    A choice of the exchanges are files; digests.txt has a line for each of the others, which
    mockserver.fixtures.load generates.
    """
    from mockserver.fixtures.files import write

    if is_complete and folder is None:
        raise Refusal("--all writes more than fixtures/ is to have: name a folder with --out DIR")
    click.echo(f"{write(folder, is_complete=is_complete)} files written")


@fixtures.command("check")
@click.option("--diff", "is_long", is_flag=True, help="Show how each exchange differs.")
def check_fixtures(*, is_long: bool) -> None:
    """Exit 1 if the emulator answers otherwise than the fixtures say."""
    from mockserver.fixtures.files import find_differences

    changed = find_differences()
    for name, difference in changed.items():
        click.echo(f"differs  {name}")
        if is_long:
            click.echo(indent(difference, "    "))
    click.echo(f"{len(changed)} fixtures differ" if changed else "all as they stand")
    sys.exit(1 if changed else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def selfcheck(*, as_json: bool) -> None:
    """Try every fault wherever it can strike: exit 1 if one does not show, or shows disarmed.

    In the table `b` is before the request is handled, `a` after it, and `·` marks where an effect
    means nothing.
    """
    from mockserver import selfcheck as check

    cells = check.run()
    bad = [cell for cell in cells if not cell.is_good]
    if as_json:
        click.echo(_pretty(msgspec.to_builtins(cells)))
    else:
        click.echo(check.table(cells))
        for cell in bad:
            click.echo(f"✗ {cell.effect} {cell.when} {cell.route}: {cell.note}")
        click.echo(check.summary(cells))
    sys.exit(1 if bad else 0)


@main.group("faults")
def fault_rules() -> None:
    """Look at the faults that can be armed, and at what a file of rules would do."""


@fault_rules.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_faults(*, as_json: bool) -> None:
    """List every effect: where and when it strikes, what it does, an example."""
    rows = _catalogue(None).faults
    if as_json:
        click.echo(_pretty(msgspec.to_builtins(rows)))
        return
    for row in rows:
        click.echo(f"{row.effect}  {' or '.join(row.when)}  {', '.join(row.routes)}")
        click.echo(f"    {row.description}\n    {_compact(row.example)}")


@fault_rules.command("plan")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--api-key", default="SG_0123456789abcdef", show_default=True, help="Who calls.")
@click.option("--seed", type=Whole(), default=0, show_default=True, help="As that of `serve`.")
@click.option("--calls", type=WholeRange(1, 100_000), default=20, show_default=True)
@click.option("--route", default="submit", show_default=True, help="What is called.")
@click.option("--model", help="The model that the calls are about.")
@click.option("--state", help="The state of the job that the calls are about.")
def plan_faults(
    file: Path, api_key: str, seed: int, calls: int, route: str, **about: str | None
) -> None:
    """Tell which of the next calls the rules in FILE would strike, and with what."""
    from mockserver import fault_files
    from mockserver.rules.fault_registry import FaultRegistry

    catalogue = _catalogue(None)
    call = fault_files.call_about(catalogue, api_key=api_key, route=route, **about)
    book = FaultRegistry(catalogue, seed)
    fault_files.arm(file, book.add)
    for ordinal, strike in enumerate(fault_files.plan(book, call, calls), 1):
        struck = f"{strike.fault_id}  {_shown_effect(strike.effect)}" if strike else "-"
        click.echo(f"{ordinal:>{len(str(calls))}}  {struck}")


@main.group(cls=Elsewhere, source="client_tests.cli:verify")
def verify() -> None:
    """Hold a client of the gateway, in any language, to its contract."""


@main.group(cls=Elsewhere, source="client_tests.driver_cli:driver")
def driver() -> None:
    """Write and check a driver, through which `segmock verify` talks to your client."""


def _shown_effect(effect: Any) -> str:
    return f"{effect.when}  {_compact(effect.document)}"


def _compact(value: Any) -> str:
    from mockserver.rules.response_bodies import encode

    return encode(value).decode()


def _catalogue(folder: Path | None) -> Any:
    from mockserver.contract.catalogue import Catalogue

    return Catalogue(folder)


def _pretty(value: Any) -> str:
    from mockserver.rules.response_bodies import encode

    return msgspec.json.format(encode(value), indent=2).decode()
