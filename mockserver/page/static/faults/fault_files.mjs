// Rules as a file, as `segmock serve --faults` reads it: saved from the page, and armed from one.

import { h, markCode, replace } from "../base/dom.mjs";
import { changes } from "../parts/actions.mjs";
import { saveFile } from "../parts/download.mjs";
import { tell } from "../parts/notes.mjs";
import { holdToRefusal, send } from "../server/api.mjs";
import { pickRule } from "./fault_requests.mjs";

const NAME = "faults.json";
const MOST_TOLD = 100;

/** Return the text of a file with these rules, without the keys of accounts, which nobody is shown. */
function renderFile(rules) {
  return `${JSON.stringify({ faults: rules.map(pickRule) }, null, 2)}\n`;
}

/** Have the browser save rules as a file. */
export function saveRules(rules) {
  saveFile(new Blob([renderFile(rules)], { type: "application/json" }), NAME);
  const own = rules.filter(({ account }) => account).length;
  const note = own
    ? ` ${own === 1 ? "One was for one account alone: it is" : `${own} were for one account alone: they are`} for every account there.`
    : "";
  tell(`Saved ${countRules(rules.length)} as ${NAME}.${note}`);
}

/** Make a button that arms each rule of a file, and what says which were refused. */
export function makeLoader() {
  const picker = h("input", {
    type: "file",
    accept: ".json,application/json",
    hidden: true,
    "aria-label": "A file of rules",
    on: { change: take },
  });
  const button = h("button", { type: "button", on: { click: () => picker.click() } }, "Load a file");
  const report = h("div", { class: "report", role: "status" });

  async function take() {
    const [file] = picker.files;
    picker.value = "";
    if (!file) return;
    let rules;
    try {
      rules = parseFile(await file.text());
    } catch (error) {
      showReport(file.name, 0, [{ place: "", reason: error.message, hint: "" }]);
      return;
    }
    const refused = await armEach(rules);
    changes.call();
    showReport(file.name, rules.length - refused.length, refused);
  }

  function showReport(name, armed, refused) {
    const lines = refused
      .slice(0, MOST_TOLD)
      .map(({ place, reason, hint }) =>
        h(
          "li",
          {},
          place && h("code", {}, place),
          place && ": ",
          markCode(reason),
          hint && h("span", { class: "hint" }, " ", markCode(hint)),
        ),
      );
    const rest = refused.length - lines.length;
    replace(
      report,
      h(
        "div",
        { class: "card" },
        h(
          "p",
          {},
          h("strong", {}, name),
          `: armed ${countRules(armed)}`,
          refused.length > 0 && h("span", { class: "bad" }, `, refused ${refused.length}`),
          ".",
        ),
        lines.length > 0 && h("ul", {}, lines, rest > 0 && h("li", {}, `and ${rest} more`)),
        h(
          "button",
          {
            class: "small",
            type: "button",
            on: {
              click: () => {
                replace(report);
                button.focus();
              },
            },
          },
          "Dismiss",
        ),
      ),
    );
  }

  return { button: [button, picker], report };
}

/** Return the rules of a file's text: a list, or `{"faults": […]}`. */
function parseFile(text) {
  let document;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Error(`this is no JSON: ${error.message}`);
  }
  const rules = Array.isArray(document) ? document : document?.faults;
  if (!Array.isArray(rules)) throw new Error('there is no list of rules: […] or {"faults": […]}');
  return rules;
}

async function armEach(rules) {
  const refused = [];
  for (const [index, rule] of rules.entries()) {
    try {
      await send("POST", "/_mock/faults", rule);
    } catch (error) {
      holdToRefusal(error);
      refused.push({ place: `faults[${index}]`, reason: error.message, hint: error.hint });
    }
  }
  return refused;
}

function countRules(count) {
  return count === 1 ? "one rule" : `${count} rules`;
}
