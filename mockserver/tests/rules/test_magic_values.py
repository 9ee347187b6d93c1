"""Keys and prompts that ask for an outcome, for clients in any language."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.catalogue import Catalogue
from mockserver.rules import magic_values
from mockserver.rules.magic_values import NONE, Trigger
from mockserver.state.account import AccountSettings

BLOCKED = "The request was blocked by the content policy."
ORDINARY_KEYS = [
    "",
    "SG_0123456789abcdef",
    "0406",
    "SG_0000",
    "SG_0000123456789abc",
    "XSG_00000406",
]

ERRORS = Catalogue().errors

suffixes = st.text("0123456789abcdef", max_size=9)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("0401", AccountSettings(status="revoked")),
        ("0403", AccountSettings(denied_models=["*"])),
        ("0406", AccountSettings(credits=Decimal(0), free_credits=Decimal(0))),
        ("0429", AccountSettings(requests_per_minute=1)),
    ],
)
@given(between=suffixes)
def test_a_key_with_a_prefix_and_a_code_describes_its_account(code, wanted, between):
    """A key that begins with SG_0000 and ends in a code says what its account looks like."""
    said = magic_values.find_settings(f"SG_0000{between}{code}")
    assert msgspec.convert(said, AccountSettings, strict=False) == wanted


@given(st.sampled_from(sorted(magic_values.POST_ERRORS)), suffixes)
def test_a_key_with_an_error_code_asks_for_an_error_that_there_is(code, between):
    """The error that such a key asks for has the status that its code ends in."""
    row = ERRORS[magic_values.find_post_error(f"SG_0000{between}{code}")]
    assert row.status == int(code)


@pytest.mark.parametrize("key", ORDINARY_KEYS)
def test_an_ordinary_key_asks_for_nothing(key):
    """A key without the prefix, or without a code, is a key like any other."""
    assert magic_values.find_settings(key) == {}
    assert magic_values.find_post_error(key) is None


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("mock:fail=out of ink", Trigger(fail="out of ink")),
        ("mock:fail= two\nlines ", Trigger(fail="two\nlines")),
        ("mock:fail=  ", Trigger(fail=BLOCKED)),
        ("mock:stall", Trigger(stall=True)),
        ("mock:stall a boat", Trigger(stall=True)),
        ("mock:expire", Trigger(expire=True)),
        ("mock:slow=90", Trigger(slow_s=90.0)),
        ("mock:slow=0", Trigger(slow_s=0.0)),
        ("mock:slow=2.5\tof a boat", Trigger(slow_s=2.5)),
        ("mock:status=503", Trigger(status=503)),
        ("mock:status=418 teapot", Trigger(status=418)),
    ],
)
def test_a_prompt_can_ask_for_an_outcome(prompt, wanted):
    """A prompt that begins with `mock:` and a known word asks for that outcome."""
    assert magic_values.parse_prompt(prompt) == wanted


@pytest.mark.fact("T5")
def test_a_prompt_can_ask_to_be_blocked():
    """A block is a failure like any other, with words of its own."""
    assert magic_values.parse_prompt("mock:block") == Trigger(fail=BLOCKED)


@pytest.mark.parametrize(
    "prompt",
    [
        "mock:",
        "mock:fail",
        "mock:fail=",
        "mock:blocked",
        "mock:slow=",
        "mock:slow=-1",
        "mock:slow=1e9",
        "mock:slow=5x",
        "mock:slow=12345678901",
        "mock:status=20",
        "mock:status=2000",
        "mock:status=999",
        " mock:block",
        "Mock:block",
        "a mock:block",
    ],
)
def test_a_prompt_that_only_looks_like_a_trigger_is_a_prompt(prompt):
    """A word that is not known, or not at the beginning, asks for nothing."""
    assert magic_values.parse_prompt(prompt) == NONE


@given(st.text().filter(lambda text: not text.startswith("mock:")))
def test_an_ordinary_prompt_asks_for_nothing(prompt):
    """Without `mock:` in front, no prompt is a trigger."""
    assert magic_values.parse_prompt(prompt) == NONE


@pytest.mark.parametrize("prompt", [None, 7, ["mock:block"], {"mock:block": 1}, True])
def test_a_prompt_that_is_no_text_asks_for_nothing(prompt):
    """Only text can be a trigger."""
    assert magic_values.parse_prompt(prompt) == NONE


@given(st.from_regex(r"\Amock:(fail|block|stall|expire|slow|status)[ =]?[\s\S]*\Z"))
def test_a_prompt_asks_for_one_thing_at_most(prompt):
    """Whatever follows `mock:`, the answer is a trigger with one wish at most."""
    found = msgspec.structs.asdict(magic_values.parse_prompt(prompt))
    assert sum(value not in (None, False) for value in found.values()) <= 1
