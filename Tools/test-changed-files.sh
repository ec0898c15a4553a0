# Sourced by test-consumer.sh: after a change to any file that a spec reads, the next build holds what the file says now.
# No step waits for a clock: files keep their size and their time where they can, and contents are compared.

own=$package/Sources/stranger/Own.lstm.yaml
tagged="$package/Sources/stranger/sub folder/Tagged.lstm.yaml"
models=$package/models
cp "$own" "$work/Own.before"
cp "$tagged" "$work/Tagged.before"
mkdir -p "$models"

# In the file's place, with its size, and with the time that it had: another bit of another weight each time.
changes=0
change_in_place() {
    changes=$((changes + 1))
    touch -r "$1" "$work/time"
    python3 - "$1" "$changes" <<'PYTHON'
import sys
path, number = sys.argv[1], int(sys.argv[2])
with open(path, "r+b") as file:
    size = int.from_bytes(file.read(8), "little")
    header = file.read(size)
    start = header.index(b'"weight_hh_l0"')
    offset = int(header[start:].split(b'"data_offsets":[')[1].split(b",")[0])
    place = 8 + size + offset + 8 * number + 2
    file.seek(place)
    byte = file.read(1)[0]
    file.seek(place)
    file.write(bytes([byte ^ 0x40]))
PYTHON
    touch -r "$work/time" "$1"
}

fingerprint() { grep -o 'specFingerprint.*"[0-9a-f]*"' "$1" | grep -o '[0-9a-f]*"$' | tr -d '"'; }
last=$(fingerprint "$built")
[[ -n $last ]] || fail "a generated file has no fingerprint"

# The build holds what the spec's files are now, which is not what it held before.
holds_change() {
    build > "$work/log" 2>&1 || { cat "$work/log"; fail "$1: the package does not build"; }
    "$lstmc" generate "$own" --output "$work/now" > /dev/null
    cmp "$built" "$work/now/Own.swift" || fail "$1: the plugin's file is not what its spec gives now"
    local now=$(fingerprint "$built")
    [[ $now != "$last" ]] || fail "$1: the test has changed nothing"
    [[ $("$scratch/debug/stranger") == *" $now"* ]] || fail "$1: the program is still the old one"
    last=$now
}
refuses() {
    if build > "$work/log" 2>&1; then fail "$1: the package builds"; fi
    grep -q "$2" "$work/log" || { cat "$work/log"; fail "$1: no error at $2"; }
}
# What `weights.file` says, as YAML: on the spec's line 5, at its column 9.
names_file() {
    FILE=$1 awk 'NR == 5 { print "  file: " ENVIRON["FILE"]; next } { print }' "$own" > "$work/spec"
    cp "$work/spec" "$own"
}

step "several changes in a row rebuild: a checkpoint in the target"
for number in 1 2 3; do
    change_in_place "$package/Sources/stranger/weights.safetensors"
    holds_change "change $number in the target"
done

step "a build without a change runs lstmc and compiles nothing"
for number in 1 2; do
    inode=$(ls -i "$built")
    build -v > "$work/log" 2>&1 || { cat "$work/log"; fail "the package does not build again"; }
    [[ $(grep -c "lstmc-generate-tool .*Own.lstm.yaml" "$work/log") == 1 ]] || fail "lstmc did not run once for Own"
    [[ $(ls -i "$built") == "$inode" ]] || fail "a file that was right has been written again"
    if grep -q -- "-primary-file [^-]*Own.swift" "$work/log"; then fail "a build without a change compiles Own.swift"; fi
done

step "several changes in a row rebuild: a checkpoint outside of the target, which the spec names later"
cp "$root/Specs/seed-one-layer.safetensors" "$models/own weights.safetensors"
change_in_place "$models/own weights.safetensors"
names_file "'../../models/own weights.safetensors' # a comment: not.this"
holds_change "another file in the spec"
for number in 1 2 3; do
    change_in_place "$models/own weights.safetensors"
    holds_change "change $number outside of the target"
done

step "however the spec writes the name"
cp "$models/own weights.safetensors" "$models/other.safetensors"
change_in_place "$models/other.safetensors"
names_file '"../../models/\x6Fth\
    er.safetensors"'
holds_change "an escaped name"
change_in_place "$models/other.safetensors"
holds_change "a change behind an escaped name"
cp "$work/Own.before" "$own"
names_file "../../models/other.safetensors"
change_in_place "$models/other.safetensors"
holds_change "a plain name"

