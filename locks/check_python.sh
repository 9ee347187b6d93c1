#!/bin/sh
# Check the interpreter that PYTHON names: `PYTHON=python3 sh locks/check_python.sh [GOAL]`.
#
# One that cannot be used is refused in a line that says what came, what is needed, and which
# interpreter of this machine `make GOAL` may be given. Each is started: a name on PATH may be
# pyenv's for a version that is not chosen, and Debian's own Python makes no environments.
set -eu

minor=$(sed -n 's/^requires-python = ">=3\.\([0-9]*\)"$/\1/p' pyproject.toml)

# Print the version of an interpreter; nothing if it does not start.
read_version() {
  "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null || true
}

is_new_enough() {
  case $1 in
    3.*) rest=${1#3.} && [ "${rest%%.*}" -ge "$minor" ] ;;
    *) false ;;
  esac
}

makes_environments() {
  "$1" -c 'import ensurepip, venv' 2>/dev/null
}

# Print the first interpreter of this machine, or below SYSROOT, that can be used.
find_python() {
  for each in python3.13 python3.12 python3.11 python3.14 python3 python \
    "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.*/bin/python "${SYSROOT:-}"/opt/homebrew/bin/python3.?? \
    "${SYSROOT:-}"/usr/local/bin/python3.?? \
    "${SYSROOT:-}"/Library/Frameworks/Python.framework/Versions/3.*/bin/python3 \
    "${HOME:-}"/.local/share/uv/python/cpython-3.*/bin/python3; do
    if is_new_enough "$(read_version "$each")" && makes_environments "$each"; then
      printf '%s\n' "$each"
      return
    fi
  done
}

version=$(read_version "$PYTHON")
if [ -z "$version" ]; then
  came="$PYTHON does not start"
elif ! is_new_enough "$version"; then
  came="$PYTHON is Python $version"
elif ! makes_environments "$PYTHON"; then
  came="$PYTHON has no venv and ensurepip (on Debian and Ubuntu: apt install python3-venv)"
else
  exit 0
fi
found=$(find_python)
if [ -n "$found" ]; then
  advice="try  PYTHON=$found make${1:+ $1}"
else
  advice="none was found here: install one, then  PYTHON=/path/to/it make${1:+ $1}"
fi
echo "$came; Python 3.$minor or newer is needed: $advice" >&2
exit 1
