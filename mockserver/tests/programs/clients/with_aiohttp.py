"""A run by aiohttp, which heeds no proxy unless it is told to."""

import asyncio
import os

import aiohttp

API = "https://api.segmind.com"
BODY = {"prompt": "A paper boat in a puddle"}
HEADERS = {"x-api-key": os.environ["SEGMIND_API_KEY"]}


async def run(client):
    async with client.post(f"{API}/v2/ideogram-3", json=BODY) as answer:
        job = await answer.json()
    while True:
        async with client.get(job["status_url"]) as answer:
            if (await answer.json())["status"] == "COMPLETED":
                break
        await asyncio.sleep(0.2)
    async with client.get(job["response_url"]) as answer:
        return await answer.json()


async def main():
    async with aiohttp.ClientSession(headers=HEADERS) as client:
        result = await run(client)
        async with client.post(f"{API}/v1/flux-2-pro", json=BODY) as answer:
            cost, size = answer.headers["x-cost"], len(await answer.read())
    async with aiohttp.ClientSession() as client, client.get(result["output"]) as answer:
        picture = await answer.read()
    print(result["output"], len(picture), result["metrics"]["cost"])
    print(cost, size)


asyncio.run(main())
