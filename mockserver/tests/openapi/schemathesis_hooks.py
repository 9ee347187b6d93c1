"""What Schemathesis leaves out, and checks besides; it imports this, where it is installed."""

import json
import os
from collections import Counter
from pathlib import Path

import schemathesis
from schemathesis.core.result import Ok
from schemathesis.core.transforms import UNRESOLVABLE


@schemathesis.hook
def filter_case(_context, case):
    """Leave out forms with values of a wrong type: in a form everything is text.

    `7` where a text is wanted, or one text for a list, look like what is right.
    """
    is_form = case.media_type == "multipart/form-data"
    return not (is_form and case.meta is not None and case.meta.generation.mode.is_negative)


def takes_what_link_gives(case, link):
    """Tell whether a call has all that a link takes out of the answer before.

    Schemathesis leaves some of it out now and then, or puts something else in its place.
    """
    taken = [
        (getattr(case, container).get(name), read(extracted))
        for container, parameters in link.parameters.items()
        for name, extracted in parameters.items()
    ]
    if link.request_body is not None:
        body = case.body if isinstance(case.body, dict) else {}
        wanted = read(link.request_body)
        wanted = wanted if isinstance(wanted, dict) else {"": UNRESOLVABLE}
        taken += [(body.get(name), value) for name, value in wanted.items()]
    return all(sent == value for sent, value in taken)


def read(extracted):
    """Return what an expression of a link found in an answer."""
    return extracted.value.ok() if isinstance(extracted.value, Ok) else UNRESOLVABLE


@schemathesis.check
class LinksLeadOn:
    """A call that follows a link finds what the link promises; how many did is written to a file.

    A link that the document declares takes what it needs out of the answer before. So a run, a
    webhook or a fine-tune that is asked for is one that there is: 404 would be no answer.
    But a webhook that was made inactive is deleted, in the words of the SDK: it cannot be changed,
    and makes room for others (N4).
    """

    def __init__(self):
        self.followed = Counter()
        self.deleted = set()

    def after_response(self, ctx, response, case):
        """Hold one answer against the link that led to it, if one did."""
        if case.operation.path == "/webhook/inactive" and response.status_code == 200:
            self.deleted.add(response.json()["webhook_id"])
        node = ctx.internals.recorder.cases[case.id]
        link = node.transition
        if link is None or link.is_inferred or not takes_what_link_gives(case, link):
            return
        self.followed[link.id] += 1
        is_right = case.meta is None or case.meta.generation.mode.is_positive
        if is_right and response.status_code == 404 and not self._is_deleted(case):
            raise AssertionError(f"{link.id} leads to nothing")

    def _is_deleted(self, case):
        body = case.body if isinstance(case.body, dict) else {}
        return {body.get("webhook_id"), (case.query or {}).get("webhook_id")} & self.deleted

    def after_run(self, _ctx):
        """Write how often each link was followed."""
        Path(os.environ["FOLLOWED_LINKS"]).write_text(json.dumps(self.followed))
