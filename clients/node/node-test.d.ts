import type { Account, AccountFields, Strict } from "./index.js";

/** What is needed of the context that `node:test` gives to a test. */
export interface TestContext {
  after(judge: () => Promise<void>): void;
  diagnostic(message: string): void;
  readonly passed?: boolean;
}

/**
 * Make an account for a test. At its end the test fails if the client broke a rule, or if a fault
 * never struck; one that fails by itself shows what its client asked, from Node 20.12 on.
 */
export function segmock(t: TestContext, options?: AccountFields & { strict?: Strict }): Promise<Account>;
