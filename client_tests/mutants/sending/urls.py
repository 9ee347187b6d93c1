"""Mutants that build their own URLs, or change those that they were given."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from client_tests.clients.gateway_http import OK, GaveUpError, Json
from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

OPAQUE = "run/submit/opaque-urls-before-goes-on"
QUERY = "run/spelling/urls-with-a-query"


@mutant(
    killed_by=OPAQUE,
    assertion="built-own-url",
    seen_in="Clients that keep the id alone and build the rest.",
)
class BuildsStatusUrl(Reference):
    """Asks for the status at a URL of its own making."""

    def wait(self, job: Json) -> None:
        own = f"{self.base_url}/v2/requests/{job.get('request_id')}/status"
        super().wait({**job, "status_url": own})


@mutant(
    killed_by=OPAQUE,
    assertion="built-own-url",
    seen_in="The same, with the status followed and the result not.",
)
class BuildsResultUrl(Reference):
    """Asks for the result at a URL of its own making."""

    def fetch_result(self, job: Json) -> Any:
        own = f"{self.base_url}/v2/requests/{job.get('request_id')}"
        return super().fetch_result({**job, "response_url": own})


@mutant(
    killed_by=QUERY,
    assertion="built-own-url",
    seen_in="Paths that are taken out of a URL and put behind a base of one's own.",
)
class DropsQueries(Reference):
    """Asks for the status without the query that its URL has."""

    def poll(self, url: str) -> Json:
        return super().poll(url.partition("?")[0])


@mutant(
    killed_by=QUERY,
    assertion="built-own-url",
    seen_in="`params` of an HTTP library, filled from the query that was there.",
)
class RebuildsQueries(Reference):
    """Takes a query apart and puts it together again, without the names that have no value."""

    def poll(self, url: str) -> Json:
        parts = urlsplit(url)
        return super().poll(parts._replace(query=urlencode(parse_qsl(parts.query))).geturl())


@mutant(
    killed_by=QUERY,
    assertion="built-own-url",
    seen_in="Libraries that sort queries, so that caches find what they have.",
)
class SortsQueries(Reference):
    """Sorts the names of a query."""

    def poll(self, url: str) -> Json:
        parts = urlsplit(url)
        query = "&".join(sorted(parts.query.split("&")))
        return super().poll(parts._replace(query=query).geturl())


@mutant(
    killed_by="run/spelling/urls-on-another-host",
    assertion="reported",
    seen_in="A list of hosts with one entry, against URLs that nobody has sent yet.",
)
class KnowsOneHost(Reference):
    """Refuses URLs of a host that is not its base URL's."""

    def submit(self, model: str, params: Json) -> Json:
        job = super().submit(model, params)
        if urlsplit(job["status_url"]).netloc != urlsplit(self.base_url).netloc:
            raise GaveUpError("server_error", "the URLs are of another host", OK)
        return job
