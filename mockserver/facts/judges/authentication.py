"""Keys: where they are sent, and what is said without a good one (A*)."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_decided, is_kept, is_success, read_error
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.observed import Observed, Story
from mockserver.facts.routes import needs_key
from mockserver.facts.views import find_model

MISSING_KEY = "Missing Authorization or x-api-key in header"
INVALID_KEY = "Unauthorized. API key is invalid or may have expired"
"""How the message begins; it goes on, and three dots stand for the rest where it is quoted."""


@judges("A1")
def judge_header(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """The key is read from the header x-api-key."""
    for each in story.exchanges:
        if not needs_key(each) or each.key_place != "x-api-key":
            continue
        is_unread = each.status == 401 and read_error(each) == MISSING_KEY
        if is_success(each) or is_unread:
            yield judge_place(
                "A1",
                each,
                "status",
                agrees=not is_unread,
                expected="an answer to whoever has this key",
                found=f"401: {MISSING_KEY}" if is_unread else str(each.status),
            )


@judges("A2")
def judge_missing_key(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A call without any key is refused with 401 and these words."""
    for each in story.exchanges:
        is_keyless = each.account is None and each.key_place is None
        if needs_key(each) and is_keyless and is_decided(each):
            yield compare("A2", each, "status", 401, each.status)
            if each.status == 401 and is_kept(each.body):
                yield compare("A2", each, "body.error", MISSING_KEY, read_error(each))


@judges("A3")
def judge_unknown_key(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A key that nobody has is refused with 401 and words that begin so."""
    for each in story.exchanges:
        if not needs_key(each) or each.key_place != "x-api-key" or not is_decided(each):
            continue
        if "key-unknown" in each.known:
            yield compare("A3", each, "status", 401, each.status)
        if each.status == 401 and is_kept(each.body) and read_error(each) != MISSING_KEY:
            yield _judge_words("A3", each)


def _judge_words(fact: str, exchange: Observed) -> Judgement:
    message = read_error(exchange)
    return judge_place(
        fact,
        exchange,
        "body.error",
        agrees=message is not None and message.startswith(INVALID_KEY),
        expected=f"a message that begins {INVALID_KEY!r}",
        found=repr(message),
    )


@judges("A4")
def judge_bearer(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Inference routes refuse a good key as a Bearer token with 401; workflows take it."""
    good = find_good_keys(story)
    for each in story.exchanges:
        if each.key_place != "bearer" or not needs_key(each) or not is_decided(each):
            continue
        is_good = each.account in good
        if each.route.bearer:
            if is_success(each) or (is_good and each.status == 401):
                yield _judge_bearer("A4", each, is_taken=True)
        elif is_success(each) or each.status == 422 or is_good:
            yield _judge_bearer("A4", each, is_taken=False)


def find_good_keys(story: Story) -> set[str | None]:
    """Return whose keys have opened something in x-api-key, by the names of their accounts."""
    opened = (each for each in story.exchanges if each.key_place == "x-api-key")
    return {each.account for each in opened if is_success(each) and needs_key(each)} - {None}


def _judge_bearer(fact: str, exchange: Observed, *, is_taken: bool) -> Judgement:
    return judge_place(
        fact,
        exchange,
        "status",
        agrees=is_success(exchange) if is_taken else exchange.status == 401,
        expected="a success: a workflow takes a Bearer token" if is_taken else "401",
        found=str(exchange.status),
    )


@judges("A7")
def judge_bearer_for_chat(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """A chat model refuses a Bearer token as others do."""
    good = find_good_keys(story)
    for each in story.exchanges:
        model = find_model(each, catalogue) if needs_key(each) else None
        if each.key_place != "bearer" or model is None or model.terms.output.provider is None:
            continue
        if is_success(each) or (each.account in good and each.status == 401):
            yield _judge_bearer("A7", each, is_taken=False)


@judges("A6")
def judge_closed_model(story: Story, catalogue: Catalogue) -> Iterator[Judgement]:
    """403 is for a model that there is, and that is closed to the account."""
    for each in story.exchanges:
        if not each.route.runs_model or each.status != 403 or read_error(each) is None:
            continue
        is_unknown = "slug-unknown" in each.known
        if is_unknown or each.subject in catalogue.models:
            yield judge_place(
                "A6",
                each,
                "status",
                agrees=not is_unknown,
                expected="404, as no model has this slug" if is_unknown else "403 for a model",
                found=f"403 for {each.subject}",
            )
