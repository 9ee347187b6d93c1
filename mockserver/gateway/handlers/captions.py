"""What a model that describes pictures or films answers: a line that says what came (O8)."""

from __future__ import annotations

from typing import Any

from mockserver.media.source_sizes import read_source_size
from mockserver.rules.jobs import Job
from mockserver.rules.source_names import find_source


def write_caption(job: Job, params: dict[str, Any]) -> str:
    """Return a line that names the parameter and its file, and of a picture that was seen its size.

    A picture at another address is never fetched, so nothing is known of its size.
    """
    source = find_source(params, job.model.list_picture_parameters(params))
    if source is None:
        return f"{job.model.slug} was shown nothing: no parameter holds a picture or film."
    size = "x".join(map(str, read_source_size(job.thumbnail))) if job.thumbnail else ""
    of = f", {size} pixels" if size else ""
    return (
        f"{source.parameter} is {source.name}{of}. "
        f"segmock stands in for {job.model.slug} and has not looked at it."
    )
