import { test } from "vitest";

import { segmock } from "segmock/vitest";

import { declare } from "../stories.js";

declare(test, segmock);
