// A run by the `fetch` that Node has built in.
import { setTimeout as sleep } from "node:timers/promises";

const api = "https://api.segmind.com";
const body = JSON.stringify({ prompt: "A paper boat in a puddle" });
const headers = { "x-api-key": process.env.SEGMIND_API_KEY, "content-type": "application/json" };

const call = async (url, init) => (await fetch(url, { headers, ...init })).json();

const job = await call(`${api}/v2/ideogram-3`, { method: "POST", body });
while ((await call(job.status_url)).status !== "COMPLETED") await sleep(200);
const result = await call(job.response_url);
const picture = await (await fetch(result.output)).arrayBuffer();
console.log(result.output, picture.byteLength, result.metrics.cost);

const answer = await fetch(`${api}/v1/flux-2-pro`, { method: "POST", headers, body });
console.log(answer.headers.get("x-cost"), (await answer.arrayBuffer()).byteLength);
