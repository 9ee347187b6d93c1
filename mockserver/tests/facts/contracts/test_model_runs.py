"""A run of a model has its parameters as far as they were kept, its polls and its files."""

import pytest

from mockserver.facts.contracts.model_runs import find_model_runs
from mockserver.facts.observed import Body
from mockserver.tests.facts.contracts.told import block, change, queue
from mockserver.tests.facts.stories import CATALOGUE

EXAMPLE = CATALOGUE.models["ideogram-3"].document["examples"][0]


def find_run(story):
    """Return the only run of a story."""
    (run,) = find_model_runs(story, CATALOGUE)
    return run


def test_a_queued_run_has_its_polls_and_its_file():
    """Those that tell of its success are its completed ones; of them the status is no result."""
    run = find_run(queue("ideogram-3"))
    assert [each.number for each in run.completed] == [2, 3]
    assert [each.number for each in run.results] == [3]
    assert [each.number for each in run.files] == [4]
    assert (run.params, run.is_blocking, run.has_failed) == (EXAMPLE, False, False)


def test_a_blocking_run_is_one_exchange():
    """It is what tells of its success; there is no result to poll."""
    run = find_run(block("ideogram-3"))
    assert [each.number for each in run.completed] == [1]
    assert (run.results, run.is_blocking) == ((), True)


@pytest.mark.parametrize(
    "content",
    [b"[1]", b"{", b'{"prompt":"sha256:abc"}', b'{"prompt":"a","image":"dropped"}', b"\xff"],
)
def test_parameters_that_were_not_kept_are_not_known(content):
    """Nor is what is no object."""
    story = change(queue("ideogram-3"), 1, request_body=Body.of(content))
    assert find_run(story).params is None


def test_a_body_that_is_left_out_or_is_no_json_has_no_parameters():
    """A form may have them, which nobody reads here."""
    story = queue("ideogram-3")
    body = Body(size=5, digest="")
    assert find_run(change(story, 1, request_body=body)).params is None
    form = (("content-type", "multipart/form-data; boundary=b"),)
    assert find_run(change(story, 1, request_headers=form)).params is None


def test_what_has_no_answer_or_no_contract_is_no_run():
    """A lost answer may be of anything."""
    story = block("ideogram-3")
    lost = change(story, 1, status=None, body=Body.of(b""))
    other = change(story, 1, url="https://api.segmind.com/v1/no-such-model")
    assert list(find_model_runs(lost, CATALOGUE)) == []
    assert list(find_model_runs(other, CATALOGUE)) == []
