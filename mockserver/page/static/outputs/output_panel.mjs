// One output in the panel: large, with what it was made of.

import { h } from "../base/dom.mjs";
import { showInstant } from "../base/instants.mjs";
import { quoteForShell, renderJavaScript, renderText } from "../base/literals.mjs";
import { showAccountName } from "../common/account_parts.mjs";
import { copyText, showCode, showCommands } from "../parts/commands.mjs";
import { makeDownload } from "../parts/download.mjs";
import { makeFactList } from "../parts/fact_list.mjs";
import { showJson } from "../parts/json_view.mjs";
import { makeLink } from "../parts/links.mjs";
import { makeMedia } from "../parts/media.mjs";
import { describeOutput } from "./output_words.mjs";

/** Show an output in the panel; `whenClosed` is called when it is shown no longer. */
export function openOutput(context, output, whenClosed) {
  const { name, model, url, params } = output;
  const content = [
    h("div", { class: "output-large" }, makeMedia(name, describeOutput(output))),
    h("div", { class: "bar" }, makeDownload(name), makeLink(context.address, "models", { model, like: output.request_id }, "Run again …")),
    showFacts(context, output),
    h("h3", {}, "Its URL"),
    h("p", { class: "faint small" }, "As the answers name it: whoever has it needs no key."),
    showCode(url, "URL of the output"),
    showCommands(() => makeCommands(output), "Download as code"),
    h("h3", {}, "Parameters"),
    h("div", { class: "body" }, showJson(params), h("button", { class: "small", type: "button", on: { click: () => copyText(JSON.stringify(params, null, 2)) } }, "Copy the JSON")),
  ];
  context.panel.open(`${model} · ${name.slice(0, 8)}`, content, whenClosed);
}

function showFacts({ address }, output) {
  const { name, model, request_id: id, content_type: type, created_utc: created, expires_utc: expires } = output;
  const rows = [
    ["Model", makeLink(address, "models", { model }, model)],
    ["Job", makeLink(address, "jobs", { job: id }, h("code", {}, id))],
    ["Others of it", makeLink(address, "outputs", { request_id: id }, "All outputs of this job")],
    ["File", [h("code", {}, name), `, ${type}`]],
    ["Account", showAccountName(output)],
    ["Made", showInstant(created)],
    ["Expires", showInstant(expires)],
  ];
  return makeFactList(rows, "output-facts");
}

function makeCommands({ name, url }) {
  return [
    { title: "curl", text: `curl -s -o ${quoteForShell(name)} ${quoteForShell(url)}\n` },
    {
      title: "Python",
      text: `from pathlib import Path\n\nimport httpx\n\nanswer = httpx.get(${renderText(url)}).raise_for_status()\nPath(${renderText(name)}).write_bytes(answer.content)\n`,
    },
    {
      title: "Node",
      text: `import { writeFile } from "node:fs/promises";\n\nconst answer = await fetch(${renderJavaScript(url)});\nawait writeFile(${renderJavaScript(name)}, Buffer.from(await answer.arrayBuffer()));\n`,
    },
  ];
}
