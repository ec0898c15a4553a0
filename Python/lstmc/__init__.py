# SPDX-License-Identifier: Apache-2.0
"""Recurrent models from a spec: numpy in, numpy out.

    import lstmc
    model = lstmc.load("Amp.lstm.yaml")
    y = model(x)

`load` opens a spec with its weights. A model is called on whole sequences; `model.state()` and `model.process` run a
stream of chunks with the same bits. `import_model` and `generate` do what `lstmc import` and `lstmc generate` do, and
`verify` holds a spec, or an import made on the spot, to a module of PyTorch.
"""

from ._commands import Imported, generate, import_model
from ._describe import Cost, FirstState, Input, Layer, ModelCost, Result, Spec
from ._errors import Diagnostic, Error, InputError, Note, SpecWarning
from ._library import version as __version__
from ._model import Model, State, load, loads
from ._verify import Comparison, Verification, verify

__all__ = [
    "Comparison", "Cost", "Diagnostic", "Error", "FirstState", "Imported", "Input", "InputError", "Layer", "Model",
    "ModelCost", "Note", "Result", "Spec", "SpecWarning", "State", "Verification", "__version__", "generate",
    "import_model", "load", "loads", "verify",
]
