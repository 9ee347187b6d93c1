// A run by undici as a package, which is not the one within Node.
import { setTimeout as sleep } from "node:timers/promises";

import { request } from "undici";

const api = "https://api.segmind.com";
const body = JSON.stringify({ prompt: "A paper boat in a puddle" });
const headers = { "x-api-key": process.env.SEGMIND_API_KEY, "content-type": "application/json" };

const call = async (url, options) => (await request(url, { headers, ...options })).body.json();

const job = await call(`${api}/v2/ideogram-3`, { method: "POST", body });
while ((await call(job.status_url)).status !== "COMPLETED") await sleep(200);
const result = await call(job.response_url);
const picture = await (await request(result.output)).body.arrayBuffer();
console.log(result.output, picture.byteLength, result.metrics.cost);

const answer = await request(`${api}/v1/flux-2-pro`, { method: "POST", headers, body });
console.log(answer.headers["x-cost"], (await answer.body.arrayBuffer()).byteLength);
