// How to do from elsewhere what the page does: lines to copy, a tab for each language.

import { h, replace } from "../base/dom.mjs";
import { quoteForShell, renderJavaScript, renderPython } from "../base/literals.mjs";
import { hasToken } from "../server/token.mjs";
import { tell } from "./notes.mjs";

let chosen = "curl";
let count = 0;

/**
 * Show commands under a heading that opens and closes.
 *
 * @param {() => {title: string, text: string}[]} make Makes them, when somebody looks.
 * @param {string} summary What the heading says.
 */
export function showCommands(make, summary = "As code") {
  const content = h("div", {});
  const details = h(
    "details",
    { class: "commands", on: { toggle: () => details.open && replace(content, showTabs(make(), "Language", summary)) } },
    h("summary", {}, summary),
    content,
  );
  return details;
}

/** Make commands of `showCommands` anew where somebody looks at them. */
export function refreshCommands(details) {
  if (details.open) details.dispatchEvent(new Event("toggle"));
}

/** Show a text to copy. */
export function showCode(text, label = "Code") {
  const copy = () => copyText(text);
  return h(
    "div",
    { class: "code" },
    h("pre", { tabindex: "0", role: "group", "aria-label": label }, h("code", {}, text)),
    h("button", { class: "small", type: "button", on: { click: copy } }, "Copy"),
  );
}

/** Put a text on the clipboard, as it is. */
export async function copyText(text) {
  const isCopied = await writeText(text).catch(() => copySelected(text));
  tell(isCopied ? "Copied." : "The browser does not let this page copy: select the text and copy it.");
}

async function writeText(text) {
  await navigator.clipboard.writeText(text);
  return true;
}

/** Copy as somebody would by hand: a page from another machine without https has no clipboard of its own. */
function copySelected(text) {
  const focused = document.activeElement;
  const box = h("textarea", { class: "visually-hidden", "aria-hidden": "true", tabindex: "-1" });
  box.value = text;
  // What lies behind a dialog cannot be selected.
  (document.querySelector("dialog[open]") ?? document.body).append(box);
  box.select();
  const isCopied = document.execCommand("copy");
  box.remove();
  focused?.focus?.({ preventScroll: true });
  return isCopied;
}

/**
 * Return the commands of a request to the control plane.
 *
 * @param {{method: string, path: string, body?: object, pytest?: string}} request What the page
 *   sends; `pytest` is the line of a test with the fixture `segmock`, where there is one.
 */
export function makeControlCommands({ method, path, body, pytest }) {
  const url = location.origin + path;
  const commands = [
    { title: "curl", text: makeCurl(method, url, body) },
    { title: "Python", text: makePython(method, url, body) },
    { title: "Node", text: makeNode(method, url, body) },
  ];
  const test = pytest ?? `httpx.request(${[method, url].map(renderPython).join(", ")}${renderArgument(body)}).raise_for_status()`;
  const heading = pytest ? "" : "import httpx\n\n\n";
  const text = `# pytest --segmock-url ${quoteForShell(location.origin)}\n${heading}def test_it(segmock):\n    ${test.replaceAll("\n", "\n    ")}\n`;
  return [...commands, { title: "pytest", text }];
}

/** Show commands in tabs; `label` says what there is a tab for each of, `about` what all of them do. */
export function showTabs(commands, label = "Language", about = "") {
  const group = `commands-${++count}`;
  const panel = h("div", { id: group, role: "tabpanel" });
  const tabs = commands.map(({ title }) =>
    h("button", { role: "tab", type: "button", "aria-controls": group, on: { click: () => choose(title) } }, title));

  function choose(title) {
    chosen = title;
    const command = commands.find((each) => each.title === title) ?? commands[0];
    for (const tab of tabs) {
      const isChosen = tab.textContent === command.title;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    replace(panel, showCode(command.text, about ? `${command.title}: ${about}` : command.title));
  }

  function moveChoice(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = tabs.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    const next = tabs[(here + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  }

  choose(chosen);
  return [h("div", { role: "tablist", class: "tabs", "aria-label": label, on: { keydown: moveChoice } }, tabs), panel];
}

function makeCurl(method, url, body) {
  const lines = [`curl${method === "GET" ? "" : ` -X ${method}`} ${quoteForShell(url)}`];
  if (hasToken()) lines.push('-H "Authorization: Bearer $SEGMOCK_ADMIN_TOKEN"');
  if (body !== undefined) lines.push(`-d ${quoteForShell(JSON.stringify(body))}`);
  return `${lines.join(" \\\n  ")}\n`;
}

function makePython(method, url, body) {
  const token = hasToken() ? ',\n    headers={"Authorization": f"Bearer {os.environ[\'SEGMOCK_ADMIN_TOKEN\']}"}' : "";
  const json = body === undefined ? "" : `,\n    json=${renderPython(body)}`;
  const heading = hasToken() ? "import os\n\nimport httpx" : "import httpx";
  return `${heading}\n\nanswer = httpx.request(\n    ${renderPython(method)}, ${renderPython(url)}${json}${token},\n)\nprint(answer.raise_for_status().text)\n`;
}

function makeNode(method, url, body) {
  const options = [`  method: ${renderJavaScript(method)},`];
  if (hasToken()) options.push("  headers: { authorization: `Bearer ${process.env.SEGMOCK_ADMIN_TOKEN}` },");
  if (body !== undefined) options.push(`  body: JSON.stringify(${renderJavaScript(body)}),`);
  return `const answer = await fetch(${renderJavaScript(url)}, {\n${options.join("\n")}\n});\nconsole.log(answer.status, await answer.text());\n`;
}

function renderArgument(body) {
  return body === undefined ? "" : `, json=${renderPython(body)}`;
}
