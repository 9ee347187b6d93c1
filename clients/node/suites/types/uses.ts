// Read by tsc alone: what the types let through, and what they refuse.

import { test } from "node:test";

import { SegmockError, start, ViolationError } from "segmock";
import type { Account, Fault, Report, Rule, Server, Transition, Verdict } from "segmock";
import setup from "segmock/global-setup";
import { segmock as forJest } from "segmock/jest";
import { segmock } from "segmock/node-test";

export async function useServer(): Promise<number> {
  await using server: Server = await start({ flags: ["--clock", "auto"], from: "PATH" });
  await using account = await server.account({ plan: "free", credits: 1, denied_models: ["*"] });
  const rule: Rule = { on: "submit", do: { status: 503 }, when: "after", times: 2 };
  const fault: Fault = await account.faults.add(rule);
  await account.faults.add({ on: { route: "status", state: "PROCESSING" }, do: [null, { reset: true }] });
  await account.faults.remove(fault);
  const moved: Transition[] = await account.clock.advance(60);
  moved.push(...(await account.clock.advanceToNext()));
  const { planned, stalled } = await account.stall("id");
  await account.clock.set("frozen", { utc: "2030-01-01T00:00:00Z" });
  const verdicts: Verdict[] = await account.verdicts();
  const { violations, sections }: Report = await account.report({ strict: "should", full: true });
  await account.check({ strict: "should" });
  const { ledger } = await account.read();
  const stop: () => Promise<void> = await setup();
  await stop();
  return moved.length + verdicts.length + violations.length + sections.length + ledger[0]!.amount + (stalled ? 0 : planned.length);
}

export async function misuse(account: Account, server: Server): Promise<void> {
  // @ts-expect-error there is no such route
  await account.faults.add({ on: "submitt", do: { status: 503 } });
  // @ts-expect-error a rule does something
  await account.faults.add({ on: "submit" });
  // @ts-expect-error that is said of no account
  await server.account({ credit: 1 });
  // @ts-expect-error there is no such word
  await account.check({ strict: "sould" });
  // @ts-expect-error it is what it was made as
  account.apiKey = "SG_other";
}

export function tell(error: unknown): readonly string[] {
  if (error instanceof ViolationError) return error.violations;
  return error instanceof SegmockError ? [error.message] : [];
}

test("the context of node:test", async (t) => {
  const account: Account = await segmock(t, { credits: 1, strict: false });
  await forJest({ plan: "free" });
  // @ts-expect-error the helper needs the context
  await segmock({ credits: 1 });
  console.log(account.env["SEGMIND_API_KEY"]);
});
