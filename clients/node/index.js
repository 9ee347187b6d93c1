// What tests in Node need of segmock: a server, and for each test an account of its own on it.

export { start } from "./lib/server.js";
export { SegmockError } from "./lib/control.js";
export { ViolationError } from "./lib/violation.js";
