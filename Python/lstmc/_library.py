# SPDX-License-Identifier: Apache-2.0
"""liblstmc, as lstmc.h declares it."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from ctypes import POINTER, c_char_p, c_int, c_int32, c_int64, c_size_t, c_void_p

# The element types of lstmc.h.
FLOAT32, FLOAT64, FLOAT16, BFLOAT16, INT32, INT64 = range(1, 7)
MAX_RANK = 8

# An lstmc_tensor: the name, the address, the type and the rank, the sizes.
TENSOR = struct.Struct("@PPii8N")
# An lstmc_memory.
MEMORY = struct.Struct("@PN")


class Shape(ctypes.Structure):
    """An lstmc_shape."""

    _fields_ = [("type", c_int32), ("rank", c_int32), ("shape", c_size_t * MAX_RANK)]


class ImportOptions(ctypes.Structure):
    """An lstmc_import_options."""

    _fields_ = [
        ("name", c_char_p), ("key", c_char_p), ("against", c_char_p),
        ("ignore", POINTER(c_char_p)), ("ignore_count", c_size_t),
        ("set_names", POINTER(c_char_p)), ("set_values", POINTER(c_int64)), ("set_count", c_size_t),
        ("batch_first", c_int32), ("last", c_int32), ("select", c_int32), ("safetensors", c_int32),
        ("ignore_skip", c_int32), ("force", c_int32),
    ]


def _load() -> ctypes.CDLL:
    name = "liblstmc.dylib" if sys.platform == "darwin" else "liblstmc.so"
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    # CDLL releases the interpreter lock while a function runs.
    library = ctypes.CDLL(path)
    # An error, a model and a state are addresses; a list of tensors is the bytes of its structs.
    functions = {
        "version": (c_char_p, []),
        "error_text": (c_char_p, [c_void_p]),
        "error_json": (c_char_p, [c_void_p]),
        "error_free": (None, [c_void_p]),
        "open": (c_void_p, [c_char_p, POINTER(c_void_p)]),
        "open_text": (c_void_p, [c_char_p, c_size_t, c_char_p, POINTER(c_void_p)]),
        "close": (None, [c_void_p]),
        "describe": (c_char_p, [c_void_p]),
        "shapes": (c_void_p, [c_void_p, c_char_p, c_size_t, POINTER(Shape), c_size_t]),
        "run": (c_void_p, [c_void_p, c_char_p, c_size_t, c_size_t, c_char_p, c_size_t]),
        "state_make": (c_void_p, [c_void_p, c_char_p, c_size_t, POINTER(c_void_p)]),
        "state_copy": (c_void_p, [c_void_p, POINTER(c_void_p)]),
        "state_free": (None, [c_void_p]),
        "state_process": (c_void_p, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, POINTER(c_size_t)]),
        "import": (c_void_p, [c_char_p, c_char_p, POINTER(ImportOptions), POINTER(c_void_p)]),
        "generate": (
            c_void_p, [POINTER(c_char_p), c_size_t, c_char_p, c_char_p, c_int, POINTER(c_void_p)]),
        "text_free": (None, [c_void_p]),
    }
    for name, (result, arguments) in functions.items():
        function = getattr(library, "lstmc_" + name)
        function.restype, function.argtypes = result, arguments
    return library


library = _load()
version: str = library.lstmc_version().decode()


def path_bytes(path: str | os.PathLike[str]) -> bytes:
    """A path as the library takes it."""
    text = os.fspath(path)
    if not isinstance(text, str):
        raise TypeError(f"a path is a str or an os.PathLike of one, and not {type(text).__name__}")
    return text_bytes(text)


def text_bytes(text: str) -> bytes:
    """A text without zeros, where C would end it."""
    if "\0" in text:
        raise ValueError(f"{text!r} holds a zero")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r} is not UTF-8") from None


def texts(values: list[str]) -> ctypes.Array[c_char_p]:
    """An array of texts."""
    return (c_char_p * len(values))(*map(text_bytes, values))
