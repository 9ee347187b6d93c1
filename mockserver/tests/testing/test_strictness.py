"""What a test can be held to is said in one of three words, and nothing else is taken for one."""

import pytest

from mockserver.base.errors import EmulatorError
from mockserver.testing import segmock
from mockserver.testing.strictness import parse_strict, refuse_misspelt, refuse_unnamed
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


def test_what_looks_like_strict_is_not_said_of_the_account():
    """Nor is what has no name."""
    refuse_misspelt({"plan": "free", "status": "active"})
    with pytest.raises(EmulatorError, match="did you mean `strict`"):
        refuse_misspelt({"Strict": False})
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
