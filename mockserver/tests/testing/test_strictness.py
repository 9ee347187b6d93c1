"""What a test can be held to is said in one of three words, and nothing else is taken for one."""

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.settings import Settings
from mockserver.state.account import AccountSettings
from mockserver.testing import segmock
from mockserver.testing.strictness import parse_strict, refuse_misplaced, refuse_unnamed
from mockserver.tests.test_misuse import list_visible_lines


@pytest.mark.parametrize("strict", [True, False, "should"])
def test_three_words_say_how_strict_a_test_is(strict):
    """They come out as they went in."""
    assert parse_strict(strict) is strict


@pytest.mark.parametrize("strict", [None, 0, 1, "must", "SHOULD", "True", "", [], object()])
def test_nothing_else_does(strict):
    """Neither what is true nor what sounds alike; the hint has all three."""
    with pytest.raises(EmulatorError, match=r"^strict is ") as caught:
        parse_strict(strict)
    for word in ("True", '"should"', "False"):
        assert word in caught.value.hint
    assert ("did you mean" in caught.value.hint) is (strict == "SHOULD")


def test_what_is_not_said_of_an_account_is_sent_where_it_belongs():
    """Every setting of a server that is none of an account, too; and what has no name."""
    refuse_misplaced(AccountSettings.__struct_fields__)
    refuse_misplaced(["plann"])  # the control plane says what was meant
    elsewhere = {*Settings.__struct_fields__, "api_key", "url", "Strict"}
    for name in elsewhere.difference(AccountSettings.__struct_fields__):
        with pytest.raises(EmulatorError, match=f"^there is no field `{name}` ") as caught:
            refuse_misplaced(["plan", name])
        assert ("did you mean `strict`?" in caught.value.hint) is (name == "Strict")
    refuse_unnamed(())
    with pytest.raises(EmulatorError, match=r"strict=False"):
        refuse_unnamed((False,))


@pytest.mark.parametrize("fields", [{"strict": "shoud"}, {"strikt": True}, {"plann": "free"}])
def test_a_context_shows_the_users_line_alone(fields):
    """In pytest, whichever of its arguments is wrong."""
    with pytest.raises(EmulatorError) as caught, segmock(**fields):
        pass
    assert len(list_visible_lines(caught)) == 1
    assert "did you mean" in str(caught.value)


def test_check_takes_the_same_words():
    """And holds the client to them."""
    with segmock() as account, pytest.raises(EmulatorError) as caught:
        account.check(strict="shoud")
    assert len(list_visible_lines(caught)) == 1
