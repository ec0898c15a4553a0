#!/bin/sh
# Builds the documentation of what users import, LSTMRuntime, from its catalogue and its symbols: .build/docs is a folder
# for any web server (python3 -m http.server -d .build/docs, then /documentation/lstmruntime). A warning is a failure, and
# so is a public symbol of any library that nothing is said about.
set -eu
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}

docc=$(dirname "$(command -v "$swift")")/docc
[ -x "$docc" ] || docc=$(xcrun --find docc 2> /dev/null) || {
    echo "docs: this toolchain has no docc; left out"
    exit 0
}

"$swift" package dump-symbol-graph --minimum-access-level public --skip-synthesized-members > .build/docs.log 2>&1 || {
    cat .build/docs.log
    exit 1
}
graphs=$("$swift" build --show-bin-path)/../symbolgraph
only=.build/docs-symbols
rm -rf "$only" .build/docs
mkdir -p "$only"
cp "$graphs"/LSTMRuntime*.symbols.json "$only"
"$docc" convert Sources/LSTMRuntime/LSTMRuntime.docc --additional-symbol-graph-dir "$only" --output-path .build/docs \
    --fallback-display-name lstmc --fallback-bundle-identifier lstmc.LSTMRuntime --warnings-as-errors
python3 Tools/undocumented.py --products LSTMRuntime "$graphs"/LSTM*.symbols.json
