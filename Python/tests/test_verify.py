# SPDX-License-Identifier: Apache-2.0

import contextlib
import importlib.util
import io
import sys
import tempfile
import unittest
import unittest.mock

import numpy as np

import lstmc
import stand_in
from support import ROOT, TestCase


def verified(module, x, **given):
    """What `verify` gives, and what it prints."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        found = lstmc.verify(module, x, **given)
    return found, said.getvalue()


class Verifying(TestCase):
    """With a module in numpy, in the place of PyTorch's."""

    def setUp(self):
        super().setUp()
        patch = unittest.mock.patch.dict(sys.modules, {"torch": stand_in})
        patch.start()
        self.addCleanup(patch.stop)
        # Where nothing may be left.
        self.scratch = self.folder / "scratch"
        self.scratch.mkdir()
        patch = unittest.mock.patch.object(tempfile, "tempdir", str(self.scratch))
        patch.start()
        self.addCleanup(patch.stop)
        self.x = np.random.default_rng(2).standard_normal((6, 3, 4)).astype(np.float32)

    def tearDown(self):
        self.assertEqual(list(self.scratch.iterdir()), [])

    def test_a_module_and_nothing_else(self):
        for batch_first in (False, True):
            module = stand_in.LSTM(4, 8, batch_first)
            found, said = verified(module, stand_in.Tensor(self.x))
            self.assertTrue(found and found.ok, said)
            self.assertIn("output", [one.result for one in found.results])
            self.assertTrue(0 < found.error < 1e-6 and 0 < found.torch_error < 1e-6, said)
            self.assertIn(f"{found.results[0].error:.2e}", said)
            self.assertIn(f"{found.results[0].torch_error:.2e}", said)
            # The module is as it was.
            self.assertTrue(module.training)
            self.assertEqual(module.parameters["bias_hh_l0"].dtype, np.float32)

    def model(self, module):
        from lstmc._verify import _write

        _write(str(self.folder / "w.safetensors"), module.parameters)
        return lstmc.load(self.spec(
            'lstmc: 1\ninput: { features: 4 }\nweights: { file: w.safetensors, names: { lstm: "" } }\nlayers:\n  - lstm: lstm\n'
            "    hidden_size: 8\noutputs: [h_n, output, c_n]\n"))

    def test_a_model_of_the_callers(self):
        module = stand_in.LSTM(4, 8)
        model = self.model(module)
        found, _ = verified(module, self.x, model=model)
        self.assertTrue(found.ok)
        self.assertEqual({one.result: one.shape for one in found.results}["output"], (6, 3, 8))
        self.assertEqual(len(found.results), 3)
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(model.verify(module, self.x), found)

    def test_another_module(self):
        found, said = verified(stand_in.LSTM(4, 8, seed=2), self.x, model=self.model(stand_in.LSTM(4, 8)))
        self.assertFalse(found)
        self.assertGreater(found.error, 1e-3)
        self.assertIn("too far", said)

    def test_what_does_not_fit(self):
        module, model = stand_in.LSTM(4, 8), self.model(stand_in.LSTM(4, 8))
        with self.assertRaisesRegex(lstmc.InputError, "the model reads x, but the module was given 2 inputs"):
            with unittest.mock.patch.object(stand_in.LSTM, "__call__", lambda self, x, y: x):
                verified(module, (self.x, self.x), model=model)
        with self.assertRaisesRegex(lstmc.InputError, r"the module gives \(6, 3, 4\), and none of that has the size"):
            with unittest.mock.patch.object(stand_in.LSTM, "__call__", lambda self, x: x):
                verified(module, self.x, model=model)
        # No reading of the state_dict gives such numbers.
        with self.assertRaises(lstmc.Error):
            with unittest.mock.patch.object(stand_in.LSTM, "__call__", lambda self, x: stand_in.Tensor(np.ones((6, 3, 8), x.array.dtype))):
                verified(module, self.x)


@unittest.skipUnless(importlib.util.find_spec("torch"), "PyTorch is not installed here")
class VerifyingPyTorch(unittest.TestCase):
    def test_modules(self):
        import torch

        class Tagger(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.embedding = torch.nn.Embedding(20, 6)
                self.rnn = torch.nn.GRU(6, 9, bidirectional=True, batch_first=True)
                self.head = torch.nn.Linear(18, 4)

            def forward(self, ids):
                return self.head(self.rnn(self.embedding(ids))[0])

        torch.manual_seed(1)
        ids = torch.randint(0, 20, (3, 11))
        for module, x in (
            (torch.nn.LSTM(5, 12, num_layers=2, batch_first=True), torch.randn(2, 20, 5)),
            (torch.nn.GRU(5, 12), torch.randn(20, 2, 5)), (Tagger(), ids),
        ):
            found, said = verified(module, x)
            self.assertTrue(found.ok, said)
            self.assertTrue(module.training)


if __name__ == "__main__":
    unittest.main()