step "a renamed checkpoint stops the build at the spec's line, and under its new name rebuilds"
mv "$models/other.safetensors" "$models/renamed.safetensors"
refuses "a renamed checkpoint" "Own.lstm.yaml:5:9: error: the checkpoint '.*other.safetensors' cannot be opened"
names_file "../../models/renamed.safetensors"
change_in_place "$models/renamed.safetensors"
holds_change "a renamed checkpoint"
mv "$models/renamed.safetensors" "$models/first.safetensors"
cp "$models/first.safetensors" "$models/second.safetensors"
change_in_place "$models/second.safetensors"
mv "$models/second.safetensors" "$models/renamed.safetensors"
holds_change "another file under the same name"

step "a symbolic link: led elsewhere, what it leads to changed, and a folder that is one"
cp "$models/first.safetensors" "$models/second.safetensors"
change_in_place "$models/first.safetensors"
change_in_place "$models/second.safetensors"
ln -s first.safetensors "$models/link.safetensors"
names_file "../../models/link.safetensors"
holds_change "a link"
ln -sfn second.safetensors "$models/link.safetensors"
holds_change "a link that leads elsewhere"
change_in_place "$models/second.safetensors"
holds_change "what a link leads to"
change_in_place "$models/second.safetensors"
holds_change "what a link leads to, again"
mkdir "$models/a" "$models/b"
cp "$models/second.safetensors" "$models/a/weights.safetensors"
cp "$models/second.safetensors" "$models/b/weights.safetensors"
change_in_place "$models/a/weights.safetensors"
change_in_place "$models/b/weights.safetensors"
ln -s a "$models/folder"
names_file "../../models/folder/weights.safetensors"
holds_change "a folder that is a link"
ln -sfn b "$models/folder"
holds_change "a folder that leads elsewhere"

step "several changes in a row rebuild: a vocabulary outside of the target"
sed 's|vocabulary.json|../../../models/words.json|' "$work/Tagged.before" > "$tagged"
for numbers in "[0, 1, 2]" "[2, 0, 1]" "[1, 2, 0]"; do
    # The places of a, b and c in the list of numbers; 2 is unknown, and needs no entry.
    python3 -c 'import json, sys; print(json.dumps(dict(zip("abc", json.loads(sys.argv[1])))))' "$numbers" \
        > "$models/words.json"
    build > "$work/log" 2>&1 || { cat "$work/log"; fail "the package does not build with another vocabulary"; }
    [[ $("$scratch/debug/stranger") == *"tokens $numbers"* ]] || fail "the program has not the vocabulary $numbers"
done
rm "$models/words.json"
refuses "a vocabulary that is gone" "Tagged.lstm.yaml:5:21: error: the vocabulary '.*words.json' cannot be opened"
cp "$work/Tagged.before" "$tagged"

step "the command plugin: several changes outside of the target"
command_plugin() {
    # Into no target's folder: SwiftPM would plan a build with the files there, and keep that plan when they are gone.
    "$swift" package --package-path "$package" --scratch-path "$scratch" --allow-writing-to-package-directory \
        generate-lstm --specs Sources/stranger --output Written "$@" > "$work/log" 2>&1
}
command_plugin || { cat "$work/log"; fail "generate-lstm fails"; }
for number in 1 2 3; do
    change_in_place "$models/b/weights.safetensors"
    if command_plugin --check; then fail "generate-lstm --check passes after change $number"; fi
    grep -q "Own.swift:1:1: error: this file is not what its spec gives" "$work/log" \
        || { cat "$work/log"; fail "generate-lstm --check fails for another reason"; }
    command_plugin || { cat "$work/log"; fail "generate-lstm fails after change $number"; }
    "$lstmc" generate "$own" --output "$work/now" > /dev/null
    cmp "$package/Written/Own.swift" "$work/now/Own.swift" \
        || fail "generate-lstm has not written change $number"
    command_plugin --check || { cat "$work/log"; fail "generate-lstm --check fails after generate-lstm"; }
done
rm -r "$package/Written"
holds_change "changes that another plugin has seen"

cp "$work/Own.before" "$own"
cp "$work/weights" "$package/Sources/stranger/weights.safetensors"
rm -r "$models"
