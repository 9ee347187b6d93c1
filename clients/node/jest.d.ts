import type { Account, AccountFields, Strict } from "./index.js";

/**
 * Make an account for the test that runs. At its end the test fails if the client broke a rule, or
 * if a fault never struck. Not for tests that run at once in one file: they share one `afterEach`.
 */
export function segmock(options?: AccountFields & { strict?: Strict }): Promise<Account>;
