#!/usr/bin/env bash
# Uses the plugins as a stranger would: a package of its own, in a temporary folder, that depends on this one by path.
# Holds together the three ways to generated code: build plugin, command plugin and command line give the same bytes.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A path that asks something of whoever quotes it.
package="$work/a strange plåce/Stranger"
# Kept between runs, so that only the first one builds the tool.
scratch=${CONSUMER_SCRATCH:-$root/.build-consumer}
swift=${SWIFT:-swift}

step() { echo "-- $*"; }
fail() { echo "test-consumer: $*" >&2; exit 1; }
build() { "$swift" build --package-path "$package" --scratch-path "$scratch" "$@"; }

mkdir -p "$package/Sources/stranger/sub folder" "$package/Sources/Kept" "$package/Sources/NoSpecs" "$package/Tests/KeptTests"
echo "// Generated code comes here." > "$package/Sources/Kept/Kept.swift"
echo "// Generated tests come here." > "$package/Tests/KeptTests/Kept.swift"
cat > "$package/Package.swift" <<END
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Stranger",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "lstmc", path: "$root")],
    targets: [
        .executableTarget(
            name: "stranger",
            dependencies: [.product(name: "LSTMRuntime", package: "lstmc"), "NoSpecs"],
            exclude: ["weights.safetensors", "sub folder/weights.safetensors", "sub folder/vocabulary.json"],
            plugins: [.plugin(name: "LSTMBuildPlugin", package: "lstmc")]),
        .target(name: "NoSpecs", plugins: [.plugin(name: "LSTMBuildPlugin", package: "lstmc")]),
        .target(name: "Kept", dependencies: [.product(name: "LSTMRuntime", package: "lstmc")]),
        .testTarget(name: "KeptTests", dependencies: ["Kept"]),
    ],
    swiftLanguageModes: [.v6]
)
END
cat > "$package/Sources/stranger/Own.lstm.yaml" <<'END'
lstmc: 1
name: Own
input: { features: 100 }
weights:
  file: weights.safetensors
  names: { lstm: "" }
  ignore: [x, h0, c0, output, h_n, c_n, "*.f64"]
layers:
  - lstm: lstm
    hidden_size: 16
END
# A second one, in a folder of its own: text in, labels that ask something of a Swift enum out.
cat > "$package/Sources/stranger/sub folder/Tagged.lstm.yaml" <<'END'
lstmc: 1
description: "Ends a comment */ and opens one /* with \"quotes\", \\(x) and ```swift"
input: { tokens: 3 }
weights: { file: weights.safetensors }
vocabulary: { file: vocabulary.json, unknown: 2 }
layers:
  - embedding: table
    embedding_dim: 1
  - linear: head
    out_features: 9
labels: [init, self, Type, "***", "a b", a_b, ต้น, "\U0001F600", none]
segment_starts: [init]
END
echo '{ "a": 0, "b": 1 }' > "$package/Sources/stranger/sub folder/vocabulary.json"
python3 - "$package/Sources/stranger/sub folder/weights.safetensors" <<'END'
import json, struct, sys
shapes = {"table.weight": [3, 1], "head.weight": [9, 1], "head.bias": [9]}
header, values = {}, []
for name, shape in shapes.items():
    count = shape[0] * (shape[1] if len(shape) > 1 else 1)
    header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [4 * len(values), 4 * (len(values) + count)]}
    values += [0.1 * number for number in range(count)]
text = json.dumps(header).encode()
open(sys.argv[1], "wb").write(struct.pack("<Q", len(text)) + text + struct.pack(f"<{len(values)}f", *values))
END
cat > "$package/Sources/stranger/main.swift" <<'END'
// What LSTMRuntime calls its own, this module has too.
enum InputError: Error { case mine }
struct LSTMState {}
struct Scores {}
struct SequenceBatch {}
struct StreamMemory {}
struct State {}
struct Label {}

let model = Own()
let result = try model([Float](repeating: 0.5, count: 300))
print("steps", result.output.count / 16, Own.specFingerprint)
print("tokens", Tagged.tokens(of: "abc"), Tagged.Label.allCases.map(\.rawValue).joined(separator: " "))
END
echo "public let nothing = 0" > "$package/Sources/NoSpecs/NoSpecs.swift"
cp "$root/Specs/seed-one-layer.safetensors" "$package/Sources/stranger/weights.safetensors"

