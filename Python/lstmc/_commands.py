# SPDX-License-Identifier: Apache-2.0
"""What `lstmc import` and `lstmc generate` do."""

from __future__ import annotations

import ctypes
import operator
import os
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Optional

from ._errors import Diagnostic, diagnostics_from
from ._errors import check as raise_if
from ._library import ImportOptions, library, path_bytes, text_bytes, texts


class Imported(NamedTuple):
    """What an import wrote: `load` takes it, and opens `spec`. Read `assumptions`: the file did not say them."""

    spec: str
    written: tuple[str, ...]
    assumptions: tuple[str, ...]
    proof: tuple[str, ...]
    warnings: tuple[Diagnostic, ...]

    def __fspath__(self) -> str:
        return self.spec


def import_model(
    file: str | os.PathLike[str], folder: str | os.PathLike[str] = ".", *, name: Optional[str] = None,
    key: Optional[str] = None, against: Optional[str | os.PathLike[str]] = None, ignore: Iterable[str] = (),
    settings: Optional[Mapping[str, int]] = None, batch_first: bool = False, last: bool = False, select: bool = False,
    safetensors: bool = False, ignore_skip: bool = False, force: bool = False,
) -> Imported:
    """Writes a spec of a model's file into a folder: what `lstmc import` does, with its options.

    `against` is a file of inputs and the framework's results, by which everything that the file leaves open is decided;
    `settings` are sizes and integers that an ONNX file leaves open. Raises `Error`, and then nothing is written.
    """
    if isinstance(ignore, str):
        raise TypeError("ignore takes a list of patterns, and not one text")
    patterns = list(ignore)
    chosen = {} if settings is None else {one: operator.index(value) for one, value in settings.items()}
    for one, value in chosen.items():
        if not -(1 << 63) <= value < 1 << 63:
            raise ValueError(f"'{one}' is {value}, which has no place in 64 bits")
    options = ImportOptions(
        name=None if name is None else text_bytes(name), key=None if key is None else text_bytes(key),
        against=None if against is None else path_bytes(against), ignore=texts(patterns), ignore_count=len(patterns),
        set_names=texts(list(chosen)), set_values=(ctypes.c_int64 * len(chosen))(*chosen.values()), set_count=len(chosen),
        batch_first=batch_first, last=last, select=select, safetensors=safetensors, ignore_skip=ignore_skip, force=force)
    report = ctypes.c_void_p()
    raise_if(library.lstmc_import(path_bytes(file), path_bytes(folder), ctypes.byref(options), ctypes.byref(report)))
    found = _taken(report)
    return Imported(
        found["spec"], tuple(found["written"]), tuple(found["assumptions"]), tuple(found["proof"]),
        diagnostics_from(found["warnings"]))


def generate(
    specs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], folder: str | os.PathLike[str], *,
    access: str = "public", check: bool = False,
) -> list[str]:
    """Writes a Swift type for each spec into a folder: what `lstmc generate` does. Gives the paths of what changed.

    With `check` nothing is written, and a file that is not what its spec gives is an `Error`.
    """
    paths = [specs] if isinstance(specs, (str, os.PathLike)) else list(specs)
    given = (ctypes.c_char_p * len(paths))(*map(path_bytes, paths))
    report = ctypes.c_void_p()
    raise_if(library.lstmc_generate(
        given, len(paths), path_bytes(folder), text_bytes(access), check, ctypes.byref(report)))
    return list(_taken(report)["written"])


def _taken(report: ctypes.c_void_p) -> dict[str, Any]:
    """The JSON of a report, which is freed."""
    import json

    try:
        return dict(json.loads(ctypes.string_at(report.value or 0)))
    finally:
        library.lstmc_text_free(report)
