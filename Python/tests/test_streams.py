# SPDX-License-Identifier: Apache-2.0

import concurrent.futures
import copy
import gc
import pickle

import numpy as np

import lstmc
from support import ROOT, SPECS, TestCase, write


class Streams(TestCase):
    def setUp(self):
        super().setUp()
        self.model = lstmc.load(lstmc.import_model(ROOT / "Examples" / "drive.pt", self.folder))
        self.x = np.random.default_rng(1).standard_normal((40, 1)).astype(np.float32)
        self.y = self.model(self.x)

    def test_chunks_of_any_length(self):
        for sizes in ([40], [1] * 40, [0, 7, 0, 1, 32], [13, 27]):
            state, pieces, start = self.model.state(), [], 0
            for size in sizes:
                pieces.append(self.model.process(self.x[start : start + size], state))
                self.assertEqual(pieces[-1].shape, (size, 1))
                start += size
            self.same_bits(np.concatenate(pieces), self.y)

    def test_a_copy_goes_its_own_way(self):
        state = self.model.state()
        self.model.process(self.x[:10], state)
        copies = [state.copy(), copy.copy(state), copy.deepcopy(state)]
        self.model.process(-self.x, state)
        for one in copies:
            self.same_bits(self.model.process(self.x[10:], one), self.y[10:])

    def test_chunks_of_every_type(self):
        for kind in (np.float64, np.float16, ">f4"):
            state = self.model.state()
            expected = self.model(self.x.astype(kind))
            self.same_bits(self.model.process(self.x.astype(kind), state), expected)
        state = self.model.state()
        self.same_bits(self.model.process(self.x[::-1][::-1].tolist(), state), self.y)

    def test_first_states(self):
        h0, c0 = np.random.default_rng(2).standard_normal((2, 1, 12)).astype(np.float32)
        expected = self.model(self.x, h0=h0, c0=c0)
        self.same_bits(self.model.process(self.x, self.model.state(h0=h0, c0=c0)), expected)
        self.same_bits(self.model.process(self.x, self.model.state(c0=c0)), self.model(self.x, c0=c0))
        with self.assertRaisesRegex(lstmc.InputError, r"'h0' has shape \(2, 12\), but \(1, 12\) is needed"):
            self.model.state(h0=np.zeros((2, 12)))

    def test_a_state_of_another_model(self):
        other = lstmc.load(SPECS / "SeedOneLayer.lstm.yaml")
        with self.assertRaisesRegex(lstmc.InputError, "the state is one of another model, SeedOneLayer"):
            self.model.process(self.x, other.state())
        for wrong in (None, 3, self.model):
            with self.assertRaisesRegex(TypeError, "process takes a state"):
                self.model.process(self.x, wrong)

    def test_a_state_outlives_its_model(self):
        state = self.model.state()
        again = state._model
        del self.model, state
        gc.collect()
        self.same_bits(again.process(self.x, again.state()), self.y)

    def test_wrong_chunks(self):
        state = self.model.state()
        with self.assertRaisesRegex(lstmc.InputError, "'x' has a batch axis, but a state is one sequence's"):
            self.model.process(self.x[:, None], state)
        with self.assertRaisesRegex(lstmc.InputError, r"tensor 'x' has shape \(40, 2\)"):
            self.model.process(np.zeros((40, 2), np.float32), state)
        with self.assertRaisesRegex(TypeError, "'x' takes floats, and not complex128"):
            self.model.process(self.x.astype(complex), state)
        with self.assertRaisesRegex(lstmc.InputError, "which is not given"):
            self.model.process(None, state)
        # A refused chunk leaves the state as it was.
        self.same_bits(self.model.process(self.x, state), self.y)

    def test_models_that_need_whole_sequences(self):
        model = lstmc.load(SPECS / "ThaiSegmenter.lstm.yaml")
        with self.assertRaisesRegex(lstmc.Error, "the model has no state, because layer 'lstm' needs the whole sequence"):
            model.state()

    def test_states_are_not_pickled(self):
        with self.assertRaisesRegex(TypeError, "a state cannot be pickled"):
            pickle.dumps(self.model.state())

    def test_one_thread_at_a_time(self):
        """Many threads on one state: each call is done whole, or refused."""
        state, long = self.model.state(), np.zeros((20000, 1), np.float32)

        def work(_):
            try:
                return self.model.process(long, state).shape
            except lstmc.InputError as error:
                return error.diagnostics[0].code

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            found = set(pool.map(work, range(32)))
        self.assertIn((20000, 1), found)
        self.assertLessEqual(found, {(20000, 1), "state-in-use"})

    def test_states_of_many_threads(self):
        def work(_):
            state = self.model.state()
            self.same_bits(np.concatenate([self.model.process(one[None], state) for one in self.x]), self.y)
            return True

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(list(pool.map(work, range(32))), [True] * 32)

    def test_windows_that_are_not_full_yet(self):
        rng = np.random.default_rng(3)
        shapes = {
            "conv.weight": (4, 2, 3), "conv.bias": (4,), "gru.weight_ih_l0": (9, 4), "gru.weight_hh_l0": (9, 3),
            "gru.bias_ih_l0": (9,), "gru.bias_hh_l0": (9,)}
        write(self.folder / "w.safetensors", {
            name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()})
        model = lstmc.load(self.spec(
            "lstmc: 1\ninput: { features: 2 }\nweights: { file: w.safetensors }\nlayers:\n  - conv1d: conv\n    out_channels: 4\n"
            "    kernel_size: 3\n  - gru: gru\n    hidden_size: 3\noutputs: [output]\n"))
        x = rng.standard_normal((9, 2)).astype(np.float32)
        whole = model(x)
        self.assertEqual(whole.shape, (7, 3))
        state, pieces = model.state(), []
        for start in range(0, 9, 2):
            pieces.append(model.process(x[start : start + 2], state))
        self.assertEqual([len(one) for one in pieces], [0, 2, 2, 2, 1])
        self.same_bits(np.concatenate(pieces), whole)
        # A copy counts its steps, too.
        state = model.state()
        model.process(x[:1], state)
        self.same_bits(model.process(x[1:], state.copy()), whole)
        h0 = rng.standard_normal((1, 3)).astype(np.float32)
        self.same_bits(model.process(x, model.state(h0=h0)), model(x, h0=h0))
