// The views of the page, in the order of its navigation.

/**
 * Each view has a `name` in the address, a `title`, and `load`, which loads its modules. That gives what
 * makes it: a function that takes the context of the page (see app.mjs) and returns its `element`, what to
 * do when it is shown (`show(query)`, also when the query has changed) and when it no longer is (`hide()`).
 */
export const VIEWS = [
  { name: "live", title: "Live", load: async () => (await import("./live/live.mjs")).makeLive },
  { name: "jobs", title: "Jobs", load: async () => (await import("./jobs/jobs.mjs")).makeJobsView },
  { name: "outputs", title: "Outputs", load: async () => (await import("./outputs/outputs.mjs")).makeOutputs },
  { name: "models", title: "Models", load: async () => (await import("./models/models.mjs")).makeModels },
  { name: "accounts", title: "Accounts", load: async () => (await import("./accounts/accounts.mjs")).makeAccounts },
  { name: "faults", title: "Faults", load: async () => (await import("./faults/faults.mjs")).makeFaults },
  { name: "verdicts", title: "Verdicts", load: async () => (await import("./verdicts/verdicts.mjs")).makeVerdicts },
];
