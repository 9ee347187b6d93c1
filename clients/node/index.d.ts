/// <reference lib="esnext.disposable" />

/** JSON of the control plane: docs/control-plane.md of the repository has every field. */
export interface Exchange {
  seq: number;
  at_utc: string;
  method: string;
  path: string;
  route: string;
  /** That of the answer; null if none was sent. */
  status: number | null;
  delivery: "intact" | "damaged" | "lost";
  /** The last four characters of its key. */
  api_key: string | null;
  /** The name of its account, which stands for the key on the control plane. */
  account: string | null;
  model?: string;
  request_id?: string;
  fault_id?: string;
  request: { headers: Record<string, string>; body: any };
  response: { headers: Record<string, string>; body: any };
  [more: string]: unknown;
}

export interface Job {
  request_id: string;
  /** The name of its account, which stands for the key on the control plane. */
  account: string;
  model: string;
  params: Record<string, any>;
  state: "QUEUED" | "PROCESSING" | "COMPLETED" | "FAILED";
  error?: string;
  cost?: number;
  timeline: { state: string; at_utc: string }[];
  /** The states to come, as far as is planned. */
  planned: { state: string; at_utc: string }[];
  /** It stays in its state until it expires. */
  stalled: boolean;
  [more: string]: unknown;
}

export interface Verdict {
  id: string;
  level: "MUST" | "SHOULD";
  title: string;
  explanation: string;
  facts: string[];
  /** The numbers (`seq`) of the exchanges that broke the rule. */
  requests: number[];
  [more: string]: unknown;
}

export interface AccountState {
  /** The name of the account, which stands for its key on the control plane. */
  account: string;
  /** The last four characters of its key. */
  api_key: string;
  plan: string;
  requests_per_minute: number | null;
  window_s: number;
  /** How many runs are counted in the minute that is open; null where none is, or no limit. */
  window: { used: number; limit: number; resets_utc: string } | null;
  credits: number | null;
  free_credits: number;
  held: number;
  status: "active" | "revoked";
  denied_models: string[];
  jobs: number;
  clock: { now_utc: string; mode: string; rate: number };
  ledger: { request_id: string; amount: number; at_utc: string; why: string; [more: string]: unknown }[];
  [more: string]: unknown;
}

/** What can be said of an account. */
export interface AccountFields {
  plan?: string;
  requests_per_minute?: number | null;
  window_s?: number;
  credits?: number;
  free_credits?: number;
  status?: "active" | "revoked";
  denied_models?: string[];
}

export type Route = "submit" | "sync" | "status" | "result" | "poll" | "credits" | "output" | "*";

/** What a fault does: `{ status: 503, body: "html" }`, `{ reset: true }`, …: docs/faults.md has all. */
export type Effect = Record<string, unknown>;

/** A fault: which calls it strikes, and what it does to them. */
export interface Rule {
  /** A route, or which calls of it. */
  on?: Route | { route?: Route; model?: string; state?: string };
  /** One effect, or one for each call in turn, of which null lets a call pass. */
  do: Effect | (Effect | null)[];
  /** "after" does the work, and charges for it, before the answer is lost. */
  when?: "before" | "after";
  times?: number;
  skip?: number;
  every?: number;
  probability?: number;
}

export interface Fault extends Rule {
  id: string;
  calls: number;
  hits: number;
  spent: boolean;
  [more: string]: unknown;
}

/** A change of a job's state that a clock brought about. */
export interface Transition {
  request_id: string;
  state: string;
  at_utc: string;
}

export interface Clock {
  read(): Promise<{ now_utc: string; mode: string; rate: number }>;
  /** Move on by so many seconds; returns the jobs' changes of state on the way. */
  advance(seconds: number): Promise<Transition[]>;
  /** Move on to the next change of a job's state; returns what changed then. */
  advanceToNext(): Promise<Transition[]>;
  /** Change how time goes (`real`, `frozen`, `auto`, `x60`), or move on to an instant, or both. */
  set(mode: string | undefined, options?: { utc?: string }): Promise<Transition[]>;
}

