#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the program and the library that are built already into a temporary folder, uses it there, and takes it away. `make test` runs it
# after the release build; nothing is built for it.
set -euo pipefail
cd "$(dirname "$0")/.."
built=${1:-.build/release/lstmc}
library=${2:-.build/lib}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "install: $1" >&2; exit 1; }

[[ -x $built ]] || fail "$built is not built"
[[ -f $library/lstmc.pc ]] || fail "there is no library in $library; run make lib"
export DESTDIR="$work/a stage" PREFIX=/opt/lstmc
root="$DESTDIR$PREFIX"
for round in first second; do
    sh Tools/install.sh install "$built" "$library" > "$work/log" || fail "the $round time: $(cat "$work/log")"
done
[[ $("$root/bin/lstmc" --version) == $("$built" --version) ]] || fail "the installed program does not run"
"$root/bin/lstmc" check Specs/ThaiSegmenter.lstm.yaml || fail "the installed program checks no spec"
[[ -z $(find "$work" -name '*.new.*') ]] || fail "a temporary file is left"

# A stranger's program, by what pkg-config says.
if command -v pkg-config > /dev/null; then
    export PKG_CONFIG_PATH="$root/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$DESTDIR"
    [[ $(pkg-config --modversion lstmc) == $("$built" --version) ]] || fail "lstmc.pc has another version"
    [[ $(pkg-config --variable=prefix lstmc) == *"$PREFIX" ]] || fail "lstmc.pc has another prefix"
fi
[[ -f $root/include/lstmc.h ]] || fail "the header is not installed"
printf '%s\n' '#include <lstmc.h>' '#include <stdio.h>' 'int main(void) { return puts(lstmc_version()) < 0; }' > "$work/version.c"
"${CC:-cc}" "$work/version.c" -I "$root/include" -L "$root/lib" "-Wl,-rpath,$root/lib" -llstmc -o "$work/version"
[[ $("$work/version") == $("$built" --version) ]] || fail "a program that uses the installed library does not run"

bash -n "$root/share/bash-completion/completions/lstmc" || fail "bash does not read its completions"
for shell in zsh:share/zsh/site-functions/_lstmc fish:share/fish/vendor_completions.d/lstmc.fish; do
    file="$root/${shell#*:}"
    [[ -s $file ]] || fail "there are no completions for ${shell%%:*}"
    if command -v "${shell%%:*}" > /dev/null; then "${shell%%:*}" -n "$file" || fail "${shell%%:*} does not read its completions"; fi
done

manual="$root/share/man/man1/lstmc.1"
if command -v python3 > /dev/null; then
    grep -q "lstmc $("$built" --version | sed 's/-/\\\\-/g')" "$manual" || fail "the manual page has another version"
    for command in $("$built" --help | awk '/^SUBCOMMANDS:/ { on = 1; next } on && /^  [a-z]/ { print $1 }'); do
        grep -q "^\.SS lstmc $command$" "$manual" || fail "the manual page lacks $command"
        for option in $("$built" "$command" --help | grep -oE '^  (-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+'); do
            grep -qF -e "\\fB${option//-/\\-}\\fR" "$manual" || fail "the manual page lacks $command $option"
        done
    done
    if command -v mandoc > /dev/null; then
        said=$(mandoc -T lint -W warning "$manual" | grep -v "missing date" || true)
        [[ -z $said ]] || fail "the manual page: $said"
    fi
fi

# What is not ours stays.
touch "$root/bin/other"
sh Tools/install.sh uninstall
[[ $(find "$DESTDIR" -type f -o -type l) == "$root/bin/other" ]] || fail "not all is taken away, or too much"
sh Tools/install.sh uninstall || fail "a second time it cannot be taken away"
if PREFIX=relative sh Tools/install.sh install "$built" "$library" > /dev/null 2>&1; then fail "a relative PREFIX is taken"; fi
echo "the program, its completions, its manual page and the library can be installed and taken away"
