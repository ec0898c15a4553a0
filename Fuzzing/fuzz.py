#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the fuzz targets: python3 Fuzzing/fuzz.py --seconds 60 [--targets spec,onnx] [--jobs 2] [--skip-build]

Seeds are the repository's own fixtures, gathered anew each time; what the fuzzer adds to them stays in
Fuzzing/.build/corpus. An input that fails is written to Fuzzing/Crashes/TARGET, where an ordinary test finds it; the exit
code is then 1.
"""

import argparse
import concurrent.futures
import hashlib
import io
import os
import pathlib
import re
import subprocess
import sys
import wave
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
BUILD = HERE / ".build"

# The largest input that the fuzzer makes, and the dictionaries of the formats that a target reads.
TARGETS = {
    "spec": (8 << 10, ["spec"]),
    "safetensors": (8 << 10, ["json", "tensors"]),
    "pickle": (16 << 10, ["pickle", "tensors"]),
    "numpy": (4 << 10, ["numpy", "zip"]),
    "onnx": (16 << 10, ["onnx"]),
    "json": (16 << 10, ["json", "models", "tensors"]),
    "keras": (64 << 10, ["json", "keras"]),
    "text": (4 << 10, ["json", "text"]),
    "inputs": (4 << 10, ["inputs"]),
}

CSV = ["x,y\n1,2\n3,4\n", "1;2\n-0.5;1e-3\n", "3\n15\n0\n", "a\nnan,inf\n", '"1","2"\r\n"3","4"\r\n', "\ufeff1\t2\n"]
TEXT = [
    ('{"a": 0, "b": 1, "c": 15}', "abcabd"),
    ('{"<unk>": 15, "\\u0e01": 1, "\\ud83d\\ude00": 2}', "\u0e01\u0e02\U0001f600"),
    ('{"e\\u0301": 3, "\\u00e9": 4, "e": 5}', "e\u0301\u00e9"),
    ("[]", "x"),
    ('{"a": 16}', "x"),
]


def files(*endings):
    """The repository's small files with one of these endings, but for what builds and fuzzing left."""
    folders = [ROOT / name for name in ("Specs", "Pretrained", "Tests", "Examples")]
    found = (path for folder in folders for path in folder.rglob("*"))
    return sorted(path for path in found if path.name.endswith(endings) and ".build" not in str(path))


