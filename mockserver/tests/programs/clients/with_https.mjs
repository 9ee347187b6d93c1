// A run by `node:https`.
import { request } from "node:https";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

const api = "https://api.segmind.com";
const body = JSON.stringify({ prompt: "A paper boat in a puddle" });
const headers = { "x-api-key": process.env.SEGMIND_API_KEY, "content-type": "application/json" };

function call(url, options, sent) {
  return new Promise((resolve, reject) => {
    request(url, options, async (answer) => {
      resolve({ headers: answer.headers, data: await buffer(answer) });
    })
      .on("error", reject)
      .end(sent);
  });
}

const get = async (url) => JSON.parse((await call(url, { headers })).data);
const post = (url) => call(url, { method: "POST", headers }, body);

const job = JSON.parse((await post(`${api}/v2/ideogram-3`)).data);
while ((await get(job.status_url)).status !== "COMPLETED") await sleep(200);
const result = await get(job.response_url);
const picture = await call(result.output, {});
console.log(result.output, picture.data.length, result.metrics.cost);

const answer = await post(`${api}/v1/flux-2-pro`);
console.log(answer.headers["x-cost"], answer.data.length);
