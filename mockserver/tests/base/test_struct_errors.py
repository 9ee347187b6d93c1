"""What does not fit a struct is told with what would have."""

from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.struct_errors import explain_struct_error


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """Something inside."""

    route: str = "*"
    state: Literal["QUEUED", "FAILED"] | None = None


class Outer(msgspec.Struct, forbid_unknown_fields=True, rename={"does": "do"}):
    """Something outside."""

    does: int = 0
    on: Inner | None = None
    many: list[Inner] = []
    named: dict[str, Inner] = {}
    when: Literal["before", "after"] = "before"
    status: Literal[402, 406, "split"] = 406


def explain(value, kind=Outer):
    """Return the error of a value that does not fit."""
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, kind)
    return explain_struct_error(caught.value, kind)


ALL = "fields: do, on, many, named, when, status"


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({"doo": 1}, f"did you mean `do`? {ALL}"),
        ({"colour": 1}, ALL),
        ({"on": {"rout": "*"}}, "did you mean `route`? fields: route, state"),
        ({"many": [{"rout": "*"}]}, "did you mean `route`? fields: route, state"),
        ({"named": {"a.b[": {"rout": "*"}}}, "did you mean `route`? fields: route, state"),
        ({"when": "befor"}, "did you mean `before`? when: after, before"),
        ({"on": {"state": "FAILD"}}, "did you mean `FAILED`? state: FAILED, QUEUED"),
        ({"named": {"a": {"state": "x"}}}, "state: FAILED, QUEUED"),
        ({"status": "splitt"}, "did you mean `split`? status: 402, 406, split"),
        ({"do": "1"}, ALL),
        ({"on": {"route": 1}}, "fields: route, state"),
        ({"many": 1}, ALL),
        ([], ALL),
    ],
    ids=str,
)
def test_the_hint_is_about_the_place_of_the_mistake(value, hint):
    """The fields of that struct, or the words that can stand there, and what was meant."""
    error = explain(value)
    assert error.hint == hint
    assert error.status == 400


def test_the_message_is_msgspecs():
    """It names what came and the place."""
    assert explain({"on": {"rout": 1}}).message == (
        "Object contains unknown field `rout` - at `$.on`"
    )


def test_the_fields_can_be_called_something_else():
    """Settings are no fields to those who write them; those of what is inside are."""
    error = msgspec.ValidationError("Object contains unknown field `doo`")
    assert explain_struct_error(error, Outer, "settings").hint.endswith("settings: " + ALL[8:])
    inside = msgspec.ValidationError("Object contains unknown field `x` - at `$.on`")
    assert explain_struct_error(inside, Outer, "settings").hint == "fields: route, state"


@given(st.text(max_size=30), st.sampled_from(["$.on", "$.many[0]", "$.x[...].y", "$", "$.do[0]"]))
def test_no_name_is_beyond_explanation(name, place):
    """Whatever a name is made of, and wherever it stands."""
    for said in (f"Object contains unknown field `{name}`", f"Invalid enum value '{name}'"):
        error = explain_struct_error(ValueError(f"{said} - at `{place}`"), Outer)
        assert "fields: " in error.hint
