#!/bin/sh
# Test postcard.sh against a local gateway. SEGMOCK says how segmock is started.
set -eu
cd "$(dirname "$0")"

SEGMOCK=${SEGMOCK:-segmock}
made=$(mktemp -d)
: > "$made/ready"
$SEGMOCK serve --clock auto --port 0 --log off > "$made/ready" &
server=$!
trap 'kill "$server"; wait "$server" || :; rm -r "$made"' EXIT
until grep -q ready "$made/ready"; do kill -0 "$server"; sleep 0.1; done

SEGMIND_URL=$(sed 's/.* //' "$made/ready")   # segmock ready on http://127.0.0.1:40001
SEGMIND_API_KEY=SG_5e115e115e115e11
POLL_INTERVAL_S=0.2
no_proxy=127.0.0.1                           # whatever proxy the environment names
export SEGMIND_URL SEGMIND_API_KEY POLL_INTERVAL_S no_proxy

fail() { echo "not ok: $*" >&2; exit 1; }

./postcard.sh 'a lighthouse' "$made/card.png" | grep -q 'cost 0.075 dollars' || fail 'no price'
[ "$(head -c 4 "$made/card.png" | tail -c 3)" = PNG ] || fail 'no picture'
echo 'ok: a postcard is a picture and has a price'

curl -sS -o /dev/null "$SEGMIND_URL/_mock/faults" -d @- <<EOF
{"api_key": "$SEGMIND_API_KEY", "on": {"route": "submit"},
 "do": {"state": "FAILED", "error": "Too ugly."}, "times": 1}
EOF
code=0
./postcard.sh 'a car park' "$made/none.png" 2> "$made/error" || code=$?
[ "$code" = 2 ] && grep -q 'failed: Too ugly.' "$made/error" || fail 'the failure was not told'
echo 'ok: a failed run, which is a 422, is told in the words of the gateway'

code=0
SEGMIND_API_KEY=SG_0000000000000401 ./postcard.sh 'a safe' "$made/none.png" 2> "$made/error" || code=$?
[ "$code" = 1 ] && grep -q 'refused with 401' "$made/error" || fail 'the refusal was not told'
echo 'ok: a revoked key is refused'

verdicts=$(curl -sS "$SEGMIND_URL/_mock/verdicts?api_key=$SEGMIND_API_KEY&one_run=true")
broken=$(echo "$verdicts" | jq -r '.verdicts[] | select(.level == "MUST").id')
[ -z "$broken" ] || fail "rules were broken: $broken"
echo 'ok: no rule was broken'
