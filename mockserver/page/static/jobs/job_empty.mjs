// What is said where there are no jobs to see.

import { h, markCode, replace } from "../base/dom.mjs";
import { quoteForShell } from "../base/literals.mjs";
import { showCode } from "../parts/commands.mjs";
import { makeLink } from "../parts/links.mjs";
import { makeNoMatch } from "../parts/no_match.mjs";

const MODEL = "ideogram-3";
const KEY = "SG_0123456789abcdef";

/**
 * Make what says why there are no jobs to see, or not those of now.
 *
 * @param {object} context The context of the page.
 * @param {() => void} clear Clears the filters.
 */
export function makeJobMessage(context, clear) {
  const element = h("div", {});
  let shown = "";

  /** Say why there are none, by how many there are and how many get through the filters. */
  function show({ matching, total }) {
    const isScoped = context.scope.chosen.length > 0;
    if (matching > 0) change("", () => null);
    else if (total > 0) change("filtered", () => showNoMatch(clear));
    else change(`none ${isScoped}`, () => showNoJobs(context, isScoped));
  }

  /** Say why jobs could not be asked for. */
  function showError({ words }) {
    change(words, () => h("p", { class: "bad", role: "alert" }, markCode(words)));
  }

  function change(reason, make) {
    if (reason === shown) return;
    shown = reason;
    replace(element, make());
  }

  return { element, show, showError };
}

/** Say how a job comes to be. */
function showNoJobs({ address }, hasScope) {
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, hasScope ? "No jobs in the accounts that are chosen" : "No jobs yet"),
    h("p", {}, "A job comes to be when a client submits a run of a model. This makes one:"),
    showCode(makeSubmit(), "A command that submits a run"),
    h(
      "p",
      {},
      "Or submit one from ",
      makeLink(address, "models", {}, "a form of a model"),
      ". Jobs are forgotten an hour after their submission, in virtual time; ",
      "those that expire while this page is open stay here.",
    ),
  );
}

/** Say that a filter lets nothing through. */
function showNoMatch(clear) {
  return h("div", { class: "empty" }, makeNoMatch("job", clear));
}

function makeSubmit() {
  const url = quoteForShell(`${location.origin}/v2/${MODEL}`);
  const lines = [
    `curl ${url}`,
    `-H ${quoteForShell(`x-api-key: ${KEY}`)}`,
    "-H 'content-type: application/json'",
    `-d '{"prompt": "a lighthouse at dawn"}'`,
  ];
  return `${lines.join(" \\\n  ")}\n`;
}
