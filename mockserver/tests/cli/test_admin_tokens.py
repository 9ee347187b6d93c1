"""The admin token of `segmock serve`: given, in a file, or made and told once."""

from __future__ import annotations

import pytest

from mockserver.cli.admin_tokens import find_token
from mockserver.cli.refusals import Refusal


def test_a_token_that_nobody_can_guess_is_made_and_told_once(capsys):
    """It is another one each time, and stdout has no word of it."""
    made = [find_token(None, None, is_random=True) for _ in range(2)]
    assert made[0] != made[1]
    assert [len(each) for each in made] == [24, 24]
    assert capsys.readouterr() == ("", "".join(f"segmock: the admin token is {t}\n" for t in made))


@pytest.mark.parametrize("is_random", [True, False])
@pytest.mark.parametrize("where", ["given", "file"])
def test_none_is_made_where_there_is_one(tmp_path, capsys, where, is_random):
    """And it is told nobody."""
    file = tmp_path / "token.txt"
    file.write_text("sesame\n", encoding="utf-8")
    given = ("sesame", None) if where == "given" else (None, file)
    assert find_token(*given, is_random=is_random) == "sesame"
    assert capsys.readouterr() == ("", "")


def test_there_is_none_unless_it_is_wanted():
    """A server of this machine alone needs none."""
    assert find_token(None, None, is_random=False) is None


def test_two_are_one_too_many(tmp_path):
    """Nobody could say which is meant."""
    with pytest.raises(Refusal, match="give one of them"):
        find_token("sesame", tmp_path / "token.txt", is_random=False)


def test_an_empty_variable_is_none(run):
    """As compose sets one that nobody has given: a server that others can reach is refused."""
    result = run("serve", "--host", "0.0.0.0", "--port", "0", env={"SEGMOCK_ADMIN_TOKEN": ""})
    assert result.exit_code == 2
    assert "--admin-token-random" in result.stderr
