#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds lstmc against PyTorch on drawn specs.

    differential.py --lstmc PATH FOLDER

FOLDER has NAME.lstm.yaml files with their weights, as the DifferentialTests write them. For each, `lstmc verify --torch`
runs PyTorch in float64 and float32 on the same weights and inputs. The judge is float64: our largest error must not be
more than PyTorch's own float32 error on the same result by FACTOR and a rounding. Needs torch; loads it once: the Python
that lstmc is told to run is a few lines of shell that hand the request over to this process.
"""

import argparse
import json
import os
import pathlib
import stat
import statistics
import struct
import subprocess
import sys
import tempfile
import threading

import torch

STUB = """#!/bin/sh
printf '%s\\n%s\\n%s\\n' "$1" "$2" "$3" >"{requests}"
read -r code <"{replies}"
exit "$code"
"""


def serve(requests, replies):
    """Runs the script that lstmc hands over, again and again, in this process."""
    while True:
        with open(requests) as pipe:
            words = pipe.read().splitlines()
        if not words:
            continue
        if words[0] == "end":
            return
        sys.argv = words
        try:
            exec(compile(pathlib.Path(words[0]).read_text(), words[0], "exec"), {"__name__": "__main__"})
            read_results(words[2])
            code = 0
        except Exception as error:  # lstmc reports the code, this process the reason
            print(f"{words[0]}: {error!r}", file=sys.stderr)
            code = 1
        with open(replies, "w") as pipe:
            pipe.write(f"{code}\n")


own_errors = {}


def read_results(path):
    """PyTorch's own largest float32 error and the size of each result, for `judge`."""
    data = pathlib.Path(path).read_bytes()
    start = 8 + struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)

    types = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}

    def values(name):
        first, end = header[name]["data_offsets"]
        piece = bytearray(data[start + first : start + end])
        return torch.frombuffer(piece, dtype=types[header[name]["dtype"]]).double()

    own_errors.clear()
    for name in header:
        if not name.endswith((".f64", ".scores")):
            exact = values(name + ".f64")
            error = (values(name) - exact).abs()
            if header[name]["dtype"] == "I64":
                # An index that differs is an error of 1.
                own_errors[name] = (float(error.max().item() > 0), 0.0)
                continue
            error, exact = (t[torch.isfinite(exact)] for t in (error, exact))
            own_errors[name] = (error.max().item(), exact.abs().max().item()) if len(exact) else (0.0, 0.0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--lstmc", required=True)
    parser.add_argument("--factor", type=float, default=4.0, help="for a single result; the median is held to 1.1")
    options = parser.parse_args()
    torch.set_num_threads(1)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="lstmc-differential-"))
    requests, replies, stub = (scratch / name for name in ("requests", "replies", "python"))
    os.mkfifo(requests)
    os.mkfifo(replies)
    stub.write_text(STUB.format(requests=requests, replies=replies))
    stub.chmod(stub.stat().st_mode | stat.S_IXUSR)
    server = threading.Thread(target=serve, args=(requests, replies), daemon=True)
    server.start()

    ratios, failures = [], []
    specs = sorted(options.folder.glob("*.lstm.yaml"))
    for spec in specs:
        command = [options.lstmc, "verify", spec, "--torch", "--python", stub, "--format", "json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            failures.append(f"{spec.name}: exit {done.returncode}: {done.stderr.strip()}")
            continue
        for result in json.loads(done.stdout)["results"]:
            name = result["against"]
            if not name.endswith(".f64"):
                continue
            theirs, size = own_errors[result["result"]]
            ours = result["largest_error"]
            rounding = 1e-7 * max(1.0, size)
            ratios.append((ours + rounding) / (theirs + rounding))
            if ours > options.factor * theirs + rounding:
                failures.append(f"{spec.name}: {name}: off by {ours:.3g}, PyTorch by {theirs:.3g}")
    requests.write_text("end\n")
    for path in (requests, replies, stub):
        path.unlink()
    scratch.rmdir()

    for failure in failures:
        print(failure)
    if not ratios:
        sys.exit("nothing was compared")
    median = statistics.median(ratios)
    within = sum(ratio <= 1.25 for ratio in ratios) / len(ratios)
    print(
        f"{len(specs)} specs, {len(ratios)} results against float64: error over PyTorch's own, each plus a rounding: "
        f"median {median:.2f}, {within:.0%} within 1.25, largest {max(ratios):.2f}; {len(failures)} failures"
    )
    sys.exit(1 if failures or median > 1.1 else 0)


if __name__ == "__main__":
    main()
