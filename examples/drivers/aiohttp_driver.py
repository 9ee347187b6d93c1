"""A client of the gateway on aiohttp, and the driver around it.

pip install aiohttp 'segmind-emulator[kit]'
segmock verify client --driver 'python aiohttp_driver.py'
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from yarl import URL

from client_tests.cases.outcomes import outcome_of
from client_tests.clients.loop import serve

Json = dict[str, Any]

SKEW = timedelta(seconds=2)
"""So far may two clocks be apart and still count as the same."""


class GaveUpError(Exception):
    """A call has come to an end other than a result."""

    def __init__(self, outcome: str, words: str = "", status: int | None = None) -> None:
        super().__init__(words)
        self.outcome = outcome
        self.status = status


@dataclass(frozen=True)
class Reply:
    """An answer that came whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Json | None:
        """The JSON object that it is; None if it is anything else."""
        try:
            body = json.loads(self.content)
        except (ValueError, RecursionError):
            return None
        return body if isinstance(body, dict) else None

    @property
    def words(self) -> str:
        """The error that it names: pages from the edge have none."""
        error = (self.body or {}).get("error", "")
        return error if isinstance(error, str) else json.dumps(error)

    @property
    def is_answer(self) -> bool:
        """Whether it answers a poll: of a FAILED job it is a 422."""
        body = self.body or {}
        is_failure = self.status == 422 and body.get("status") == "FAILED"
        return "status" in body and (self.status == 200 or is_failure)

    def refuse_errors(self) -> None:
        """Give up unless it is a success."""
        if self.status != 200:
            outcome = outcome_of(self.status, self.words) or "server_error"
            raise GaveUpError(outcome, self.words, self.status)

    def need_body(self) -> Json:
        """Return the JSON object that a success has to be."""
        if self.body is None:
            raise GaveUpError("server_error", "the answer is no JSON object", self.status)
        return self.body

    def describe(self) -> Json:
        """Return what a file is like."""
        return {
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "bytes": len(self.content),
            "content_type": self.headers.get("content-type", ""),
        }

    def find_wait_s(self) -> float:
        """Return how long the window of a 429 still is.

        By one's own clock, which is finer than the Date, unless it is off by more than that is.
        """
        try:
            reset = datetime.fromisoformat(self.headers["x-rate-limit-reset-at-utc"])
            date = parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError):
            return 0
        now = datetime.now(UTC)
        return (reset - (now if abs(now - date) <= SKEW else date)).total_seconds()


class Client:
    """A client of the gateway, for one call.

    Args:
        http: Its connections, which calls share.
        call: What is asked of it.
    """

    def __init__(self, http: aiohttp.ClientSession, call: Json) -> None:
        self.http = http
        self.root: str = call["base_url"]
        self.key = {"x-api-key": call["api_key"]}
        self.deadline = asyncio.get_running_loop().time() + call["timeout_s"]
        self.poll_interval_s: float = call["poll_interval_s"]

    async def run(self, model: str, params: Json) -> Json:
        """Queue a run, wait for its end, fetch the result."""
        job = await self.submit(model, params)
        await self.reach("COMPLETED", job["status_url"])
        return await self.reach("COMPLETED", job["response_url"])

    async def run_sync(self, model: str, params: Json) -> Json:
        """Run and wait in one request."""
        reply = await self.send("POST", f"{self.root}/v1/{model}", self.key, params)
        reply.refuse_errors()
        kind = reply.headers.get("content-type", "").lower()
        is_media = kind.startswith(("image/", "video/", "audio/", "model/"))
        return reply.describe() if is_media else reply.need_body()

    async def download(self, url: str) -> Json:
        """Fetch an output. It is public: the key stays at home."""
        reply = await self.send("GET", url, {})
        reply.refuse_errors()
        return reply.describe()

    async def credits(self) -> Json:
        """Ask for the balance."""
        reply = await self.send("GET", f"{self.root}/v1/get-user-credits", self.key)
        reply.refuse_errors()
        return reply.need_body()

    async def submit(self, model: str, params: Json) -> Json:
        """Submit once: again only after a 429, which says when to come back."""
        reply = await self.send("POST", f"{self.root}/v2/{model}", self.key, params)
        while reply.status == 429:
            await self.await_reset(reply)
            reply = await self.send("POST", f"{self.root}/v2/{model}", self.key, params)
        reply.refuse_errors()
        job = reply.need_body()
        if not all(isinstance(job.get(name), str) for name in ("status_url", "response_url")):
            raise GaveUpError("server_error", "the submit's answer has no URLs", reply.status)
        return job

    async def reach(self, state: str, url: str) -> Json:
        """Poll until the job is in this state; return the answer that says so."""
        while True:
            reply = await self.poll(url)
            body = reply.need_body()
            if body["status"] == state:
                return body
            if body["status"] == "FAILED":
                raise GaveUpError("failed", reply.words)
            await self.pause()  # a state that nobody knows is as good as pending

    async def poll(self, url: str) -> Reply:
        """Ask about a job until there is an answer: asking changes nothing, so it is repeated."""
        while True:
            try:
                reply = await self.send("GET", url, self.key)
            except GaveUpError as error:
                if error.outcome != "transport_error":
                    raise
            else:
                if reply.status == 429:
                    await self.await_reset(reply)
                    continue
                if reply.is_answer:
                    return reply
                if reply.status < 500:
                    reply.refuse_errors()
            await self.pause()

    async def pause(self) -> None:
        """Sleep between two polls; the deadline ends that as it ends all."""
        await asyncio.sleep(self.poll_interval_s)

    async def await_reset(self, reply: Reply) -> None:
        """Sleep until the window of a 429 ends, if that is before the deadline."""
        wait_s = reply.find_wait_s()
        if wait_s > self.deadline - asyncio.get_running_loop().time():
            reply.refuse_errors()
        await asyncio.sleep(max(wait_s, self.poll_interval_s))

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], params: Json | None = None
    ) -> Reply:
        """Send one request, to the very URL, and read the whole of its answer."""
        try:
            async with self.http.request(
                method,
                URL(url, encoded=True),
                headers=headers,
                json=params,
                allow_redirects=False,
            ) as answer:
                return Reply(answer.status, answer.headers, await answer.read())
        except (aiohttp.ClientError, ValueError) as error:
            raise GaveUpError("transport_error", repr(error)) from error


async def perform(http: aiohttp.ClientSession, call: Json) -> Json:
    """Make one call, by its deadline, and say what came of it."""
    client = Client(http, call)
    operations = {
        "run": lambda: client.run(call["model"], call["params"]),
        "run_sync": lambda: client.run_sync(call["model"], call["params"]),
        "download": lambda: client.download(call["url"]),
        "credits": client.credits,
    }
    if call["op"] not in operations:
        return {"outcome": "unsupported"}
    try:
        async with asyncio.timeout_at(client.deadline):
            return {"outcome": "completed", "result": await operations[call["op"]]()}
    except TimeoutError:
        return {"outcome": "timeout"}
    except GaveUpError as error:
        told = {"outcome": error.outcome, "error": str(error), "status": error.status}
        return {name: value for name, value in told.items() if value is not None}


async def open_session() -> aiohttp.ClientSession:
    """Open connections for all calls, which time and cookies of others do not touch."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None), cookie_jar=aiohttp.DummyCookieJar()
    )


def main() -> None:
    """Answer calls, on one loop, so that connections outlive them."""
    with asyncio.Runner() as runner:
        http = runner.run(open_session())
        try:
            serve(lambda call: runner.run(perform(http, call)))
        finally:
            runner.run(http.close())


if __name__ == "__main__":
    main()
