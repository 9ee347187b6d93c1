"""Clients for the marked place of a pasted test: one that is right, and one careless in all.

Each is the text of a module with the function that the pasted tests call.
"""

from __future__ import annotations

from mockserver.tests.pages import ROOT

_RIGHT = f"""
import sys
sys.path.insert(0, {str(ROOT / "examples" / "audit" / "correct")!r})
import correct_client
import httpx

VENDOR = "https://api.segmind.com"
if PATIENCE_S < 60:  # its pauses are real
    correct_client.POLL_S, correct_client.PAUSES_S = 0.01, (0.01,) * 3

def your_client(*given):
    url, key = given if len(given) == 2 else (VENDOR, *given)
    if V1:
        order = {{"json": {{"prompt": "A"}}, "headers": {{"x-api-key": key}}}}
        answer = httpx.post(f"{{url}}/v1/ideogram-3", **order)
        return answer.raise_for_status().json()
    return correct_client.buy_picture(url, key, "A", patience_s=PATIENCE_S)
"""

_CARELESS = """
import httpx

VENDOR = "https://api.segmind.com"
KNOWN = {"QUEUED", "PROCESSING", "COMPLETED"}

def your_client(*given):
    url, key = given if len(given) == 2 else (VENDOR, *given)
    for _ in range(3):
        try:
            return buy(url, {"headers": {"x-api-key": key}, "timeout": 0.9})
        except (httpx.HTTPError, ArithmeticError, LookupError, ValueError):
            pass

def buy(url, extra):
    if V1:
        return httpx.post(f"{url}/v1/ideogram-3", json={"prompt": "A"}, **extra).json()["output"]
    job = httpx.post(f"{url}/v2/ideogram-3", json={"prompt": "A"}, **extra).json()
    for _ in range(5):
        state = httpx.get(job["status_url"], **extra).json()["status"]
        if state not in KNOWN:
            raise ValueError(state)
        if state == "COMPLETED":
            result = httpx.get(job["response_url"], **extra).json()
            return httpx.get(result["output"]).raise_for_status().content
    raise ValueError("not done")
"""

_RIGHT_MODULE = """
const FINISHED = ["COMPLETED", "FAILED"];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function yourClient(url, apiKey) {
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  const job = await submit(url, { method: "POST", headers, body: '{"prompt": "A"}' });
  if (V1) return job;
  const deadline = Date.now() + 1000 * PATIENCE_S;
  let told = await ask(job.status_url, headers);
  while (!FINISHED.includes(told.status)) {
    if (Date.now() > deadline) throw new Error("not done");
    await sleep(10);
    told = await ask(job.status_url, headers);
  }
  const { output } = await ask(job.response_url, headers);
  const file = await fetch(output);
  if (!file.ok) throw new Error("no file");
  return file.arrayBuffer();
}

async function submit(url, order) {
  for (;;) {
    const answer = await fetch(`${url}/${V1 ? "v1" : "v2"}/ideogram-3`, order);
    if (answer.status !== 429) return read(answer);
    await sleep(new Date(answer.headers.get("x-rate-limit-reset-at-utc")) - Date.now() + 1);
  }
}

async function ask(url, headers) {
  for (let round = 0; round < 3; round++) {
    const answer = await fetch(url, { headers }).catch(() => ({ status: 503 }));
    if (answer.status >= 500) continue;
    const text = await answer.text();
    const isJson = (() => { try { return Boolean(JSON.parse(text)); } catch { return false; } })();
    if (isJson) return read({ ok: answer.ok, json: async () => JSON.parse(text) });
  }
  throw new Error("no answer that can be read");
}

async function read(answer) {
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body;
}
"""

_CARELESS_MODULE = """
const KNOWN = ["QUEUED", "PROCESSING", "COMPLETED"];

async function yourClient(url, apiKey) {
  for (let round = 0; round < 3; round++) {
    try {
      return await buy(url, { "x-api-key": apiKey, "content-type": "application/json" });
    } catch {}
  }
}

async function buy(url, headers) {
  const order = { method: "POST", headers, body: '{"prompt": "A"}' };
  const signal = () => AbortSignal.timeout(900);
  const job = await (await fetch(`${url}/${V1 ? "v1" : "v2"}/ideogram-3`, order)).json();
  if (V1) return job.output;
  for (let poll = 0; poll < 5; poll++) {
    const told = await (await fetch(job.status_url, { headers, signal: signal() })).json();
    if (!KNOWN.includes(told.status)) throw new Error(told.status);
    if (told.status !== "COMPLETED") continue;
    const { output } = await (await fetch(job.response_url, { headers })).json();
    const file = await fetch(output);
    if (!file.ok) throw new Error("no file");
    return file.arrayBuffer();
  }
  throw new Error("not done");
}
"""

_TEXTS = {
    ("python", "right"): _RIGHT,
    ("python", "careless"): _CARELESS,
    ("js", "right"): _RIGHT_MODULE,
    ("js", "careless"): _CARELESS_MODULE,
}


def render_client(language, manner, *, is_v1, patience_s):
    """Return the text of a module with a client.

    Args:
        language: `python` or `js`.
        manner: `right` or `careless`.
        is_v1: Whether it makes blocking calls, in place of queued runs.
        patience_s: How long a right client waits for a run.
    """
    let = "const " if language == "js" else ""
    is_v1 = str(is_v1).lower() if language == "js" else is_v1
    settings = f"{let}V1 = {is_v1}\n{let}PATIENCE_S = {patience_s}\n"
    return settings + _TEXTS[language, manner]
