// Which rules clients broke, with the exchanges that show it.

import { h, markCode, replace } from "../base/dom.mjs";
import { LEVELS } from "../common/verdict_levels.mjs";
import { groupVerdicts, loadVerdicts } from "../common/verdict_list.mjs";
import { makeRefresh } from "../parts/refresh.mjs";
import { loadRules } from "../server/tables.mjs";
import { showGroups } from "./verdict_groups.mjs";

const ONE_RUN =
  "A program that was just started knows nothing of what its last run was told, so a new User-Agent, two minutes of " +
  "silence, or a new connection after a pause counts as a new run. With this on, all that an account did counts as one.";

/** Make the view of verdicts. */
export function makeVerdicts(context) {
  const { address, exchanges, scope } = context;
  const level = makeLevel((value) => address.set({ level: value }));
  const oneRun = makeOneRun((isOn) => address.set({ one_run: isOn ? "true" : null }));
  const told = h("p", { class: "faint number count", role: "status" }, "Loading …");
  const list = h("div", { class: "verdicts" });
  const groups = showGroups(context, list);
  const state = { answer: null, asked: "" };
  const refresh = makeRefresh(exchanges, load, show, (error) => replace(told, markCode(error.words)));

  exchanges.settled.add(() => state.answer && show(state.answer));

  async function load() {
    const rules = await loadRules();
    const isOneRun = address.query.one_run === "true";
    const accounts = scope.chosen.length ? scope.chosen : [null];
    const answers = await Promise.all(accounts.map((account) => loadVerdicts(account, isOneRun)));
    return {
      rules,
      verdicts: answers.flatMap(({ verdicts }) => verdicts),
      dropped: answers.reduce((sum, { dropped }) => sum + dropped, 0),
    };
  }

  function show(answer) {
    state.answer = answer;
    const wanted = address.query.level;
    const found = groupVerdicts(answer.verdicts, answer.rules).filter((group) => !wanted || group.level === wanted);
    replace(told, countWords(found, answer.dropped));
    groups.update(found, { rules: answer.rules, level: wanted, rule: address.query.rule });
  }

  function showQuery(query) {
    level.value = query.level ?? "";
    oneRun.box.checked = query.one_run === "true";
    const asked = `${query.one_run} ${query.account}`;
    if (state.answer && asked === state.asked) show(state.answer);
    state.asked = asked;
    refresh.start();
  }

  const element = h(
    "section",
    { "aria-labelledby": "verdicts-title" },
    h("div", { class: "view-head" }, h("h1", { id: "verdicts-title" }, "Verdicts"), told),
    h("search", { class: "bar verdict-filters", "aria-label": "Filters" }, level, oneRun.label),
    oneRun.words,
    list,
  );
  return { element, show: showQuery, hide: refresh.stop };
}

function makeLevel(choose) {
  const select = h(
    "select",
    { "data-filter": true, "aria-label": "Level of the rules", on: { change: () => choose(select.value) } },
    h("option", { value: "" }, "All rules"),
    LEVELS.map((level) => h("option", { value: level }, level)),
  );
  return select;
}

function makeOneRun(choose) {
  const box = h("input", { type: "checkbox", "aria-describedby": "one-run-words", on: { change: () => choose(box.checked) } });
  const label = h("label", {}, box, " All that an account did is one run");
  return { box, label, words: h("p", { class: "faint small one-run-words", id: "one-run-words" }, ONE_RUN) };
}

function countWords(groups, dropped) {
  const must = groups.filter(({ level }) => level === "MUST").length;
  const should = groups.length - must;
  const broken = groups.length === 0 ? "No rule is broken" : `Broken: ${must} MUST, ${should} SHOULD`;
  const lost = dropped ? `. ${dropped.toLocaleString("en")} exchanges have left the journal, and are not looked at.` : "";
  return `${broken}${lost}`;
}
