# SPDX-License-Identifier: Apache-2.0
"""What is wrong, with every place."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from ._library import library


class Note(NamedTuple):
    """A sentence that explains a diagnostic; `path` is None where it speaks of no file."""

    message: str
    path: Optional[str] = None
    line: Optional[int] = None
    column: Optional[int] = None
    length: Optional[int] = None


class Diagnostic(NamedTuple):
    """One thing that is wrong, and where: `path`, `line` and `column` are None where it is in no file.

    Lines and columns count from 1, columns in Unicode scalars; `length` columns belong to the place. `code` is a stable
    name, such as `unknown-key`.
    """

    severity: str
    code: str
    message: str
    path: Optional[str] = None
    line: Optional[int] = None
    column: Optional[int] = None
    length: Optional[int] = None
    notes: tuple[Note, ...] = ()


class Error(Exception):
    """Something is wrong with a spec or a file; the text shows every place with its line, `diagnostics` has them apart."""

    def __init__(self, text: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(text, diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return str(self.args[0])


class InputError(Error, ValueError):
    """What a model is given does not fit it."""


class SpecWarning(UserWarning):
    """A spec can be run, and something about it is odd."""


def diagnostics_from(found: list[dict[str, Any]]) -> tuple[Diagnostic, ...]:
    """The diagnostics in the library's JSON."""
    return tuple(
        Diagnostic(**{**one, "notes": tuple(Note(**note) for note in one["notes"])}) for one in found)


def check(error: Optional[int]) -> None:
    """Raises what the library says is wrong; nothing where it is None."""
    if error is not None:
        raise taken(error)


def taken(error: int) -> Error:
    """The exception of an error, which is freed."""
    import json

    try:
        text = library.lstmc_error_text(error).decode().rstrip("\n")
        diagnostics = diagnostics_from(json.loads(library.lstmc_error_json(error)))
    finally:
        library.lstmc_error_free(error)
    if any(one.path is not None for one in diagnostics):
        return Error(text, diagnostics)
    return InputError("\n".join(one.message for one in diagnostics), diagnostics)
