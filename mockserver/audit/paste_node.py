"""Tests to paste for Node, with the npm package `segmock`: for `node --test` and for Vitest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mockserver.audit.recipes import MARK, Recipe

_WIDTH = 96
_CALL = f"await yourClient(account.url, account.apiKey); // {MARK}"


def render_node_test(recipe: Recipe) -> str:
    """Return a module with one test of `node:test`."""
    reason = f", /{recipe.reason}/" if recipe.reason else ""
    return _render(
        recipe,
        imports=(
            'import assert from "node:assert/strict";',
            'import { test } from "node:test";',
            'import { segmock } from "segmock/node-test";',
        ),
        rejects=("await assert.rejects(async () => {", f"}}{reason});"),
        equal="assert.equal({}, {});",
    )


def render_vitest(recipe: Recipe) -> str:
    """Return a module with one test of Vitest."""
    reason = f"/{recipe.reason}/" if recipe.reason else ""
    return _render(
        recipe,
        imports=(
            'import { expect, test } from "vitest";',
            'import { segmock } from "segmock/vitest";',
        ),
        rejects=("await expect(async () => {", f"}}).rejects.toThrow({reason});"),
        equal="expect({}).toBe({});",
    )


def _render(
    recipe: Recipe, *, imports: tuple[str, ...], rejects: tuple[str, str], equal: str
) -> str:
    call = [rejects[0], f"  {_CALL}", rejects[1]] if recipe.ends == "error" else [_CALL]
    body = [
        f"// {recipe.why}",
        "const account = await segmock(t);",
        *_render_arming(recipe.rule),
        *call,
        *_render_counting(recipe, equal),
    ]
    test = [f'test("{recipe.name}", async (t) => {{', *(f"  {line}" for line in body), "});"]
    return "\n".join([*imports, "", *test, ""])


def _render_arming(rule: Mapping[str, Any]) -> list[str]:
    flat = {**rule, "on": rule["on"]["route"]}
    line = f"await account.faults.add({to_script(flat)});"
    if len(line) <= _WIDTH:
        return [line]
    fields = (f"  {to_script({key: value})[2:-2]}," for key, value in flat.items())
    return ["await account.faults.add({", *fields, "});"]


def _render_counting(recipe: Recipe, equal: str) -> list[str]:
    """Return what counts runs, and what looks for pauses, which are real: the journal has them."""
    wanted = '["submit", "sync"].includes(route)'
    runs = f"const runs = (await account.requests()).filter(({{ route }}) => {wanted});"
    if recipe.counts == "sent":
        return [runs, equal.format("runs.length", recipe.count)]
    pauses = "runs.slice(1).map((run, n) => run.received_s - runs[n].received_s)"
    early = f"(pause) => pause < {0.9 * recipe.pause_s:g}"
    return [
        "const { ledger } = await account.read();",
        equal.format("ledger.length", recipe.count),
        runs,
        f"const pauses = {pauses};",
        equal.format(f"pauses.some({early})", "false"),
    ]


def to_script(value: Any) -> str:
    """Return a value of JSON as people write it in JavaScript."""
    match value:
        case dict():
            items = (f"{_render_key(key)}: {to_script(each)}" for key, each in value.items())
            return f"{{ {', '.join(items)} }}"
        case list():
            return f"[{', '.join(map(to_script, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _render_key(key: str) -> str:
    return key if key.isidentifier() else json.dumps(key)
