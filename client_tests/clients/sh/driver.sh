#!/bin/sh
# A client of the gateway with curl and jq, and the driver around it:
#
#     segmock verify client --driver 'sh driver.sh'
#
# JSON passes through as text, both ways: jq 1.6 would round large integers. Parameters go by way
# of files, since an argument of a command has a limit. Bodies nested deeper than jq can read (256
# levels in 1.6) count as garbled. Beyond POSIX it needs curl 7.55, jq 1.6, a sleep that takes
# fractions of a second, and, for deadlines finer than a second, a date that knows %N.
set -u
LC_ALL=C
export LC_ALL

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

call=$dir/call params=$dir/params body=$dir/body head=$dir/head key=$dir/key
json='content-type: application/json'

# --- The end of a call: what is said, and in which file the words or the result are ----------

outcome='' status=''

gave_up() { # OUTCOME [WORDS]: always fails, so that `|| return` passes it on
  outcome=$1
  [ $# -lt 2 ] || printf '%s' "$2" | jq -aRs . >"$dir/error"
  return 1
}

# --- Time, in milliseconds ---------------------------------------------------------------------

case $(date +%N) in
  *[!0-9]* | '') now() { echo "$(date +%s)000"; } ;;
  *) now() { date +%s%N | sed 's/......$//'; } ;;
esac

seconds() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); }

left() { # sets $left, of which there has to be some
  left=$((deadline - $(now)))
  [ "$left" -gt 0 ] || gave_up timeout 'the deadline is over'
}

pause() { # MILLISECONDS; where the deadline comes first, the call ends there
  left || return
  if [ "$1" -ge "$left" ]; then
    sleep "$(seconds "$left")"
    gave_up timeout 'the job was not done by the deadline'
    return
  fi
  sleep "$(seconds "$1")"
}

header() { # NAME, in lower case: its value in the last answer
  awk -v name="$1" '
    tolower(substr($0, 1, length(name) + 1)) == name ":" {
      value = substr($0, length(name) + 2)
      gsub(/^[ \t]+|[ \t\r]+$/, "", value)
    }
    END { print value }' "$head"
}

await_reset() { # sleeps until the window of a 429 ends, by the gateway's own clock
  wait_ms=$(jq -rn --arg reset "$(header x-rate-limit-reset-at-utc)" --arg now "$(header date)" '
    def fraction: (capture("(?<f>[.][0-9]+)").f // "0") | "0" + ltrimstr("0") | tonumber;
    def offset: (capture("(?<sign>[+-])(?<h>[0-9]{2}):?(?<m>[0-9]{2})$")
      | (.sign + "1" | tonumber) * ((.h | tonumber) * 3600 + (.m | tonumber) * 60)) // 0;
    def whole: sub("[.][0-9]+"; "") | sub("(Z|[+-][0-9]{2}:?[0-9]{2})$"; "Z") | fromdateiso8601;
    (($reset | whole) - ($reset | offset) + ($reset | fraction)
      - ($now | strptime("%a, %d %b %Y %H:%M:%S GMT") | mktime)) * 1000 | ceil' 2>/dev/null) ||
    wait_ms=0
  [ "${wait_ms:-0}" -gt "$poll_ms" ] || wait_ms=$poll_ms
  left || return
  if [ "$wait_ms" -gt "$left" ]; then
    refuse_errors
    return
  fi
  sleep "$(seconds "$wait_ms")"
}

# --- HTTP --------------------------------------------------------------------------------------

send() { # CURL ARGUMENTS: one request and the whole of its answer, by the deadline
  left || return
  : >"$body"
  status=$(curl -q -g -sS --max-time "$(seconds "$left")" -o "$body" -D "$head" \
    -w '%{http_code}' "$@" 2>"$dir/curl")
  case $? in
    0) ;;
    28) gave_up timeout 'the deadline passed in a request' ;;
    *) gave_up transport_error "$(cat "$dir/curl")" ;;
  esac
}

look() { # sets $state and the URLs from the body, which has to be a JSON object
  state='' has_state='' status_url='' response_url=''
  found=$(jq -rs 'if length == 1 and (.[0] | type) == "object" then .[0] else error("no") end
    | def text: if type == "string" then . else "" end;
      @sh "state=\(.status | text) has_state=\(has("status"))",
      @sh "status_url=\(.status_url | text) response_url=\(.response_url | text)"' \
    "$body" 2>/dev/null) && eval "$found"
}

words() { # writes the error that the last answer names: pages from the edge have none
  jq -as 'if length == 1 then .[0] else null end
    | if type == "object" then .error else null end
    | if type == "string" then . elif . == null then "" else tojson end' \
    "$body" 2>/dev/null >"$dir/error" || echo '""' >"$dir/error"
}

refuse_errors() { # ends the call after an answer that is no success
  [ "$status" != 200 ] || return 0
  words
  case $status in
    401) gave_up unauthorized ;;
    402) gave_up insufficient_credits ;;
    403) gave_up forbidden ;;
    404 | 410) gave_up not_found ;;
    400 | 405 | 413 | 422) gave_up invalid ;;
    406) if grep -qi credit "$dir/error"; then gave_up insufficient_credits; else gave_up invalid; fi ;;
    429) gave_up rate_limited ;;
    *) gave_up server_error ;;
  esac
}

