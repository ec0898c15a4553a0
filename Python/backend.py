# SPDX-License-Identifier: Apache-2.0
"""Makes the wheel: the Python files and liblstmc, which `make lib` has built. Needs nothing but Python.

A build backend (PEP 517) for pip, and a program for `make wheel`:

    python3 Python/backend.py LIBRARY FOLDER
"""

import base64
import hashlib
import os
import platform
import re
import struct
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


def _text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def version():
    """The version that the tool has."""
    source = _text(os.path.join(ROOT, "Sources", "LSTMGeneration", "GenerateRequest.swift"))
    return re.search(r'let toolVersion = "([^"]+)"', source).group(1)


def glibc(library):
    """The newest version of glibc whose symbols an ELF file needs: (2, 34)."""
    with open(library, "rb") as file:
        data = file.read()
    if data[:6] != b"\x7fELF\x02\x01":
        raise SystemExit(f"{library} is no 64-bit ELF file")
    start, = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, start + index * size) for index in range(count)]
    newest = (2, 0)
    for section in sections:
        if section[1] != 0x6FFFFFFE:  # SHT_GNU_verneed
            continue
        names = sections[section[6]][4]
        entry = section[4]
        while True:
            _, auxiliaries, _, first, next_entry = struct.unpack_from("<HHIII", data, entry)
            place = entry + first
            for _ in range(auxiliaries):
                _, _, _, name, next_place = struct.unpack_from("<IHHII", data, place)
                text = data[names + name : data.index(b"\0", names + name)].decode()
                match = re.fullmatch(r"GLIBC_(\d+)\.(\d+)(\.\d+)?", text)
                if match:
                    newest = max(newest, (int(match.group(1)), int(match.group(2))))
                place += next_place
            if next_entry == 0:
                break
            entry += next_entry
    return newest


def tag(library):
    """The wheel's platform."""
    machine = platform.machine()
    if sys.platform == "darwin":
        return f"macosx_13_0_{machine}"
    return "manylinux_%d_%d_%s" % (*glibc(library), machine)


def _entries(folder):
    """The fields that pyproject.toml has, which Python reads itself from 3.11 on alone."""
    project = _text(os.path.join(folder, "pyproject.toml"))

    def one(key):
        return re.search(rf'^{key} = "(.*)"$', project, re.M).group(1)

    def several(key):
        return re.findall(r'"([^"]+)"', re.search(rf"^{key} = \[(.*?)\]", project, re.M | re.S).group(1))

    lines = [
        "Metadata-Version: 2.4", f"Name: {one('name')}", f"Version: {version()}", f"Summary: {one('description')}",
        f"License-Expression: {one('license')}", "License-File: LICENSE", f"Requires-Python: {one('requires-python')}",
        f"Keywords: {','.join(several('keywords'))}",
    ]
    lines += [f"Requires-Dist: {name}" for name in several("dependencies")]
    lines += [f"Classifier: {name}" for name in several("classifiers")]
    lines += ["Description-Content-Type: text/markdown", ""]
    return "\n".join(lines) + "\n" + _text(os.path.join(folder, "README.md"))


def build(library, folder):
    """Writes the wheel into a folder; gives its name. The same files give the same bytes."""
    platform_tag = tag(library)
    name = f"lstmc-{version()}"
    wheel = f"{name}-py3-none-{platform_tag}.whl"
    info = f"{name}.dist-info"
    ending = ".dylib" if sys.platform == "darwin" else ".so"
    files = {}
    for source in sorted(os.listdir(os.path.join(HERE, "lstmc"))):
        if source.endswith((".py", ".pyi", "py.typed")):
            with open(os.path.join(HERE, "lstmc", source), "rb") as file:
                files[f"lstmc/{source}"] = file.read()
    with open(library, "rb") as file:
        files["lstmc/liblstmc" + ending] = file.read()
    with open(os.path.join(ROOT, "LICENSE"), "rb") as file:
        files[f"{info}/licenses/LICENSE"] = file.read()
    files[f"{info}/METADATA"] = _entries(HERE).encode()
    files[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: lstmc\nRoot-Is-Purelib: false\nTag: py3-none-{platform_tag}\n").encode()
    record = ""
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        record += f"{path},sha256={digest},{len(data)}\n"
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    os.makedirs(folder, exist_ok=True)
    new = os.path.join(folder, f".{wheel}.new")
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if path.endswith(ending) else 0o644) << 16
            archive.writestr(entry, data)
    os.replace(new, os.path.join(folder, wheel))
    return wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """PEP 517: of the library where `make lib` puts it."""
    name = "liblstmc.dylib" if sys.platform == "darwin" else "liblstmc.so"
    library = os.path.join(ROOT, ".build", "lib", name)
    if not os.path.exists(library):
        raise SystemExit("there is no liblstmc yet: run `make lib` first")
    return build(library, wheel_directory)


def build_sdist(sdist_directory, config_settings=None):
    """PEP 517: there is none, since the library is built of Swift that is not in this folder."""
    raise SystemExit("lstmc has no source distribution: build the wheel with `make wheel`")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("backend.py LIBRARY FOLDER")
    folder = sys.argv[2]
    for old in os.listdir(folder) if os.path.isdir(folder) else []:
        if old.startswith("lstmc-") and old.endswith(".whl"):
            os.remove(os.path.join(folder, old))
    print(os.path.join(folder, build(sys.argv[1], folder)))
