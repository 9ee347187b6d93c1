#!/bin/sh
# A run by wget and jq.
set -eu

api=https://api.segmind.com
body='{"prompt": "A paper boat in a puddle"}'

answer=$(mktemp)
trap 'rm "$answer"' EXIT

call() {
  wget --tries=1 --output-document="$answer" --header="x-api-key: $SEGMIND_API_KEY" "$@"
}

get() {
  call --quiet "$1"
  jq --raw-output "$2" "$answer"
}

post() {
  call --header='content-type: application/json' --post-data="$body" "$@"
}

post --quiet "$api/v2/ideogram-3"
status_url=$(jq --raw-output .status_url "$answer")
response_url=$(jq --raw-output .response_url "$answer")
until [ "$(get "$status_url" .status)" = COMPLETED ]; do
  sleep 0.2
done
result=$(get "$response_url" '"\(.output) \(.metrics.cost)"')
picture=${result% *}
wget --quiet --tries=1 --output-document="$answer" "$picture"
echo "$picture" "$(stat --format=%s "$answer")" "${result#* }"

cost=$(post --server-response "$api/v1/flux-2-pro" 2>&1 | sed -n 's/^ *x-cost: //p')
echo "$cost" "$(stat --format=%s "$answer")"
