"""What flags of the command can be that click itself reads too leniently: numbers."""

from __future__ import annotations

from typing import Any

import click

from mockserver.base.numerals import is_number, is_whole


class Whole(click.types.IntParamType):
    """A whole number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it, and nothing that is spelled otherwise."""
        if isinstance(value, str) and not is_whole(value):
            self.fail(f"{value!r} is not a whole number; write digits alone.", param, ctx)
        return super().convert(value, param, ctx)


class WholeRange(Whole, click.IntRange):
    """A whole number in a range."""


class Number(click.FloatRange):
    """A number in a range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it, and nothing that is spelled otherwise."""
        return super().convert(check_number(self, value, param, ctx), param, ctx)


class Dollars(click.types.StringParamType):
    """An amount of money, which stays the text that it is: binary fractions would change it."""

    name = "dollars"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take it if it is a number."""
        return check_number(self, value, param, ctx)


def check_number(
    kind: click.ParamType[Any], value: Any, param: click.Parameter | None, ctx: click.Context | None
) -> Any:
    """Return a value that is no text, or a text that is a number; fail otherwise."""
    if isinstance(value, str) and not is_number(value):
        kind.fail(f"{value!r} is not a number; write digits, such as 2.5.", param, ctx)
    return value
