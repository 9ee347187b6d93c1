// A driver for a client of the Segmind gateway in Node: fill in what is marked TO DO.
//
//     segmock driver check -- node driver.mjs
//     segmock verify client --driver 'node driver.mjs'

const operations = {
  // TO DO: submit on v2, wait, fetch the result. Send call.params as they are. call.base_url has no
  // /v1 at its end; call.timeout_s is the deadline of it all, and call.poll_interval_s the pause
  // between two polls. What becomes of it is, for instance:
  //   { outcome: "completed", result: {…} }       the body of the result, as it came
  //   { outcome: "failed", error: "…" }           the job FAILED, in the gateway's words
  //   { outcome: "timeout" }                      not done by the deadline
  //   { outcome: "server_error", status: 502 }    the table in docs/drivers.md has the others
  async run(call) {
    return { outcome: "unsupported" };
  },

  // TO DO: one blocking call on v1. Media is told of as in download.
  async run_sync(call) {
    return { outcome: "unsupported" };
  },

  // TO DO: fetch call.url: result { sha256: "…", bytes: 4711, content_type: "…" }.
  async download(call) {
    return { outcome: "unsupported" };
  },

  // TO DO: ask for the credits of call.api_key; the result is the body.
  async credits(call) {
    return { outcome: "unsupported" };
  },
};

/** Make one call; whatever the client throws that nobody has caught is a bug of its own. */
async function answer(call) {
  if (!Object.hasOwn(operations, call.op)) return { outcome: "unsupported" };
  try {
    return await operations[call.op](call);
  } catch (error) {
    return { outcome: "client_bug", error: String(error) };
  }
}

/** Lines of stdin, by line feeds alone: readline would also split at U+2028. */
async function* lines() {
  let rest = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

for await (const line of lines()) {
  const call = JSON.parse(line); // console.error is for messages: stdout is for answers
  process.stdout.write(`${JSON.stringify({ id: call.id, ...(await answer(call)) })}\n`);
}
