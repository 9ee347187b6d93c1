"""A run by Python's standard library."""

import json
import os
import time
from urllib.request import Request, urlopen

API = "https://api.segmind.com"
BODY = json.dumps({"prompt": "A paper boat in a puddle"}).encode()
HEADERS = {"x-api-key": os.environ["SEGMIND_API_KEY"], "content-type": "application/json"}


def call(url, body=None):
    with urlopen(Request(url, body, HEADERS)) as answer:
        return json.load(answer)


job = call(f"{API}/v2/ideogram-3", BODY)
while call(job["status_url"])["status"] != "COMPLETED":
    time.sleep(0.2)
result = call(job["response_url"])
with urlopen(result["output"]) as answer:
    print(result["output"], len(answer.read()), result["metrics"]["cost"])
with urlopen(Request(f"{API}/v1/flux-2-pro", BODY, HEADERS)) as answer:
    print(answer.headers["x-cost"], len(answer.read()))
