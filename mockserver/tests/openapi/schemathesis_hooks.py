"""What Schemathesis leaves out; it imports this, in an environment of its own."""

import schemathesis


@schemathesis.hook
def filter_case(_context, case):
    """Leave out forms with values of a wrong type: in a form everything is text.

    `7` where a text is wanted, or one text for a list, look like what is right.
    """
    is_form = case.media_type == "multipart/form-data"
    return not (is_form and case.meta is not None and case.meta.generation.mode.is_negative)
