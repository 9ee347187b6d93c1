// Which variables a child process gets.

import assert from "node:assert/strict";
import { test } from "node:test";

import { renderEnvironment } from "../lib/environment.js";

const LOOPBACK = "127.0.0.1,localhost,::1";
const BYPASSES = [
  [{}, "http://127.0.0.1:1", LOOPBACK],
  [{ NO_PROXY: "a.example, b.example" }, "http://[::1]:1", `a.example,b.example,${LOOPBACK}`],
  [{ no_proxy: "a.example" }, "http://segmock:1", `a.example,${LOOPBACK},segmock`],
  [{ NO_PROXY: "localhost", no_proxy: "*" }, "http://127.0.0.1:1", "*"],
];

test("what the environment has of NO_PROXY stays, and the server is added", () => {
  for (const [environment, url, expected] of BYPASSES) {
    const { NO_PROXY, no_proxy } = renderEnvironment("SG_a", url, environment);
    assert.deepEqual([NO_PROXY, no_proxy], [expected, expected]);
  }
});

test("the names are those that Python's tests have", () => {
  const { NO_PROXY, no_proxy, ...names } = renderEnvironment("SG_a", "http://127.0.0.1:1", {});
  assert.deepEqual(names, {
    SEGMIND_API_KEY: "SG_a",
    SEGMIND_BASE_URL: "http://127.0.0.1:1/v1",
    SEGMIND_API_BASE: "http://127.0.0.1:1/v1",
    SEGMIND_API_URL: "http://127.0.0.1:1",
  });
});
