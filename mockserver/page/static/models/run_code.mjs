// A run as programs make it.

import { makeCurl } from "../again/again_curl.mjs";
import { makeNode } from "../again/again_node.mjs";
import { makePython } from "../again/again_python.mjs";
import { quoteForShell, renderPython, renderText } from "../base/literals.mjs";

const TYPE = "application/json";

/** Return the programs that make a run. */
export function makeRunCommands({ slug, version, key, body }) {
  const path = `/${version}/${encodeURIComponent(slug)}`;
  const request = {
    method: "POST",
    url: location.origin + path,
    path,
    headers: [["content-type", TYPE]],
    key: "x-api-key",
    body: { kind: "json", value: body ?? {} },
    type: TYPE,
    notes: [],
  };
  const setKey = `SEGMIND_API_KEY=${quoteForShell(key)}`;
  return [
    { title: "curl", text: `${setKey}\n${makeCurl(request).replace(/^# SEGMIND_API_KEY.*\n/, "")}` },
    { title: "Python", text: `# ${setKey}\n${makePython(request)}` },
    { title: "Node", text: `// ${setKey}\n${makeNode(request)}` },
    { title: "pytest", text: makeTest(slug, version, body ?? {}) },
  ];
}

function makeTest(slug, version, body) {
  const name = slug.replace(/\W+/g, "_");
  const run = version === "v1" ? "run_sync" : "run";
  return `# pytest --segmock-url ${quoteForShell(location.origin)}
from segmind import SegmindClient


def test_a_run_of_${name}(segmock):
    client = SegmindClient(api_key=segmock.api_key, base_url=segmock.base_url)
    with segmock.sleepless():  # the SDK's pauses pass in virtual time
        answer = client.${run}(${renderText(slug)}, **${renderPython(body)})
    assert answer.status_code == 200
`;
}
