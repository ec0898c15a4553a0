#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# install.sh install PROGRAM LIBRARY: puts a built lstmc, its completions and its manual page under $DESTDIR$PREFIX, and what `make lib`
# wrote into the folder LIBRARY.
# install.sh uninstall: takes them away.
set -eu
prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}$prefix
program=$root/bin/lstmc
bash=$root/share/bash-completion/completions/lstmc
zsh=$root/share/zsh/site-functions/_lstmc
fish=$root/share/fish/vendor_completions.d/lstmc.fish
manual=$root/share/man/man1/lstmc.1
header=$root/include/lstmc.h
config=$root/lib/pkgconfig/lstmc.pc

case $prefix in
    /*) ;;
    *) echo "install: PREFIX is '$prefix'; give a path that begins with /" >&2; exit 1 ;;
esac

# Whole or not at all: a program that is running can be replaced, and not written over.
put() {
    mkdir -p "$(dirname "$2")"
    new=$2.new.$$
    trap 'rm -f "$new"' EXIT
    cp "$1" "$new"
    chmod "$3" "$new"
    mv -f "$new" "$2"
    echo "$2"
}

case ${1:-} in
    install)
        built=${2:?install.sh install PROGRAM LIBRARY}
        library=${3:?install.sh install PROGRAM LIBRARY}
        here=$(cd "$(dirname "$0")" && pwd)
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT
        "$built" --generate-completion-script bash > "$work/bash"
        "$built" --generate-completion-script zsh > "$work/zsh"
        "$built" --generate-completion-script fish > "$work/fish"
        if command -v python3 > /dev/null 2>&1; then python3 "$here/manual.py" "$built" > "$work/manual"; fi
        # A path in sed's words.
        sed "s|@PREFIX@|$(printf '%s' "$prefix" | sed 's/[|&\\]/\\&/g')|" "$library/lstmc.pc" > "$work/config"
        ( put "$built" "$program" 755 )
        for file in "$library"/liblstmc.*; do ( put "$file" "$root/lib/${file##*/}" 755 ); done
        ( put "$library/lstmc.h" "$header" 644 )
        ( put "$work/config" "$config" 644 )
        ( put "$work/bash" "$bash" 644 )
        ( put "$work/zsh" "$zsh" 644 )
        ( put "$work/fish" "$fish" 644 )
        if [ -f "$work/manual" ]; then
            ( put "$work/manual" "$manual" 644 )
        else
            echo "install: there is no python3, which makes the manual page; it is left out" >&2
        fi
        ;;
    uninstall)
        rm -f "$program" "$bash" "$zsh" "$fish" "$manual" "$header" "$config" "$root/lib/liblstmc.so" "$root/lib/liblstmc.dylib"
        ;;
    *)
        echo "install.sh install PROGRAM LIBRARY, or install.sh uninstall; PREFIX and DESTDIR say where" >&2
        exit 64
        ;;
esac
