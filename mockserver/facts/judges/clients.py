"""What the vendor's own client sends (S3)."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.judgement import Judgement, compare, judges
from mockserver.facts.observed import Story

AGENT = "segmind-python-sdk/"
INITIATOR = "SDK-PY"


@judges("S3")
def judge_sdk(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """Calls of the SDK say X-Initiator: SDK-PY beside their User-Agent."""
    for each in story.exchanges:
        if (each.find_request_header("user-agent") or "").startswith(AGENT):
            found = each.find_request_header("x-initiator")
            yield compare("S3", each, "request header x-initiator", INITIATOR, found)
