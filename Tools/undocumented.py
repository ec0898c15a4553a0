#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names every public symbol that nothing is said about; fails where there is one.

    undocumented.py --products MODULE,... FILE.symbols.json...

In the libraries that users import, every symbol counts. In the others the cases of an enum and initialisers speak for
themselves, and for a mistake its message does.
"""
import argparse
import json
import pathlib
import sys

# What they mean is the protocol's: Equatable, Hashable, Codable, CustomStringConvertible, RawRepresentable; and Mistake.
PROTOCOLS = {"==(_:_:)", "hash(into:)", "encode(to:)", "init(from:)", "description", "init(rawValue:)"}
MISTAKE = {"message", "severity", "code", "notes"}
ENOUGH = {"swift.enum.case", "swift.init"}


def undocumented(graph, is_product):
    for symbol in graph["symbols"]:
        text = "".join(line["text"] for line in symbol.get("docComment", {"lines": []})["lines"])
        title = symbol["names"]["title"].split(".")[-1]
        speaks = title in PROTOCOLS or not is_product and (
            title in MISTAKE or symbol["kind"]["identifier"] in ENOUGH)
        if not text.strip() and not speaks:
            place = symbol.get("location", {"uri": "", "position": {"line": -1}})
            path = pathlib.Path(place["uri"].removeprefix("file://"))
            yield path, place["position"]["line"] + 1, ".".join(symbol["pathComponents"])


parser = argparse.ArgumentParser()
parser.add_argument("--products", type=lambda text: text.split(","))
parser.add_argument("graphs", type=pathlib.Path, nargs="+")
arguments = parser.parse_args()
found, symbols = [], 0
for path in arguments.graphs:
    graph = json.loads(path.read_text())
    symbols += len(graph["symbols"])
    found += undocumented(graph, graph["module"]["name"] in arguments.products)
root = pathlib.Path.cwd()
for path, line, name in sorted(found):
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    print(f"{shown}:{line}: error: nothing is said about public '{name}'", file=sys.stderr)
if symbols < 500:
    sys.exit(f"only {symbols} public symbols were found")
print(f"{symbols} public symbols, {len(found)} of them without documentation")
sys.exit(1 if found else 0)
