"""Effects on the headers of an answer, whose body stays as it is."""

from __future__ import annotations

from mockserver.base.wire import Respond
from mockserver.gateway.context import Context, Services
from mockserver.gateway.effect import Effect, register


@register("extra_headers")
class ExtraHeaders(Effect, frozen=True):
    """Add headers to the answer, spelled as the rule has them."""

    def after(self, _services: Services, _context: Context, answer: Respond) -> Respond:
        """Put the rule's headers in the place of those of the same name."""
        added = {name.encode(): value.encode() for name, value in self.value.items()}
        replaced = {name.lower() for name in added}
        kept = tuple(pair for pair in answer.headers if pair[0] not in replaced)
        return Respond(answer.status, (*kept, *added.items()), answer.body)
