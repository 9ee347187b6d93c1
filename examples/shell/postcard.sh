#!/bin/sh
# Make a postcard with curl: ./postcard.sh MOTIF FILE
#
# SEGMIND_API_KEY is the key. SEGMIND_URL is where the gateway is: by default the real one, in
# tests `segmock serve`. Needs curl and jq.
set -eu

url=${SEGMIND_URL:-https://api.segmind.com}
motif=$1 file=$2
pause_s=${POLL_INTERVAL_S:-1}

body=$(mktemp)
trap 'rm -f "$body"' EXIT

# ask STATUS... -- CURL ARGUMENTS: one of these statuses, or the gateway's error and the end.
ask() {
  allowed=''
  while [ "$1" != -- ]; do allowed="$allowed $1"; shift; done
  shift
  status=$(curl -sS --max-time 30 -o "$body" -w '%{http_code}' -H "x-api-key: $SEGMIND_API_KEY" "$@") || {
    echo "the gateway does not answer" >&2
    exit 1
  }
  case " $allowed " in
    *" $status "*) ;;
    *) echo "refused with $status: $(jq -r .error "$body" 2>/dev/null || cat "$body")" >&2; exit 1 ;;
  esac
}

order=$(jq -n --arg prompt "A postcard of $motif" '{prompt: $prompt}')
ask 200 -- -H 'content-type: application/json' -d "$order" "$url/v2/ideogram-3"
status_url=$(jq -r .status_url "$body") response_url=$(jq -r .response_url "$body")

while :; do
  ask 200 422 -- "$status_url"
  case $(jq -r .status "$body") in
    COMPLETED) break ;;
    FAILED) echo "failed: $(jq -r .error "$body")" >&2; exit 2 ;;
  esac
  sleep "$pause_s"
done

ask 200 -- "$response_url"
curl -sS --fail -o "$file" "$(jq -r .output "$body")"   # public: the key stays at home
jq -r '"cost \(.metrics.cost) dollars"' "$body"
