"""CLIENTS URL…: asks each URL once by each client, and prints what came as a line of JSON.

CLIENTS is `all`, or `plain` for those of the standard library alone.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import ssl
import sys
import traceback
import urllib.request
from urllib.parse import urlsplit

HEADERS = {"x-api-key": "SG_0123456789abcdef"}
PORTS = {"http": 80, "https": 443}


def ask_urllib(url):
    return urllib.request.urlopen(urllib.request.Request(url, headers=HEADERS)).status


def ask_without_proxies(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(urllib.request.Request(url, headers=HEADERS)).status


def ask_http_client(url):
    parts = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    connection = kinds[parts.scheme](parts.netloc)
    connection.request("GET", parts.path, headers=HEADERS)
    return connection.getresponse().status


async def ask_streams(url):
    parts = urlsplit(url)
    context = ssl.create_default_context() if parts.scheme == "https" else None
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port or PORTS[parts.scheme], ssl=context
    )
    head = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n"
    writer.write(f"{head}x-api-key: {HEADERS['x-api-key']}\r\n\r\n".encode())
    status = int((await reader.read()).split()[1])
    writer.close()
    return status


def ask_requests(url, **settings):
    import requests

    with requests.Session() as session:
        vars(session).update(settings)
        return session.get(url, headers=HEADERS).status_code


def ask_httpx(library, url, **settings):
    with __import__(library).Client(**settings) as client:
        return client.get(url, headers=HEADERS).status_code


async def ask_httpx_async(library, url, **settings):
    async with __import__(library).AsyncClient(**settings) as client:
        return (await client.get(url, headers=HEADERS)).status_code


async def ask_aiohttp(url, **settings):
    import aiohttp

    async with aiohttp.ClientSession(**settings) as own, own.get(url, headers=HEADERS) as response:
        return response.status


def run_asyncio(ask, url):
    return asyncio.run(ask(url))


def run_uvloop(ask, url):
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(ask(url))


def run_trio(ask, url):
    import trio

    return trio.run(ask, url)


PLAIN = {
    "urllib": ask_urllib,
    "urllib without proxies": ask_without_proxies,
    "http.client": ask_http_client,
    "streams, asyncio": lambda url: run_asyncio(ask_streams, url),
}
ALL = {
    **PLAIN,
    "streams, uvloop": lambda url: run_uvloop(ask_streams, url),
    "requests": ask_requests,
    "requests without environment": lambda url: ask_requests(url, trust_env=False),
}
LOOPS = {"asyncio": run_asyncio, "uvloop": run_uvloop, "trio": run_trio}


def add_libraries():
    for heeds, suffix in ((True, ""), (False, " without environment")):
        for library in ("httpx", "httpx2"):

            def ask(url, library=library, heeds=heeds):
                return ask_httpx(library, url, trust_env=heeds)

            def ask_async(url, library=library, heeds=heeds):
                return ask_httpx_async(library, url, trust_env=heeds)

            ALL[f"{library}{suffix}"] = ask
            for name, run in LOOPS.items():
                ALL[f"{library}, {name}{suffix}"] = lambda url, run=run, ask_async=ask_async: run(
                    ask_async, url
                )

        def ask_http(url, heeds=heeds):
            return ask_aiohttp(url, trust_env=heeds)

        for name in ("asyncio", "uvloop"):
            ALL[f"aiohttp, {name}{suffix}"] = lambda url, run=LOOPS[name], ask=ask_http: run(
                ask, url
            )


def main(clients, *urls):
    if clients == "all":
        add_libraries()
    for name, ask in (ALL if clients == "all" else PLAIN).items():
        for url in urls:
            try:
                answer = ask(url)
            except Exception as error:
                answer = "".join(
                    traceback.format_exception(type(error), error, error.__traceback__)
                )
            print(json.dumps([name, url, answer]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