def members(path):
    """A zip file's members by name; none where it is damaged, which some fixtures are on purpose."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        return {}


def sound():
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44100)
        out.writeframes(bytes(range(64)))
    return file.getvalue()


def seeds(target):
    """The first inputs of a target, as bytes."""
    if target == "spec":
        return [path.read_bytes() for path in files(".yaml")]
    if target == "safetensors":
        return [path.read_bytes() for path in files(".safetensors")]
    if target == "pickle":
        torch = files(".pt", ".pth")
        pickles = [data for path in torch for name, data in members(path).items() if name.endswith("data.pkl")]
        return [path.read_bytes() for path in torch] + pickles
    if target == "numpy":
        arrays = [data for path in files(".npz") for data in members(path).values()]
        return [path.read_bytes() for path in files(".npy", ".npz")] + arrays
    if target == "onnx":
        return [path.read_bytes() for path in files(".onnx")]
    if target == "json":
        return [path.read_bytes() for path in files(".json", ".nam")]
    if target == "keras":
        parts = [members(path) for path in files(".keras")]
        pairs = [part.get("config.json", b"") + b"\0" + part.get("model.weights.h5", b"") for part in parts]
        return [path.read_bytes() for path in files(".keras", ".h5")] + pairs
    if target == "text":
        thai = (ROOT / "Specs/thai-vocabulary.json").read_bytes() + b"\0" + (ROOT / "Specs/thai-sentence.txt").read_bytes()
        return [thai] + [f"{vocabulary}\0{text}".encode() for vocabulary, text in TEXT]
    return [text.encode() for text in CSV] + [path.read_bytes() for path in files(".csv")] + [sound()]


def write_seeds(target, limit):
    folder = BUILD / "seeds" / target
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    failed = [path.read_bytes() for path in sorted((HERE / "Crashes" / target).glob("*"))]
    for data in seeds(target) + failed:
        if len(data) <= limit:
            (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)
    return folder


def write_dictionary(target, names):
    path = BUILD / "dictionaries" / f"{target}.dict"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join((HERE / "Dictionaries" / f"{name}.dict").read_text() for name in names))
    return path


def run(target, seconds, logs):
    limit, dictionaries = TARGETS[target]
    corpus = BUILD / "corpus" / target
    found = BUILD / "found" / target
    for folder in (corpus, found, logs):
        folder.mkdir(parents=True, exist_ok=True)
    log = logs / f"fuzz-{target}.log"
    command = [
        str(BUILD / "release" / "fuzz"), str(corpus), str(write_seeds(target, limit)),
        f"-max_total_time={seconds}", f"-max_len={limit}", f"-dict={write_dictionary(target, dictionaries)}",
        f"-artifact_prefix={found}/", "-rss_limit_mb=2048", "-malloc_limit_mb=512", "-timeout=25",
        "-print_final_stats=1", "-use_value_profile=0",
    ]
    surroundings = dict(os.environ, FUZZ_TARGET=target)
    surroundings.setdefault("ASAN_OPTIONS", "quarantine_size_mb=32:detect_leaks=1")
    before = set(found.iterdir())
    with log.open("wb") as out:
        code = subprocess.run(command, env=surroundings, stdout=out, stderr=out).returncode
    text = log.read_text(errors="replace")
    kept = []
    # Files that were merely slow on a busy machine stay where they are.
    for path in sorted(set(found.iterdir()) - before):
        if not path.name.startswith("slow-unit"):
            folder = HERE / "Crashes" / target
            folder.mkdir(parents=True, exist_ok=True)
            (folder / path.name).write_bytes(path.read_bytes())
            kept.append(path.name)
    return target, code, text, kept


def figure(pattern, text):
    found = re.findall(pattern, text)
    return found[-1] if found else "-"


def report(target, code, text, kept):
    executions = figure(r"stat::number_of_executed_units:\s*(\d+)", text)
    if executions == "-":
        executions = figure(r"#(\d+)\s", text)
    coverage, features = figure(r"cov: (\d+)", text), figure(r"ft: (\d+)", text)
    corpus = figure(r"corp: (\d+)/", text)
    slowest = figure(r"stat::slowest_unit_time_sec:\s*(\d+)", text)
    print(f"{target:<12} {executions:>12} {coverage:>8} {features:>8} {corpus:>8} {slowest:>8}  {', '.join(kept) or '-'}", flush=True)
    return code != 0 or bool(kept)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--targets", default="", help="by name, with commas; all by default")
    parser.add_argument("--jobs", type=int, default=1, help="how many targets at a time")
    parser.add_argument("--logs", type=pathlib.Path, default=BUILD / "logs")
    parser.add_argument("--swift", default="swift")
    parser.add_argument("--skip-build", action="store_true")
    options = parser.parse_args()
    targets = [name for name in options.targets.split(",") if name] or list(TARGETS)
    if unknown := [name for name in targets if name not in TARGETS]:
        sys.exit(f"no such target: {' '.join(unknown)}; there are {' '.join(TARGETS)}")
    if not options.skip_build:
        # Both in one flag once more: of two, the Swift compiler takes the last.
        sanitizers = ["--sanitize", "fuzzer", "--sanitize", "address", "-Xswiftc", "-sanitize=fuzzer,address"]
        package = ["--package-path", str(HERE), "-c", "release", "--product", "fuzz"]
        subprocess.run([options.swift, "build", *package, *sanitizers], check=True)
    print(f"{'target':<12} {'executions':>12} {'edges':>8} {'features':>8} {'corpus':>8} {'slowest':>8}  found", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(run, name, options.seconds, options.logs) for name in targets]
        failures = [report(*done.result()) for done in concurrent.futures.as_completed(runs)]
    sys.exit(any(failures))


if __name__ == "__main__":
    main()
