"""A run by httpx2."""

import os
import time

import httpx2

API = "https://api.segmind.com"
BODY = {"prompt": "A paper boat in a puddle"}

with httpx2.Client(timeout=60) as client:
    client.headers["x-api-key"] = os.environ["SEGMIND_API_KEY"]
    job = client.post(f"{API}/v2/ideogram-3", json=BODY).json()
    while client.get(job["status_url"]).json()["status"] != "COMPLETED":
        time.sleep(0.2)
    result = client.get(job["response_url"]).json()
    answer = client.post(f"{API}/v1/flux-2-pro", json=BODY)
picture = httpx2.get(result["output"]).content

print(result["output"], len(picture), result["metrics"]["cost"])
print(answer.headers["x-cost"], len(answer.content))
