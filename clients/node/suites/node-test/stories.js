import { test } from "node:test";

import { segmock } from "segmock/node-test";

import { declare } from "../stories.js";

declare(test, segmock);
