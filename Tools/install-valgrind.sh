#!/bin/sh
# Installs valgrind where it is missing, for `make counts`, or says what to install.
set -eu

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if command -v valgrind >/dev/null 2>&1; then exit 0; fi
echo "valgrind is missing; installing it ..."
if command -v apt-get >/dev/null 2>&1; then
    { as_root apt-get update -q && as_root apt-get install -y -q valgrind; } >&2 || true
fi
if command -v valgrind >/dev/null 2>&1; then exit 0; fi
echo "Counting instructions needs valgrind. Install it and run this again:" >&2
echo "    Debian, Ubuntu: sudo apt-get install valgrind" >&2
echo "    Fedora:         sudo dnf install valgrind" >&2
exit 1
