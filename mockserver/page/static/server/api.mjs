// Requests to the control plane.

import { askToken, makeTokenHeaders } from "./token.mjs";

const UNAUTHORIZED = 401;
const NOT_FOUND = 404;
/** So much is shown of an answer that is not what was to be. */
const LONGEST_SHOWN = 200;

/** What the control plane refused: `status` (0 where nobody answered), `message`, and `hint`. */
export class ApiError extends Error {
  constructor(status, message, hint = "") {
    super(message);
    this.status = status;
    this.hint = hint;
  }

  /** Whether what was asked for was never there, or is there no longer. */
  get isGone() {
    return this.status === NOT_FOUND;
  }

  /** What was refused, with the hint. */
  get words() {
    return this.hint ? `${this.message} – ${this.hint}` : this.message;
  }
}

/** Throw what is no refusal of the control plane: it is an error of this page. */
export function holdToRefusal(error) {
  if (!(error instanceof ApiError)) throw error;
}

/**
 * Get a JSON value.
 *
 * @param {string} path The path, as `/_mock/jobs`.
 * @param {object} query Parameters by name; empty ones are left out.
 * @param {(text: string) => any} parse Reads the JSON, where it is to be read with care.
 */
export function get(path, query = {}, parse = JSON.parse) {
  return send("GET", makeAddress(path, query), undefined, parse);
}

/** Get every page of a list: `name` is the member that has the items. */
export async function getAll(path, name, query = {}) {
  const items = [];
  let after;
  do {
    const page = await get(path, { ...query, after });
    items.push(...page[name]);
    after = page.next;
  } while (after !== null && after !== undefined);
  return items;
}

/** Send a request with a JSON body, if any; return what the answer says, null if nothing. */
export async function send(method, path, body, parse = JSON.parse) {
  const response = await ask(path, {
    method,
    headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await readBody(response);
  return text === "" ? null : parseBody(text, response, parse);
}

/**
 * Read the body of an answer, as `text`, `json` or `blob`. One that breaks off, or is no JSON, is refused as
 * any other: a server may be killed meanwhile, a fault strike, or something else answer in its place.
 */
export async function readBody(response, kind = "text") {
  if (kind === "json") return parseBody(await readBody(response), response, JSON.parse);
  try {
    return await response[kind]();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The answer broke off", "does the server still run?");
  }
}

/** Get the response of a request, after asking for the admin token where it is wanted. */
export async function ask(path, options = {}) {
  for (;;) {
    const response = await fetchOnce(path, options);
    if (response.ok) return response;
    if (response.status !== UNAUTHORIZED || options.isData) throw await readError(response);
    await askToken();
  }
}

/** Return a path with a query. */
export function makeAddress(path, query) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path;
}

/** Return a name as a part of a path. */
export function encodeName(name) {
  // A browser takes dots out of a path: such a name is asked for as one that nothing has.
  return encodeURIComponent(name.toWellFormed()).replace(/^\.{1,2}$/, "%25$&");
}

async function fetchOnce(path, { headers, isData, ...options }) {
  try {
    const own = isData ? {} : makeTokenHeaders();
    return await fetch(path, { cache: "no-store", ...options, headers: { ...headers, ...own } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The server does not answer", "is it still running?");
  }
}

function parseBody(text, { status }, parse) {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ApiError(status, "The answer is not JSON", text.slice(0, LONGEST_SHOWN));
  }
}

async function readError(response) {
  const text = await readBody(response);
  try {
    const { error, hint } = JSON.parse(text);
    return new ApiError(response.status, String(error), hint ? String(hint) : "");
  } catch {
    return new ApiError(response.status, `The answer was ${response.status}`, text.slice(0, LONGEST_SHOWN));
  }
}
