// The views of the page, in the order of its navigation.

import { makeAccounts } from "./accounts/accounts.mjs";
import { makeFaults } from "./faults/faults.mjs";
import { makeJobsView } from "./jobs/jobs.mjs";
import { makeLive } from "./live/live.mjs";
import { makeModels } from "./models/models.mjs";
import { makeOutputs } from "./outputs/outputs.mjs";
import { makeVerdicts } from "./verdicts/verdicts.mjs";

/**
 * Each view has a `name` in the address, a `title`, and `make`, which takes the context of the page
 * (see app.mjs) and returns its `element`, what to do when it is shown (`show(query)`, also when the
 * query has changed) and when it no longer is (`hide()`).
 */
export const VIEWS = [
  { name: "live", title: "Live", make: makeLive },
  { name: "jobs", title: "Jobs", make: makeJobsView },
  { name: "outputs", title: "Outputs", make: makeOutputs },
  { name: "models", title: "Models", make: makeModels },
  { name: "accounts", title: "Accounts", make: makeAccounts },
  { name: "faults", title: "Faults", make: makeFaults },
  { name: "verdicts", title: "Verdicts", make: makeVerdicts },
];
