// A request as a module of JavaScript for Node.

import { renderJavaScript, renderJson } from "../base/literals.mjs";
import { isFile } from "./sent_request.mjs";

const KEY = "process.env.SEGMIND_API_KEY";

/** Return a request as a module for Node. */
export function makeNode(request) {
  const hasBody = request.body.kind !== "none";
  const isRefused = hasBody && (request.method === "GET" || request.method === "HEAD");
  const head = request.notes.map((note) => `// ${note}\n`).join("");
  return head + (isRefused ? makeRequest(request) : makeFetch(request));
}

function makeFetch({ method, url, headers, key, body, type }) {
  const options = [`method: ${renderJavaScript(method)},`];
  const shown = showHeaders(headers, key);
  if (shown) options.push(`headers: ${shown},`);
  if (body.kind !== "none") options.push(`body: ${showBody(body, type)},`);
  return `${showImports(body)}const answer = await fetch(${renderJavaScript(url)}, {\n  ${options.join("\n  ")}\n});\nconsole.log(answer.status, (await answer.text()).slice(0, 2000));\n`;
}

/** `fetch` sends no body along with a GET: `node:http` does, if it is told the length. */
function makeRequest({ method, url, headers, key, body, type }) {
  const shown = showHeaders([...headers, ["content-length", null]], key).replace(/null }$/, "Buffer.byteLength(content) }");
  const content = isFile(body) ? "" : `\nconst content = ${showBody(body, type)};`;
  return `import { request } from "node:http";\n${showImports(body).trimEnd()}${content}
const answer = await new Promise((resolve, reject) => {
  const sent = request(${renderJavaScript(url)}, { method: ${renderJavaScript(method)}, headers: ${shown} }, resolve);
  sent.on("error", reject);
  sent.end(content);
});
console.log(answer.statusCode, (await answer.setEncoding("utf8").toArray()).join("").slice(0, 2000));
`;
}

function showImports(body) {
  return isFile(body) ? 'import { readFile } from "node:fs/promises";\n\nconst content = await readFile("body.bin");\n' : "";
}

function showHeaders(headers, key) {
  const pairs = headers.map(([name, value]) => `${renderJavaScript(name)}: ${renderJavaScript(value)}`);
  if (key === "x-api-key") pairs.unshift(`"x-api-key": ${KEY}`);
  if (key === "authorization") pairs.unshift(`authorization: \`Bearer \${${KEY}}\``);
  return pairs.length ? `{ ${pairs.join(", ")} }` : null;
}

function showBody(body, type) {
  if (isFile(body)) return "content";
  const text = body.kind === "json" ? showJson(body.value) : renderJavaScript(body.text);
  // A text would be sent as text/plain.
  return type === undefined ? `Buffer.from(${text})` : text;
}

function showJson(value) {
  const text = JSON.stringify(value);
  const isSame = JSON.stringify(JSON.parse(text)) === text && !text.includes('"__proto__"');
  return isSame ? `JSON.stringify(${renderJavaScript(value)})` : renderJavaScript(renderJson(value));
}
