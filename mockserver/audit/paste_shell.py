"""Tests to paste for a suite of any language that finds a server in `SEGMOCK_URL`: in sh."""

from __future__ import annotations

import json

from mockserver.audit.recipes import MARK, Recipe

_SCRIPT = """\
#!/bin/sh
# {name}
# {why}
# SEGMOCK_URL names the server: `segmock serve --clock auto`. Needs curl.
set -eu
key=SG_$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')
mock() {{ path=$1; shift; curl -fsS --noproxy '*' "$SEGMOCK_URL/_mock/$path" "$@"; }}
fail() {{ echo "not ok: $*" >&2; exit 1; }}

mock "accounts/$key" -o /dev/null -X PUT -d '{{}}'
mock clock -o /dev/null -X PATCH -d '{{"mode": "auto", "api_key": "'"$key"'"}}'
mock faults -o /dev/null -d '{rule}, "api_key": "'"$key"'"}}'
eval "$(segmock env --key "$key" --shell sh)"

ended=0
said=$(your_client 2>&1) || ended=$?  # {mark}: it finds SEGMIND_API_URL and SEGMIND_API_KEY
{checks}
report=$(mock "report?api_key=$key&format=text")
[ -z "$report" ] || fail "$report"
{counting}
echo 'ok: {name}'
"""


def render_shell(recipe: Recipe) -> str:
    """Return a script of the POSIX shell that is one test; it exits with 0 if that passes."""
    rule = json.dumps(dict(recipe.rule)).removesuffix("}")
    return _SCRIPT.format(
        name=recipe.name,
        why=recipe.why,
        rule=rule,
        mark=MARK,
        checks="\n".join(_render_checks(recipe)),
        counting="\n".join(_render_counting(recipe)),
    )


def _render_checks(recipe: Recipe) -> list[str]:
    if recipe.ends == "result":
        return ['[ "$ended" -eq 0 ] || fail "the client ended with $ended: $said"']
    checks = ['[ "$ended" -ne 0 ] || fail "the client did not say that something is wrong: $said"']
    if recipe.reason:
        checks.append(
            f'case $said in *"{recipe.reason}"*) ;; *) fail "no reason was told: $said" ;; esac'
        )
    return checks


def _render_counting(recipe: Recipe) -> list[str]:
    """Return what counts runs, and what looks for pauses, which are real: the journal has them."""
    if recipe.counts == "sent":
        sent = """mock "requests?api_key=$key&limit=1000" | grep -Eo '"route": *"(submit|sync)"'"""
        return _render_count(sent, recipe)
    came = f'mock "requests?api_key=$key&route={recipe.route}&limit=1000"'
    seconds = """grep -Eo '"received_s": *[0-9.]+' | tr -d '":_a-z '"""
    early = f"NR > 1 && $1 - last < {0.9 * recipe.pause_s:g} {{ exit 1 }} {{ last = $1 }}"
    return [
        *_render_count("""mock "accounts/$key" | grep -o '"amount":'""", recipe),
        f"{came} | {seconds} |",
        f"  awk '{early}' || fail 'a run was sent again too soon'",
    ]


def _render_count(shown: str, recipe: Recipe) -> list[str]:
    told = f"$runs runs, not {recipe.count}: segmock tail --key $key --last 20"
    return [f"runs=$({shown} | wc -l)", f'[ "$runs" -eq {recipe.count} ] || fail "{told}"']
