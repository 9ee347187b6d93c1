// The states of jobs, in the order in which one goes through them.

const KINDS = { QUEUED: "warn", PROCESSING: "info", COMPLETED: "good", FAILED: "bad" };

/** The states; a job that has expired is in none. */
export const STATES = Object.keys(KINDS);

/** Tell whether a state is one in which a job ends. */
export function isFinal(state) {
  return state === "COMPLETED" || state === "FAILED";
}

/** Return the class of a state's badge. */
export function findStateKind(state) {
  return KINDS[state] ?? "";
}
