// The journal's events, read as they come; a stream that ends is begun again where it ended.

import { ask, makeAddress } from "./api.mjs";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;
// The server says something every 15 seconds: who hears nothing for so long has lost it.
const SILENCE_MS = 40_000;
/** By these an exchange is known again. */
const IDENTITY = ["at_utc", "received_s", "method", "path"];

/**
 * Follow the journal for as long as the page is open and seen.
 *
 * A browser has six connections to a server: a tab that nobody sees leaves its own to others.
 *
 * @param {number} most So many exchanges that were there before are wanted, the newest.
 * @param {object} listeners `begin` is called with the number of the newest exchange that is there
 *   before, and of the last one that is not told of; `receive` with each exchange and how many characters it has,
 *   `forget` when another server answers at this address, and
 *   `tell` with `connecting`, `open`, `left` where nobody looks, or `lost`, which holds until it is there again;
 *   with the latter also what was refused, if the server did answer.
 */
export async function followJournal(most, { begin, receive, forget, tell }) {
  let last = null;
  let since = null;
  let pause_ms = FIRST_PAUSE_MS;
  tell("connecting");
  for (;;) {
    let refusal = null;
    if (document.hidden) {
      await waitUntilSeen();
      pause_ms = FIRST_PAUSE_MS;
      tell("connecting");
    }
    try {
      if (last !== null && !(await isSameServer(last))) {
        [last, since] = [null, null];
        forget();
      }
      if (since === null) {
        const newest = await readNewest();
        since = Math.max(0, newest - most);
        begin(newest, since);
      }
      await readStream(since, tell, (exchange, size) => {
        last = exchange;
        since = exchange.seq;
        pause_ms = FIRST_PAUSE_MS;
        receive(exchange, size);
      });
    } catch (error) {
      // A server that went away, or refuses, may do otherwise soon: it is asked until it does.
      if (error.status > 0) refusal = error;
    }
    tell(document.hidden ? "left" : "lost", refusal);
    if (document.hidden) continue;
    await new Promise((resolve) => setTimeout(resolve, pause_ms));
    pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS);
  }
}

async function readNewest() {
  const response = await ask(makeAddress("/_mock/requests", { limit: 0 }));
  return (await response.json()).newest;
}

/** Tell whether the server is still that of which an exchange came, as far as its journal tells. */
async function isSameServer(last) {
  if ((await readNewest()) < last.seq) return false;
  const response = await ask(makeAddress("/_mock/requests", { after: last.seq - 1, limit: 1 }));
  const [now] = (await response.json()).requests;
  // What has left the journal, or was taken out of it, says nothing.
  return now?.seq !== last.seq || IDENTITY.every((name) => now[name] === last[name]);
}

async function waitUntilSeen() {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

async function readStream(since, tell, receive) {
  const leaving = new AbortController();
  const leaveIfHidden = () => document.hidden && leaving.abort();
  document.addEventListener("visibilitychange", leaveIfHidden);
  let timer;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => leaving.abort(), SILENCE_MS);
  };
  listen();
  try {
    const response = await ask(makeAddress("/_mock/events", { since }), { signal: leaving.signal });
    tell("open");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      listen();
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      for (const event of events) readEvent(event, receive);
    }
  } finally {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", leaveIfHidden);
  }
}

function readEvent(event, receive) {
  const data = event.split("\n").filter((line) => line.startsWith("data: "));
  if (data.length === 0) return;
  const text = data.map((line) => line.slice("data: ".length)).join("\n");
  receive(JSON.parse(text), text.length);
}
