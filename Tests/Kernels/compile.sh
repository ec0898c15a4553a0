# SPDX-License-Identifier: Apache-2.0
#
# Read by the scripts that compile the kernels with a driver of their own: all of a machine's cores at once.

# compile PROGRAM OBJECTS COMPILER [FLAGS]: every file of `sources` into the folder OBJECTS; without a PROGRAM of "-", linked.
compile() {
    program=$1 objects=$2
    shift 2
    mkdir -p "$objects"
    # One file a process; the first that fails ends the rest.
    printf '%s\n' $sources | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I{} sh -c '
        file=$1 objects=$2
        shift 2
        name=${file##*/}
        "$@" -c "$file" -o "$objects/${name%.c}.o" || exit 255' sh {} "$objects" "$@" || return 1
    [ "$program" = - ] || "$@" "$objects"/*.o -lm -lpthread -o "$program"
}
