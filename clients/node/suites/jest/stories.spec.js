// Jest's globals, which Vitest has too if it is told to.

import { segmock } from "segmock/jest";

import { declare } from "../stories.js";

declare(
  (name, body) => globalThis.test(name, () => body()),
  (_context, options) => segmock(options),
);
