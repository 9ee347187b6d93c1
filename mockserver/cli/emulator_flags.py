"""The flags that say how an emulator behaves, which every command that starts one has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mockserver.base.errors import EmulatorError
from mockserver.cli.flag_types import Dollars, Number, Whole, WholeRange
from mockserver.cli.settings import add_flags, name_source, read_settings, setting

if TYPE_CHECKING:
    from mockserver.emulator import Emulator

F = TypeVar("F", bound=Callable[..., Any])

_FLAGS = (
    setting("--clock", default="real", metavar="real|frozen|auto|xN", help="How time goes."),
    setting(
        "--clock-start",
        default="now",
        metavar="now|ISO",
        help="Where clocks begin: now, and clients compare what they are told with their own "
        "clocks; or an instant like 2026-01-01T00:00:00Z, and runs repeat.",
    ),
    setting(
        "--speed",
        type=Number(0.001, 1e6),
        default=20.0,
        help="Jobs take the model's typical seconds divided by this; 1 is realistic.",
    ),
    setting("--seed", type=Whole(), default=0, help="Ids, seeds and images depend on it alone."),
    setting("--plan", default="unlimited", help="Plan of accounts made on first use."),
    setting(
        "--credits",
        metavar="DOLLARS",
        type=Dollars(),
        default="100",
        help="Their credits, in US dollars.",
    ),
    setting(
        "--accept",
        type=click.Choice(["any", "listed"]),
        default="any",
        help="Which keys are valid: any, or only those of accounts that were made.",
    ),
    setting(
        "--v1",
        type=click.Choice(["contract", "json", "image"]),
        default="contract",
        help="What v1 answers with: as each model's contract says, or the same for all.",
    ),
    setting(
        "--v1-limit",
        type=click.Choice(["realistic", "scaled"]),
        default="realistic",
        help="When v1 gives up with 504: on runs of over 60 s in life, or as --speed divides them.",
    ),
    setting(
        "--types",
        type=click.Choice(["lenient", "strict"]),
        default="lenient",
        help='Take "8" for 8, null for nothing and bare base64 for a file, or refuse them.',
    ),
    setting(
        "--validation",
        type=click.Choice(["faithful", "upfront"]),
        default="faithful",
        help="When v2 refuses a wrong value: as the job runs, or at submit.",
    ),
    setting(
        "--credits-status",
        type=click.Choice(["406", "402", "split"]),
        default="406",
        help="Status of an empty wallet; split: 406 on v1, 402 on v2.",
    ),
    setting(
        "--models",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help="Folder with more model contracts.",
    ),
    setting(
        "--unknown-models",
        type=click.Choice(["404", "image", "video", "audio", "text", "json"]),
        default="404",
        help="What becomes of a slug that nobody knows: 404, or a run of a model that makes this.",
    ),
    setting("--no-triggers", is_flag=True, help="Give SG_0000… keys and mock: prompts no meaning."),
    setting("--max-body-mib", type=WholeRange(1), default=32, help="Largest body, in MiB."),
    setting(
        "--webhooks",
        type=click.Choice(["auto", "on", "off"]),
        default="auto",
        help="Whether webhooks on this machine are called; auto: not where others can reach it.",
    ),
    setting(
        "--memory-mib",
        type=WholeRange(1),
        default=1024,
        help="How much all accounts may keep, in MiB; over it idle ones are forgotten.",
    ),
    setting(
        "--store",
        default="memory",
        metavar="memory|URL",
        help="Where accounts are kept: in this process, or in a Redis or Valkey at "
        "redis://HOST:PORT/DB, where all that name the same store and seed share them.",
    ),
    setting(
        "--replay",
        metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help="Answer as in a recording, a folder that `segmock record` has filled.",
    ),
    setting(
        "--on-miss",
        type=click.Choice(["fail", "emulate"]),
        default="fail",
        help="What becomes of a call that --replay does not have: fail with status 418 and the "
        "nearest recorded call, or emulate it.",
    ),
    setting(
        "--faults",
        type=click.Path(path_type=Path, dir_okay=False),
        help="JSON or TOML file of rules for faults, armed from the start; /_mock/reset "
        "clears them.",
    ),
    setting(
        "--cors",
        type=click.Choice(["on", "off"]),
        default="on",
        help="Whether web pages of any origin may call the gateway; never the control plane.",
    ),
    setting(
        "--explain",
        is_flag=True,
        help="Name in each answer the facts behind it, and how much is known of its model.",
    ),
)

config_flag = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    envvar="SEGMOCK_CONFIG",
    show_envvar=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _parameter, path: read_settings(context, path),
    help="Settings file; else segmock.toml, or [tool.segmock] of pyproject.toml, of this folder.",
)


def emulator_flags(*, log: str) -> Callable[[F], F]:
    """Declare the flags of an emulator, in the order in which help shows them.

    The function that is decorated hands what it gets of them on to `make_emulator`, but for `log`.

    Args:
        log: What stderr gets of each exchange by default.
    """
    logging = setting(
        "--log",
        type=click.Choice(["off", "line", "json"]),
        default=log,
        help="What stderr gets of each exchange: nothing, a line, or a JSON object.",
    )
    flags = (*_FLAGS, logging, config_flag)
    return lambda function: add_flags(flags, function)


def make_emulator(context: click.Context, faults: Path | None, fields: dict[str, Any]) -> Emulator:
    """Make the emulator that flags, variables and the settings file describe.

    Args:
        context: That of the command.
        faults: What came of `--faults`.
        fields: What came of the other flags, by name.

    Raises:
        EmulatorError: a setting or a rule cannot be; it says where it was written.
    """
    from mockserver import fault_files
    from mockserver.emulator import Emulator

    settings = {name: value for name, value in fields.items() if name != "no_triggers"}
    settings |= {"triggers": not fields["no_triggers"]}
    try:
        emulator = Emulator(**settings, accounts=context.obj or {})
    except EmulatorError as error:
        raise name_source(context, error, Emulator) from None
    if faults is not None:
        fault_files.arm_rules(
            faults,
            lambda rule: emulator.transactions.run(lambda: emulator.control.faults.add(rule)),
        )
    return emulator
