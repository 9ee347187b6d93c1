// A `globalSetup` of Vitest or Jest: one server for all files of a run, in place of one for each.

import { start } from "./lib/server.js";

export default async function setup() {
  const server = await start();
  process.env.SEGMOCK_URL = server.url; // which workers inherit
  return () => server.close();
}
