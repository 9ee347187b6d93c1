// The journal's events, read as they come; a stream that ends is begun again where it ended.

import { ask, makeAddress } from "./api.mjs";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;
// The server says something every 15 seconds: who hears nothing for so long has lost it.
const SILENCE_MS = 40_000;

/**
 * Follow the journal for as long as the page is open and seen.
 *
 * A browser has six connections to a server: a tab that nobody sees leaves its own to others.
 *
 * @param {number} since The number of the exchange after which to begin.
 * @param {(exchange: object) => void} receive Called with each exchange.
 * @param {(state: "connecting"|"open"|"lost") => void} tell Called when the connection changes.
 */
export async function followJournal(since, receive, tell) {
  let last = since;
  let pause_ms = FIRST_PAUSE_MS;
  for (;;) {
    if (document.hidden) {
      await waitUntilSeen();
      pause_ms = FIRST_PAUSE_MS;
    }
    tell("connecting");
    try {
      last = await readNewest(last);
      await readStream(last, tell, (exchange) => {
        last = exchange.seq;
        pause_ms = FIRST_PAUSE_MS;
        receive(exchange);
      });
    } catch {
      // A server that went away may come back: it is asked until it does.
    }
    tell("lost");
    if (document.hidden) continue;
    await new Promise((resolve) => setTimeout(resolve, pause_ms));
    pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS);
  }
}

/** Return where to go on: at the beginning if this server has never come so far. */
async function readNewest(last) {
  const response = await ask(makeAddress("/_mock/requests", { limit: 0 }));
  const { newest } = await response.json();
  return newest < last ? 0 : last;
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
  if (data.length) receive(JSON.parse(data.map((line) => line.slice("data: ".length)).join("\n")));
}
