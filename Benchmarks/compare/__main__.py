# SPDX-License-Identifier: Apache-2.0
"""Compares lstmc with PyTorch, ONNX Runtime and OpenVINO: one thread, float32, the same weights and inputs.

`make bench` runs this. Everyone's output is checked against PyTorch in float64 before anyone is timed. Then they take
turns: in each round everyone's fastest pass counts; the table has the fastest of all rounds, results.json also the median.
"""

import argparse
import importlib.metadata
import json
import pathlib
import sys

import cases
import chart
import contestants
import measure
import report

FOLDER = pathlib.Path(__file__).parent.parent


def main():
    options = arguments()
    chosen = cases.selected([word.strip() for word in options.cases.split(",") if word.strip()])
    if not chosen:
        sys.exit(f"no case is called {options.cases!r}; groups are sweep, streaming, inputs, gru and precisions")
    results, mistakes, group = [], [], None
    for together in cases.turns(chosen):
        if together[0].group != group:
            group = together[0].group
            print(report.head(group), flush=True)
        try:
            measured = measure.measured(together, options.lstmc, options.probe, options.rounds, options.seconds)
        except measure.WrongResult as mistake:
            mistakes.append(mistake)
            print(f"not timed: {mistake}", flush=True)
            continue
        results += measured
        print("\n".join(map(report.line, measured)), flush=True)
    if mistakes:
        sys.exit(f"{len(mistakes)} cases gave wrong results; nothing is written")
    print("\n".join(report.summary(results)))
    worst = max(results, key=lambda result: result["errors"]["lstmc"])
    print(f"\nlstmc's largest distance from float64: {worst['errors']['lstmc']:.2g} at {worst['name']}")
    if len(chosen) == len(cases.selected([])) or options.write:
        write(results, options.rounds)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lstmc", required=True, help="the built command line")
    parser.add_argument("--probe", required=True, help="fma_peak, built")
    parser.add_argument("--cases", default="", help="groups or parts of names, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.1, help="of one contestant in one round, about")
    parser.add_argument("--write", action="store_true", help="write the results even where not all cases ran")
    return parser.parse_args()


def write(results, rounds):
    versions = {name: importlib.metadata.version(name) for name in ("torch", "onnxruntime", "openvino")}
    document = {"cpu": processor(), "versions": versions, "rounds": rounds, "results": results}
    (FOLDER / "results.json").write_text(json.dumps(document, indent=1) + "\n")
    (FOLDER / "results.svg").write_text(chart.drawn(document))
    print("\nwritten: Benchmarks/results.json, Benchmarks/results.svg")


def processor():
    lines = contestants.processor_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


if __name__ == "__main__":
    main()
