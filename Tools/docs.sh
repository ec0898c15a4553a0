#!/bin/sh
# Builds the documentation of what users import, LSTMRuntime, from its catalogue and its symbols: .build/docs is a folder
# for any web server, and one page leads to all of them. A warning is a failure, and so is a public symbol of any library
# that nothing is said about, or a page that no link leads to.
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
    --fallback-display-name LSTMRuntime --fallback-bundle-identifier lstmc.LSTMRuntime --warnings-as-errors
python3 Tools/undocumented.py --products LSTMRuntime "$graphs"/LSTM*.symbols.json
python3 Tools/reachable.py .build/docs documentation/lstmruntime
# docc leaves nothing at the root.
start='<!doctype html><meta charset="utf-8"><title>lstmc</title><meta http-equiv="refresh" content="0; url=documentation/lstmruntime/"><a href="documentation/lstmruntime/">lstmc</a>'
printf '%s\n' "$start" > .build/docs/index.html
echo "The documentation is in .build/docs. To read it, run this, and open http://localhost:8000 in a browser:"
echo
echo "    python3 -m http.server --directory .build/docs --bind localhost 8000"
echo
echo "The first page is http://localhost:8000/documentation/lstmruntime: the tutorial, the articles and all symbols."