export interface Faults {
  /** Arm a fault that strikes this account alone: `{ on: "status", do: { status: 503 }, times: 2 }`. */
  add(rule: Rule): Promise<Fault>;
  /** The rules, with their `hits`. */
  list(): Promise<Fault[]>;
  remove(fault: Fault | string): Promise<void>;
  clear(): Promise<void>;
}

/** True: to MUST rules, and to faults that have to strike. "should": to SHOULD rules too. */
export type Strict = boolean | "should";

export interface Report {
  violations: string[];
  advice: string[];
  sections: { title: string; text: string }[];
}

/** One account, a world of its own: its key, and all that can be asked or told of it. */
export interface Account extends AsyncDisposable {
  /** The server's root, for the client under test. */
  readonly url: string;
  /** The root of v1, as the vendor's SDK takes it. */
  readonly baseUrl: string;
  /** What a client sends as `x-api-key`. */
  readonly apiKey: string;
  /** The variables of a child process that is to find this account, past every proxy. */
  readonly env: Record<string, string>;
  readonly clock: Clock;
  readonly faults: Faults;
  /** What is said of it, with its balance and its ledger. */
  read(): Promise<AccountState>;
  configure(fields: AccountFields): Promise<AccountState>;
  jobs(): Promise<Job[]>;
  /** One job, with its history. */
  job(requestId: string): Promise<Job>;
  complete(requestId: string): Promise<Job>;
  fail(requestId: string, error?: string): Promise<Job>;
  /** It stays in its state until it expires. */
  stall(requestId: string): Promise<Job>;
  expire(requestId: string): Promise<Job>;
  /** What the client has asked and was answered, oldest first. */
  requests(): Promise<Exchange[]>;
  /** Which rules the client broke; all it did counts as one run. */
  verdicts(): Promise<Verdict[]>;
  /** Calls that came since this account was made with a key of nobody's, or with none. */
  stray(): Promise<Exchange[]>;
  /** What is to be said of the client, in words; `full` adds what a failed test shows. */
  report(options?: { strict?: Strict; full?: boolean }): Promise<Report>;
  /** Throw a `ViolationError` if the client broke a rule, or if a fault never struck. */
  check(options?: { strict?: Strict }): Promise<void>;
  /** Begin anew: no jobs, no faults, an empty journal, and what was first said of it. */
  reset(): Promise<void>;
  /** Check, and have the server forget the account; one that is violated stays, to be looked at. */
  close(options?: { strict?: Strict }): Promise<void>;
}

export interface Server extends AsyncDisposable {
  /** Its root, without a slash at the end. */
  readonly url: string;
  /** Make an account with a key of its own. */
  account(fields?: AccountFields): Promise<Account>;
  /** Stop it, if it was started here. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** A server that runs already; else the variable `SEGMOCK_URL`. */
  url?: string;
  /** The command, as a line or as words; else `SEGMOCK_COMMAND`, else `segmock` on PATH. */
  command?: string | string[];
  /** A path or git URL from which `uvx` runs it if there is no command; else `SEGMOCK_FROM`. */
  from?: string;
  /** The admin token, if the server has one; else `SEGMOCK_ADMIN_TOKEN`. */
  token?: string;
  /** Flags of `segmock serve`; ["--clock", "auto"] unless given. */
  flags?: string[];
  /** How long it may take until it serves: 120 s unless given. */
  timeoutMs?: number;
}

/**
 * Take the server that runs, or start one on a free port. It ends when it is closed, or when this
 * process ends, in whatever way.
 */
export function start(options?: StartOptions): Promise<Server>;

/** The control plane refused a call, nobody answers, or no server was found. */
export class SegmockError extends Error {}

/** A client broke a rule, or a fault never struck: the message is the report. */
export class ViolationError extends Error {
  readonly violations: string[];
}
