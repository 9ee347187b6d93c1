#!/bin/sh
# A driver for a client of the Segmind gateway in a POSIX shell, with jq: fill in what is marked
# TO DO.
#
#     segmock driver check -- sh driver.sh
#     segmock verify client --driver 'sh driver.sh'
#
# Each operation reads the call from the file $call and writes the answer, less its id, to stdout.
set -u
call=$(mktemp) || exit 1
trap 'rm -f "$call"' EXIT

# TO DO: submit on v2, wait, fetch the result. Send .params as they are: jq 1.6 rounds integers of
# more than 15 digits. .base_url has no /v1 at its end; .timeout_s is the deadline of it all, and
# .poll_interval_s the pause between two polls. What becomes of it is, for instance:
#   {"outcome": "completed", "result": {…}}       the body of the result, as it came
#   {"outcome": "failed", "error": "…"}           the job FAILED, in the gateway's words
#   {"outcome": "timeout"}                        not done by the deadline
#   {"outcome": "server_error", "status": 502}    the table in docs/drivers.md has the others
run() { echo '{"outcome": "unsupported"}'; }

# TO DO: one blocking call on v1. Media is told of as in download.
run_sync() { echo '{"outcome": "unsupported"}'; }

# TO DO: fetch .url: the result is {"sha256": "…", "bytes": 4711, "content_type": "…"}.
download() { echo '{"outcome": "unsupported"}'; }

# TO DO: ask for the credits of .api_key; the result is the body.
credits() { echo '{"outcome": "unsupported"}'; }

while IFS= read -r line; do # messages go to stderr: stdout is for answers
  printf '%s\n' "$line" >"$call"
  op=$(jq -r .op "$call")
  case $op in
    run | run_sync | download | credits) answer=$("$op") ;;
    *) answer='{"outcome": "unsupported"}' ;;
  esac
  [ -n "$answer" ] || answer='{"outcome": "client_bug", "error": "the operation said nothing"}'
  printf '%s\n' "$answer" | jq -c --argjson id "$(jq .id "$call")" '{id: $id} + .'
done
