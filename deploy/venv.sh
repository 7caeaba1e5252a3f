#!/bin/sh
# Makes .venv: called by `make venv` and `make app`; says each step, and what to do when one cannot be done.
set -eu

say() { printf '%s\n' "$*"; }
fail() { printf 'mocam set-up: %s\n' "$*" >&2; exit 1; }

command -v "$PYTHON" >/dev/null 2>&1 || fail "no $PYTHON here. On Debian or Raspberry Pi OS: sudo apt install python3 python3-venv"
"$PYTHON" - <<'PY' || fail "Python 3.11 to 3.13 on a 64-bit system is needed; name another one with make PYTHON=python3.12"
import struct, sys
sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13) and struct.calcsize("P") == 8))
PY

if [ ! -x "$VENV/bin/python" ]; then
    say "[1/3] making $VENV"
    "$PYTHON" -m venv "$VENV" >/dev/null 2>&1 || { rm -rf "$VENV"; fail "venv is missing. On Debian or Raspberry Pi OS: sudo apt install python3-venv"; }
else
    say "[1/3] $VENV is there"
fi
say "[2/3] fetching the libraries, up to 300 MB the first time: a few minutes on a Raspberry Pi"
"$VENV/bin/python" -m pip install --disable-pip-version-check --quiet --progress-bar off \
    --no-compile --constraint constraints.txt --editable ".[$EXTRAS]" & # compiled when used: most of it never is
pip=$!
trap 'kill "$pip" 2>/dev/null' INT TERM
seconds=0
while kill -0 "$pip" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    [ $((seconds % 10)) -ne 0 ] || say "      still fetching, $seconds s"
done
wait "$pip" || fail "pip could not fetch the libraries (its reason stands above). Is this machine on the network?"
say "[3/3] ready: $VENV/bin/mocam"
