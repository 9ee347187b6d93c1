// A request as a test with the fixture `segmock`, which holds the answer to its status.

import { quoteForShell, renderPython, renderText } from "../base/literals.mjs";
import { hasToken } from "../server/token.mjs";
import { listArguments } from "./again_python.mjs";
import { isFile } from "./sent_request.mjs";

/**
 * Return a request as a test.
 *
 * @param {object} request The request (see sent_request.mjs).
 * @param {{exchange: object, rule: object|null, submit: object|null, route: object|null}} known What is
 *   known of it: the exchange, the rule that struck it, the request that submitted its job, its route.
 */
export function makePytest(request, { exchange, rule, submit, route }) {
  const setup = [...prepareFault(exchange, rule), ...prepareAccount(exchange)];
  const own = submit && route?.has_state ? prepareJob(submit, exchange) : [];
  const path = own.length ? renderJobPath(request.path, exchange) : `f${renderText(`{segmock.url}${escapeBraces(request.path)}`)}`;
  const lines = [`${renderText(request.method)},`, `${path},`, ...listArguments(request, "segmock.api_key"), "timeout=600,"];
  const imports = [isFile(request.body) && "from pathlib import Path\n", "import httpx", isLost(exchange) && "import pytest"].filter(Boolean);
  const call = `(\n    ${lines.join("\n    ")}\n)`;
  const body = [...own, ...setup, ...holdTo(exchange, call)];
  const isAlone = route?.has_state && !own.length && exchange.request_id;
  return `${explain(request, isAlone)}${imports.join("\n")}\n\n\ndef test_exchange_${exchange.seq}_again(segmock):\n${indent(body)}\n`;
}

function explain({ notes }, isAlone) {
  const token = hasToken() ? "SEGMOCK_ADMIN_TOKEN=… " : "";
  const lines = [`${token}pytest --segmock-url ${quoteForShell(location.origin)}`, ...notes];
  if (isAlone) lines.push("The job is of another account than the test's: the journal has its submit no longer.");
  return lines.map((line) => `# ${line}\n`).join("");
}

function isLost({ status, delivery }) {
  return status === null || delivery === "lost";
}

function holdTo(exchange, call) {
  const hold = `assert answer.status_code == ${exchange.status}`;
  if (isLost(exchange)) return ["with pytest.raises(httpx.HTTPError):", indent([`httpx.request${call}`])];
  // Who reads what is damaged may get an error.
  if (exchange.delivery === "damaged") return [`with httpx.stream${call} as answer:`, indent([hold])];
  return [`answer = httpx.request${call}`, hold];
}

/** Arm the fault that struck the exchange, for the one call of the test. */
function prepareFault(exchange, rule) {
  if (!exchange.fault_id) return [];
  const effect = Array.isArray(rule?.do) ? null : rule?.do;
  if (!effect) return [`# The fault ${exchange.fault_id} struck this exchange, and is not known here.`];
  const when = rule.when ? `, when=${renderText(rule.when)}` : "";
  return [`segmock.faults.add(${renderPython(effect)}, on=${renderText(exchange.route)}${when}, times=1)`];
}

/** Give the test's account what led to the answer. */
function prepareAccount({ status, model, response, fault_id: fault, request }) {
  if (fault) return [];
  const words = String(response.body?.error ?? "");
  if (status === 403 && model) return [`segmock.configure(denied_models=[${renderText(model)}])`];
  if (status === 406 && /credit/i.test(words)) return ["segmock.configure(credits=0, free_credits=0)"];
  if (status === 401 && request.headers["x-api-key"]) return ['segmock.configure(status="revoked")'];
  return [];
}

/** Submit the job of the exchange anew, and bring it to the state that the answer told of. */
function prepareJob(submit, { status, response }) {
  const lines = [`${renderText(submit.method)},`, `f${renderText(`{segmock.url}${escapeBraces(submit.path)}`)},`, ...listArguments(submit, "segmock.api_key")];
  const state = response.body?.status;
  const code = [`submitted = httpx.request(\n    ${lines.join("\n    ")}\n)`, 'job = submitted.json()["request_id"]'];
  if (state === "COMPLETED") code.push("segmock.complete(job)");
  if (status === 422) code.push(`segmock.fail(job, ${renderText(String(response.body?.error ?? "it failed"))})`);
  if (status === 404) code.push("segmock.expire(job)");
  return code;
}

function renderJobPath(path, { request_id: id }) {
  const shown = escapeBraces(path).replace(id, "{job}");
  return `f${renderText(`{segmock.url}${shown}`)}`;
}

function escapeBraces(text) {
  return text.replaceAll("{", "{{").replaceAll("}", "}}");
}

function indent(lines) {
  return lines.join("\n").split("\n").map((line) => `    ${line}`).join("\n");
}
