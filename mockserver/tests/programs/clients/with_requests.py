"""A run by requests."""

import os
import time

import requests

API = "https://api.segmind.com"
BODY = {"prompt": "A paper boat in a puddle"}

with requests.Session() as client:
    client.headers["x-api-key"] = os.environ["SEGMIND_API_KEY"]
    job = client.post(f"{API}/v2/ideogram-3", json=BODY).json()
    while client.get(job["status_url"]).json()["status"] != "COMPLETED":
        time.sleep(0.2)
    result = client.get(job["response_url"]).json()
    answer = client.post(f"{API}/v1/flux-2-pro", json=BODY)
picture = requests.get(result["output"]).content

print(result["output"], len(picture), result["metrics"]["cost"])
print(answer.headers["x-cost"], len(answer.content))
