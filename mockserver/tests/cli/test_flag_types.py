"""Numbers of flags."""

import click
import pytest
from click.testing import CliRunner

from mockserver.cli import main
from mockserver.cli.flag_types import Dollars, Number, Whole, WholeRange

SLIPS = ["1_0", " 1", "\u0661", "nan", "inf", "0x1", "much", ""]


@pytest.mark.parametrize(
    "kind", [Whole(), WholeRange(0, 10**6), Number(0, 10**6), Dollars()], ids=repr
)
@pytest.mark.parametrize("text", SLIPS)
def test_a_number_is_spelled_in_digits(kind, text):
    """What is spelled otherwise is refused, and quoted."""
    with pytest.raises(click.BadParameter) as refusal:
        kind.convert(text, None, None)
    assert repr(text) in refusal.value.message


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Whole(), "-12", -12),
        (WholeRange(0, 9), "+7", 7),
        (Number(0, 10), "2.5", 2.5),
        (Number(0, 1e6), "1e3", 1000.0),
        (Dollars(), "0.10", "0.10"),
        (Number(0, 1), 0.5, 0.5),
    ],
)
def test_a_good_number_is_read(kind, text, value):
    """Money stays a text."""
    assert kind.convert(text, None, None) == value


@pytest.mark.parametrize(("kind", "text"), [(WholeRange(1), "0"), (Number(0, 10), "11")])
def test_a_range_holds(kind, text):
    """A good spelling does not make a number good."""
    with pytest.raises(click.BadParameter):
        kind.convert(text, None, None)


def test_help_tells_no_range_where_there_is_none():
    """`--seed` takes any whole number, and its help says no more than that."""
    said = CliRunner().invoke(main, ["serve", "--help"]).output
    assert "x<=None" not in said


def is_numeric(kind):
    """Tell whether click makes numbers of what such a flag is given."""
    return isinstance(kind, click.types.IntParamType | click.types.FloatParamType)


def list_options(command):
    """Return the options of a command, or of all commands of a group."""
    if isinstance(command, click.Group):
        return [option for each in command.commands.values() for option in list_options(each)]
    return command.params


def test_every_flag_reads_numbers_strictly():
    """No flag of the emulator takes what click itself would take for a number."""
    numbers = [option for option in list_options(main) if is_numeric(option.type)]
    assert len(numbers) > 5
    assert {type(option.type).__module__ for option in numbers} == {Whole.__module__}