step "a package with one plugin line builds, without a warning, and runs"
build > "$work/log" 2>&1 || { cat "$work/log"; fail "the package does not build"; }
if grep -n "warning:" "$work/log" | grep -v "argument-parser"; then fail "the build warns"; fi
first=$("$scratch/debug/stranger")
[[ $first == "steps 3 "*"tokens [0, 1, 2] init self Type *** a b a_b ต้น "* ]] || fail "the program printed: $first"

step "the package has compiled what the plugin and the runtime need, and nothing else of lstmc"
compiled=$(cd -P "$scratch/debug" && find . -path './[Ll][Ss][Tt][Mm]*.build/*' -name '*.o' | cut -d / -f 2 | sort -u)
expected=$(printf '%s.build\n' LSTMFiles LSTMKernels LSTMLayout LSTMRuntime LSTM{Checkpoint,Codegen,Files,Generation,IR,Layout,Spec}-tool \
    lstmc_generate-tool | sort)
[[ $compiled == "$expected" ]] || fail "the package compiled $compiled"

step "the build plugin, the command plugin and the command line write the same bytes"
built=$(find "$scratch/plugins" -name Own.swift | head -n 1)
lstmc="$root/.build/release/lstmc"
[[ -n $built ]] || fail "the plugin's output cannot be found in $scratch"
"$lstmc" generate "$package/Sources/stranger/Own.lstm.yaml" --output "$work/by-hand" > /dev/null
cmp "$built" "$work/by-hand/Own.swift" || fail "the build plugin and the command line differ"
"$swift" package --package-path "$package" --scratch-path "$scratch" --allow-writing-to-package-directory \
    generate-lstm > "$work/log" 2>&1 || { cat "$work/log"; fail "generate-lstm fails"; }
cmp "$built" "$package/Sources/stranger/Generated/Own.swift" || fail "the two plugins differ"
rm -r "$package/Sources/stranger/Generated"

step "the tests that generate writes pass, and fail once the weights are others"
kept() { "$lstmc" generate "$package/Sources/stranger/Own.lstm.yaml" --output "$package/Sources/Kept" "$@" > /dev/null; }
tests() { "$swift" test --package-path "$package" --scratch-path "$scratch" > "$work/log" 2>&1; }
kept --tests "$package/Tests/KeptTests"
tests || { cat "$work/log"; fail "the generated tests fail"; }
grep -q 'Test "Own gives what it gave when it was generated" passed' "$work/log" || { cat "$work/log"; fail "no test ran"; }
cp "$package/Sources/stranger/weights.safetensors" "$work/weights"
change_weights() {
    python3 - "$package/Sources/stranger/weights.safetensors" <<'END'
import sys
path = sys.argv[1]
data = bytearray(open(path, "rb").read())
header = int.from_bytes(data[:8], "little")
start = data.index(b'"weight_hh_l0"')
offset = int(data[start:].split(b'"data_offsets":[')[1].split(b",")[0])
data[8 + header + offset + 2] ^= 0x40
open(path, "wb").write(data)
END
}
change_weights
kept
if tests; then cat "$work/log"; fail "the generated tests pass with other weights"; fi
grep -q "Expectation failed" "$work/log" || { cat "$work/log"; fail "the generated tests fail for another reason"; }
cp "$work/weights" "$package/Sources/stranger/weights.safetensors"

. "$root/Tools/test-changed-files.sh"

step "a mistake in the spec stops the build at its line and column"
sed -i.bak 's/    hidden_size: 16/    hidden_sise: 16/' "$package/Sources/stranger/Own.lstm.yaml"
if build > "$work/log" 2>&1; then fail "a broken spec builds"; fi
grep -q "Own.lstm.yaml:10:5: error: unknown key 'hidden_sise'" "$work/log" || { cat "$work/log"; fail "no located error"; }
mv "$package/Sources/stranger/Own.lstm.yaml.bak" "$package/Sources/stranger/Own.lstm.yaml"

step "a changed vocabulary rebuilds"
echo '{ "c": 0, "b": 1 }' > "$package/Sources/stranger/sub folder/vocabulary.json"
build > "$work/log" 2>&1 || { cat "$work/log"; fail "the package does not build with another vocabulary"; }
[[ $("$scratch/debug/stranger") == *"tokens [2, 1, 0]"* ]] || fail "the program still has the old vocabulary"