need_json() { look || gave_up server_error 'the answer is no JSON object'; }

describe() { # puts what the file is like in its place
  sum=$( (sha256sum "$body" 2>/dev/null || shasum -a 256 "$body") | cut -d ' ' -f 1)
  bytes=$(($(wc -c <"$body")))
  jq -acn --arg sha256 "$sum" --argjson bytes "$bytes" --arg content_type "$(header content-type)" \
    '{$sha256, $bytes, $content_type}' >"$dir/about"
  mv "$dir/about" "$body"
}

# --- The operations: each leaves its result in $body --------------------------------------------

run() {
  submit || return
  result_url=$response_url
  reach COMPLETED "$status_url" && reach COMPLETED "$result_url"
}

submit() { # once: again only where a 429 said that nothing was begun, and when to come back
  while send -H "@$key" -H "$json" -H 'expect:' --data-binary "@$params" "$base_url/v2/$model"; do
    if [ "$status" = 429 ]; then
      await_reset || return
      continue
    fi
    refuse_errors && need_json || return
    [ -n "$status_url" ] && [ -n "$response_url" ] ||
      gave_up server_error "the submit's answer has no URLs"
    return
  done
  return 1
}

reach() { # STATE URL: polls until the job is in this state
  while poll "$2"; do
    [ "$state" != "$1" ] || return 0
    if [ "$state" = FAILED ]; then
      words
      gave_up failed
      return
    fi
    pause "$poll_ms" || return # a state that nobody knows is as good as pending
  done
  return 1
}

poll() { # URL: asks until there is an answer: asking changes nothing, so it may be repeated
  while :; do
    if send -H "@$key" "$1"; then
      if [ "$status" = 429 ]; then
        await_reset || return
        continue
      fi
      look
      case $status:$state in
        200:* | 422:FAILED) [ "$has_state" != true ] || return 0 ;;
      esac
      case $status in
        200 | 5??) ;;
        *) refuse_errors || return ;;
      esac
    else
      [ "$outcome" = transport_error ] || return
      outcome=''
    fi
    pause "$poll_ms" || return
  done
}

run_sync() {
  send -H "@$key" -H "$json" -H 'expect:' --data-binary "@$params" "$base_url/v1/$model" &&
    refuse_errors || return
  case $(header content-type | tr '[:upper:]' '[:lower:]') in
    image/* | video/* | audio/* | model/*) describe ;;
    *) need_json ;;
  esac
}

download() { # without the key: outputs are public
  send "$url" && refuse_errors && describe
}

credits() {
  send -H "@$key" "$base_url/v1/get-user-credits" && refuse_errors && need_json
}

# --- The driver --------------------------------------------------------------------------------

take_apart() { # writes the text of the parameters to $params, and the rest of the line to $call
  awk -v params="$params" '{
    for (i = 1; i <= length($0); i++) {
      c = substr($0, i, 1)
      if (quoted) {
        if (c == "\\") i++
        else if (c == "\"") { quoted = 0; if (depth == 1) word = substr($0, from, i - from + 1) }
      } else if (c == "\"") { quoted = 1; from = i }
      else if (start && depth == 1 && (c == "," || c == "}")) { end = i; break }
      else if (c == ":" && depth == 1 && !start && word == "\"params\"") start = i + 1
      else if (c == "{" || c == "[") depth++
      else if (c == "}" || c == "]") depth--
    }
    if (!start) { print; exit }
    print substr($0, start, end - start) >params
    print substr($0, 1, start - 1) "null" substr($0, end)
  }' >"$call"
}

while IFS= read -r line; do
  printf '%s\n' "$line" | take_apart
  eval "$(jq -r '@sh "id=\(.id) op=\(.op) base_url=\(.base_url) api_key=\(.api_key)",
    @sh "model=\(.model // "") url=\(.url // "")",
    @sh "timeout_ms=\(.timeout_s * 1000 | ceil) poll_ms=\(.poll_interval_s * 1000 | ceil)"' "$call")"
  deadline=$(($(now) + timeout_ms)) outcome=''
  printf 'x-api-key: %s\n' "$api_key" >"$key"
  echo '""' >"$dir/error"
  case $op in
    run | run_sync | download | credits) "$op" ;;
    *) gave_up unsupported ;;
  esac && outcome=completed
  case $outcome in
    completed) printf '{"id":%s,"outcome":"completed","result":%s}\n' "$id" "$(tr '\r\n' '  ' <"$body")" ;;
    server_error)
      printf '{"id":%s,"outcome":"server_error","status":%s,"error":%s}\n' \
        "$id" "$status" "$(cat "$dir/error")"
      ;;
    *) printf '{"id":%s,"outcome":"%s","error":%s}\n' "$id" "$outcome" "$(cat "$dir/error")" ;;
  esac
done
