// The code under test: makes postcards with nothing but fetch. It knows nothing of segmock.

const FINISHED = new Set(["COMPLETED", "FAILED"]);
const FAILED = 422;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Submit once, poll with patience, and return the picture's bytes with its cost in US dollars. */
export async function postcard({ url, apiKey, motif, pollMs = 1000, patienceMs = 60_000 }) {
  const headers = { "x-api-key": apiKey };
  const submitted = await fetch(`${url}/v2/ideogram-3`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ prompt: `A postcard of ${motif}` }),
  });
  const job = await submitted.json();
  if (!submitted.ok) throw new Error(job.error); // never sent again: it might be paid for twice
  const deadline = Date.now() + patienceMs;
  let status = await poll(job.status_url, headers);
  while (!FINISHED.has(status.status)) {
    if (Date.now() > deadline) throw new Error(`not done after ${patienceMs} ms`);
    await sleep(pollMs);
    status = await poll(job.status_url, headers);
  }
  if (status.status === "FAILED") throw new Error(status.error);
  const result = await poll(job.response_url, headers);
  const picture = await fetch(result.output); // public: the key stays at home
  return { bytes: Buffer.from(await picture.arrayBuffer()), cost: result.metrics.cost };
}

/** A poll changes nothing, so it may be repeated after a hiccup of the gateway. */
async function poll(url, headers, pausesMs = [100, 200, 400]) {
  for (const pauseMs of pausesMs) {
    const answer = await fetch(url, { headers }).catch(() => null);
    if (answer && (answer.ok || answer.status === FAILED)) return answer.json();
    if (answer && answer.status < 500) throw new Error((await answer.json()).error);
    await sleep(pauseMs);
  }
  throw new Error("the gateway does not answer");
}
