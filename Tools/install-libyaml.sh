#!/bin/sh
# Installs libyaml's headers where they are missing, or says what to install.
set -eu

have_libyaml() {
    if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists yaml-0.1; then return 0; fi
    for folder in /usr/include /usr/local/include /opt/homebrew/include; do
        if [ -f "$folder/yaml.h" ]; then return 0; fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if have_libyaml; then exit 0; fi
echo "libyaml is missing; installing it ..."
if command -v apt-get >/dev/null 2>&1; then
    { as_root apt-get update -q && as_root apt-get install -y -q libyaml-dev; } >&2 || true
elif command -v brew >/dev/null 2>&1; then
    brew install libyaml pkg-config >&2 || true
fi
if have_libyaml; then exit 0; fi
echo "lstmc needs libyaml. Install it and run this again:" >&2
echo "    Debian, Ubuntu: sudo apt-get install libyaml-dev" >&2
echo "    Fedora:         sudo dnf install libyaml-devel" >&2
echo "    macOS:          brew install libyaml pkg-config" >&2
exit 1
