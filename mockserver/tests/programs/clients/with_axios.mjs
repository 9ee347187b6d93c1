// A run by axios.
import { setTimeout as sleep } from "node:timers/promises";

import axios from "axios";

const body = { prompt: "A paper boat in a puddle" };
const client = axios.create({
  baseURL: "https://api.segmind.com",
  headers: { "x-api-key": process.env.SEGMIND_API_KEY },
});

const { data: job } = await client.post("/v2/ideogram-3", body);
while ((await client.get(job.status_url)).data.status !== "COMPLETED") await sleep(200);
const { data: result } = await client.get(job.response_url);
const { data: picture } = await axios.get(result.output, { responseType: "arraybuffer" });
console.log(result.output, picture.length, result.metrics.cost);

const answer = await client.post("/v1/flux-2-pro", body, { responseType: "arraybuffer" });
console.log(answer.headers["x-cost"], answer.data.length);
