"""Effects on the headers of an answer, whose body stays as it is."""

from __future__ import annotations

from mockserver.base.wire import Respond
from mockserver.gateway.context import Context, Services
from mockserver.gateway.effect import Effect, register


@register("extra_headers")
class ExtraHeaders(Effect, frozen=True):
    """Add headers to the answer, with names in small letters, as all have them."""

    def after(self, _services: Services, _context: Context, answer: Respond) -> Respond:
        """Put the rule's headers in the place of those of the same name."""
        added = {name.lower().encode(): value.encode() for name, value in self.value.items()}
        kept = tuple(pair for pair in answer.headers if pair[0] not in added)
        return Respond(answer.status, (*kept, *added.items()), answer.body)
