"""Of an emulator every contract agrees, and every part of one is spoken about."""

import pytest

from mockserver.facts.claims import TOPICS
from mockserver.facts.contracts import CONTRACT_JUDGES, judge_contracts
from mockserver.tests.facts.contracts.told import block, judge, queue
from mockserver.tests.facts.stories import CATALOGUE

SLUGS = CATALOGUE.models.whole


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("run", [queue, block])
def test_runs_of_an_emulator_agree_with_every_contract(slug, run):
    """Both versions, of each model whose contract says all."""
    judgements = judge_contracts(run(slug), CATALOGUE)
    assert [said for said in judgements if not said.agrees] == []
    assert judgements or run(slug).exchanges[0].status == 504
    assert {said.fact.partition(": ")[0] for said in judgements} <= {slug}


def test_every_part_of_a_contract_is_spoken_about():
    """By one run of the two versions or the other; and each part has its statement."""
    told = {
        said.fact.partition(": ")[2]
        for slug in ("ideogram-3", "sdxl1.0-txt2img", "gpt-5.5")
        for run in (queue, block)
        for said in judge_contracts(run(slug), CATALOGUE)
    }
    assert told == {*CONTRACT_JUDGES, "existence"} == TOPICS.keys()


@pytest.mark.parametrize("topic", CONTRACT_JUDGES)
def test_nothing_is_said_where_no_model_ran(topic):
    """A refusal of the key, or a slug that nobody has, is no run."""
    story = block("ideogram-3", accept="listed")
    assert [each.status for each in story.exchanges] == [401]
    assert judge(story, topic) == []
