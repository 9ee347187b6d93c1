"""What is computed of a story once."""

import msgspec

from mockserver.facts.observed import Story
from mockserver.facts.story_cache import cache_on_story


def test_a_value_is_computed_once_for_each_story():
    """Two stories that say the same are two, and so is one that was changed."""
    seen = []

    @cache_on_story
    def count(story):
        seen.append(story)
        return len(story.exchanges)

    story = Story(exchanges=())
    others = Story(exchanges=()), msgspec.structs.replace(story, began_utc_s=1.0)
    assert [count(each) for each in (story, story, *others)] == [0] * 4
    assert len(seen) == 3


def test_functions_of_one_name_keep_values_of_their_own():
    """One of a judge's does not return what another's has computed."""
    story = Story(exchanges=())
    first = cache_on_story(lambda _story: "first")

    def find(_story):
        return "second"

    assert (first(story), cache_on_story(find)(story)) == ("first", "second")