step "missing weights stop the build where the spec names them"
mv "$package/Sources/stranger/sub folder/weights.safetensors" "$work/away"
if build > "$work/log" 2>&1; then fail "a spec without its weights builds"; fi
grep -q "sub folder/Tagged.lstm.yaml:4:18: error: " "$work/log" || { cat "$work/log"; fail "no located error"; }
mv "$work/away" "$package/Sources/stranger/sub folder/weights.safetensors"

step "a spec that is taken away takes its type along"
mv "$package/Sources/stranger/Own.lstm.yaml" "$work/Own.lstm.yaml"
if build > "$work/log" 2>&1; then fail "the type of a spec that is gone is still there"; fi
grep -q "cannot find 'Own' in scope" "$work/log" || { cat "$work/log"; fail "another error than that the type is gone"; }
mv "$work/Own.lstm.yaml" "$package/Sources/stranger/Own.lstm.yaml"

step "two specs that would be one file are an error"
mkdir "$package/Sources/stranger/again"
cp "$package/Sources/stranger/Own.lstm.yaml" "$package/Sources/stranger/again/"
if build > "$work/log" 2>&1; then fail "two specs of one name build"; fi
grep -q "error: Sources/stranger/Own.lstm.yaml and Sources/stranger/again/Own.lstm.yaml of target stranger would both become Own.swift" \
    "$work/log" || { cat "$work/log"; fail "the error does not say which, and why"; }
rm -r "$package/Sources/stranger/again"

step "the build plugin's half for Xcode fits the interface that Xcode has"
swiftc=$(cd "$(dirname "$(command -v "$swift")")" && pwd)/swiftc
interface=$(dirname "$swiftc")/../lib/swift/pm/PluginAPI
if [[ -d $interface ]] && ! [[ $(uname -s) == Darwin ]]; then
    options=(-swift-version 6 -package-description-version 6.2 -warnings-as-errors -parse-as-library -I "$interface")
    "$swiftc" "${options[@]}" -emit-module -module-name XcodeProjectPlugin "$root/Tests/XcodeProjectPlugin/XcodeProjectPlugin.swift" \
        -emit-module-path "$work/XcodeProjectPlugin.swiftmodule"
    "$swiftc" "${options[@]}" -I "$work" -typecheck "$root"/Plugins/LSTMBuildPlugin/*.swift || fail "it does not"
fi

# Last: the tool that the package has built serves them, too.
step "the examples build and run"
examples=$root/Examples
"$swift" build --package-path "$examples" --scratch-path "$scratch" > "$work/log" 2>&1 \
    || { cat "$work/log"; fail "the examples do not build"; }
words=$("$scratch/debug/thai-words" "$(cat "$root/Specs/thai-sentence.txt")")
[[ $words == "มนุษย์ ทั้ง หลาย เกิด "* ]] || fail "thai-words printed: $words"
"$scratch/debug/drive" "$work/state.json" | grep -q "samples 0 to 4409" || fail "drive does not start"
"$scratch/debug/drive" "$work/state.json" | grep -q "samples 4410 to 8819" || fail "drive does not resume"
# A WAV file of a second of silence with one sample in it, through the amplifier.
python3 - "$work/in.wav" <<'PYTHON'
import struct, sys
samples = [0] * 44100
samples[100] = 16000
data = struct.pack("<44100h", *samples)
header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, 44100, 88200, 2, 16, b"data", len(data))
open(sys.argv[1], "wb").write(header + data)
PYTHON
"$scratch/debug/amp" "$work/in.wav" "$work/out.wav" 0.9 0.2 | grep -q "^44100 samples, gain 0.9, tone 0.2" || fail "amp does not play"
[[ $(wc -c < "$work/out.wav") == $(wc -c < "$work/in.wav") ]] || fail "amp writes another length"
voices=$("$scratch/debug/vad" "$examples/voice.wav") || fail "vad does not listen"
[[ $voices == $'voice 0.42 s to 0.90 s\nvoice 1.22 s to 1.66 s' ]] || fail "vad printed: $voices"
echo "consumer tests passed"
