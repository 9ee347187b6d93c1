#!/bin/sh
# Have an environment with what locks/python.txt has, and the project: `sh locks/install.sh [GOAL]`.
#
# VENV is its folder, PYTHON the interpreter to make it with, and ASKED is not empty if somebody
# chose that one. VENV/installed says that the environment is whole and where it was made; without
# it, elsewhere, broken, or of another Python than was asked for, the environment is made anew.
set -eu

stamp=$VENV/installed

read_version() {
  "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

# Print why the environment cannot be used; nothing if it can, or if there is none.
find_fault() {
  [ -e "$VENV" ] || return 0
  version=$(read_version "$VENV/bin/python")
  if [ ! -e "$stamp" ]; then
    echo "is half made"
  elif [ -z "$version" ]; then
    echo "has no Python that starts"
  elif [ "$(cat "$stamp")" != "$PWD" ]; then
    echo "was made in another folder"
  elif ! PYTHON=$VENV/bin/python sh "${0%/*}/check_python.sh" 2>/dev/null; then
    echo "is of Python $version"
  elif [ -n "$ASKED" ] && [ "$version" != "$(read_version "$PYTHON")" ]; then
    echo "is of Python $version"
  fi
}

is_current() {
  [ -e "$stamp" ] && [ -z "$(find "$0" pyproject.toml locks/python.txt -newer "$stamp")" ]
}

# Run pip and count what it does on a terminal; if it fails, show the end of what it said.
run_pip() {
  if ! { "$VENV/bin/python" -u -m pip --disable-pip-version-check "$@" 2>&1 || echo failed; } | follow
  then
    tail -n 15 "$VENV/pip.log" >&2
    echo "pip could not install what locks/python.txt has; $VENV/pip.log has all that it said" >&2
    exit 1
  fi
}

follow() {
  packages=$(grep -c '^[a-z].*==' locks/python.txt)
  seen=0
  while IFS= read -r line; do
    case $line in
      "Collecting "*) seen=$((seen + 1)) && show "$seen of $packages packages" ;;
      "Installing "*) show "$packages packages: unpacking" ;;
      failed) show "" && return 1 ;;
    esac
    printf '%s\n' "$line" >>"$VENV/pip.log"
  done
  show ""
}

show() {
  if [ -t 1 ]; then printf '\r\033[K%s' "$1"; fi
}

fault=$(find_fault)
if [ -z "$fault" ] && is_current; then exit 0; fi
if [ -n "$fault" ] || [ ! -e "$VENV" ]; then
  sh "${0%/*}/check_python.sh" "$@"
  if [ -n "$fault" ]; then echo "$VENV $fault: it is made anew"; fi
  echo "Making $VENV of $PYTHON and installing what locks/python.txt has; this takes about a minute"
  rm -rf "$VENV"
  "$PYTHON" -m venv "$VENV"
else
  echo "Bringing $VENV up to what locks/python.txt has"
fi
rm -f "$stamp" "$VENV/pip.log"
# The lock has all that is needed: pip is not to look for newer releases, which have no hash there.
run_pip install --no-deps --require-hashes --requirement locks/python.txt
run_pip install --no-deps --no-build-isolation --editable .
printf '%s\n' "$PWD" >"$stamp"
