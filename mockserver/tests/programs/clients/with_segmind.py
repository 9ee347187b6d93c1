"""A run by the vendor's own SDK."""

import httpx
import segmind

client = segmind.SegmindClient()
job = client.submit_async("ideogram-3", prompt="A paper boat in a puddle")
result = job.wait(interval=0.2)
picture = httpx.get(result["output"]).content
print(result["output"], len(picture), result["metrics"]["cost"])

answer = client.run_sync("flux-2-pro", prompt="A paper boat in a puddle")
print(answer.headers["x-cost"], len(answer.content))
