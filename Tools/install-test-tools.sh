#!/bin/sh
# Installs what some steps of `make test` need, where that can be done; those steps are left out, and say so, without it.
set -u

missing=""
for tool in valgrind qemu-aarch64 aarch64-linux-gnu-gcc strip python3; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
if command -v python3 >/dev/null 2>&1; then python3 -c "import ensurepip" 2>/dev/null || missing="$missing python3-venv"; fi
if [ -z "$missing" ]; then exit 0; fi

if [ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null 2>&1; then
    echo "for the whole suite,$missing would help; installing ..."
    root=""
    [ "$(id -u)" = 0 ] || root="sudo -n"
    $root apt-get update -q >&2
    $root apt-get install -y -q valgrind qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross binutils python3 python3-venv >&2
fi
# Nothing here is needed to build or to use lstmc.
exit 0
