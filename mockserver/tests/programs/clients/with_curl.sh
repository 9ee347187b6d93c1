#!/bin/sh
# A run by curl and jq.
set -eu

api=https://api.segmind.com
body='{"prompt": "A paper boat in a puddle"}'

call() {
  curl --fail --silent --show-error --header "x-api-key: $SEGMIND_API_KEY" "$@"
}

post() {
  call --header 'content-type: application/json' --data "$body" "$@"
}

job=$(post "$api/v2/ideogram-3")
until [ "$(call "$(echo "$job" | jq -r .status_url)" | jq -r .status)" = COMPLETED ]; do
  sleep 0.2
done
result=$(call "$(echo "$job" | jq -r .response_url)")
picture=$(echo "$result" | jq -r .output)
size=$(curl --fail --silent --show-error "$picture" | wc -c)
echo "$picture" $size "$(echo "$result" | jq -r .metrics.cost)"

post --output /dev/null --write-out '%header{x-cost} %{size_download}\n' "$api/v1/flux-2-pro"
