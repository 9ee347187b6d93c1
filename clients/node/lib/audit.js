// What tests tell `segmock audit`, where it runs the suite: whose account that is, and how each went.

import { appendFileSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { ViolationError } from "./violation.js";

const folder = process.env.SEGMOCK_AUDIT;
let hasStarted = false;

/** Return the id of a test, by its file and its name. */
export function identifyTest(file, name) {
  return [file && relative(process.cwd(), file), name].filter(Boolean).join(" > ");
}

/**
 * Tell an audit that a test has an account, and that it has begun.
 *
 * @param {string} apiKey The key of its account.
 * @param {string} test The id of the test.
 * @param {boolean} tellsEnd Whether it will be known how the test ends; else only its account is told.
 * @returns {(hasPassed: boolean, error?: Error) => void} Tells how it has ended.
 */
export function tellAudit(apiKey, test, tellsEnd) {
  if (!folder || !test) return () => {};
  if (!hasStarted) write({ type: "started", runner: "node" });
  hasStarted = true;
  write({ type: "account", test, api_key: apiKey });
  if (!tellsEnd) return () => {};
  write({ type: "began", test, ...readNow() });
  return (hasPassed, error) => {
    const outcome = hasPassed ? "passed" : "failed";
    write({ type: "ended", test, ...readNow(), outcome, has_verdict: error instanceof ViolationError });
  };
}

/** Return the number of the run of the audit, and the instant: monotonic microseconds. */
function readNow() {
  const at_us = Number(process.hrtime.bigint() / 1000n);
  return { run: JSON.parse(readFileSync(join(folder, "mutant.json"), "utf8")).run, at_us };
}

function write(line) {
  appendFileSync(join(folder, "tests", `node-${process.pid}.jsonl`), `${JSON.stringify(line)}\n`);
}
