# SPDX-License-Identifier: Apache-2.0

import concurrent.futures
import pickle
import warnings

import numpy as np

import lstmc
from support import ROOT, SPECS, TestCase, VECTORS, lstmc as program, read, run_program, vector_spec, write

GIVEN = ("x", "h0", "c0", "lengths")


class Vectors(TestCase):
    """PyTorch's and Keras's own results."""

    def test_every_vector(self):
        files = sorted(VECTORS.glob("*.safetensors"))
        self.assertGreater(len(files), 150)
        for file in files:
            with self.subTest(file.name):
                tensors, metadata = read(file)
                spec = self.spec(vector_spec(metadata["config"], file))
                model = lstmc.load(spec)
                given = {name: tensors[name] for name in GIVEN if name in tensors}
                x = given.pop("x")
                results = model(x, **given)
                theirs = run_program(spec, {"x": x, **given}, self.folder)
                self.assertEqual(results.keys(), theirs.keys())
                for name, result in results.items():
                    self.same_bits(result, theirs[name])
                    exact = tensors[name + ".f64"]
                    bound = 1.25 * np.abs(tensors[name] - exact).max() + 1e-7
                    self.assertLessEqual(np.abs(result - exact).max(), bound)
                # The second call of a shape goes another way than the first.
                again = model(x, **given)
                for name, result in results.items():
                    self.same_bits(again[name], result)

    def test_several_threads_of_python(self):
        file = VECTORS / "batch-11.safetensors"
        tensors, metadata = read(file)
        model = lstmc.load(self.spec(vector_spec(metadata["config"], file)))
        x = tensors["x"]
        first = model(x)["output"]
        halves = [model(np.ascontiguousarray(x[:, :half]))["output"] for half in range(1, 11)]

        def work(_):
            self.same_bits(model(x)["output"], first)
            for half in range(1, 11):
                self.same_bits(model(np.ascontiguousarray(x[:, :half]))["output"], halves[half - 1])
            return True

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(list(pool.map(work, range(64))), [True] * 64)


class Calls(TestCase):
    def setUp(self):
        super().setUp()
        self.drive = lstmc.load(lstmc.import_model(ROOT / "Examples" / "drive.pt", self.folder))
        self.wave = np.array([0, 0.5, 1, 0.5, 0, -0.5, -1, -0.5], np.float32)[:, None]

    def test_what_the_readme_shows(self):
        expected = [-0.022818223, 0.41073057, 0.9566185, 0.9912488, 0.77606535, 0.2531467, -0.70927066, -0.9102012]
        self.same_bits(self.drive(self.wave), np.array(expected, np.float32)[:, None])

    def test_arrays_of_every_kind(self):
        y = self.drive(self.wave)
        wide = np.zeros((8, 3), np.float32)
        wide[:, 1:2] = self.wave
        unaligned = np.frombuffer(b"\0" + self.wave.tobytes(), np.uint8)[1:].view(np.float32).reshape(8, 1)
        read_only = self.wave.copy()
        read_only.flags.writeable = False
        for one in (
            self.wave, self.wave.astype(np.float64), self.wave.astype(np.float16), self.wave.astype(">f4"),
            self.wave.astype(np.longdouble), self.wave[::-1].copy()[::-1], wide[:, 1:2], np.asfortranarray(self.wave),
            unaligned, read_only, self.wave.tolist(),
        ):
            self.same_bits(self.drive(one), y)
        whole = np.array([[0], [1], [0], [-1]])
        for kind in (np.int8, np.int64, int, float):
            self.same_bits(self.drive(whole.astype(kind)), self.drive(whole.astype(np.float32)))
        self.same_bits(self.drive(np.array([[True], [False]])), self.drive(np.array([[1], [0]], np.float32)))
        # What is given is not written to.
        self.assertEqual(self.wave[2, 0], 1)

    def test_results_are_the_callers(self):
        first = self.drive(self.wave)
        copy = first.copy()
        self.drive(-self.wave)
        self.same_bits(first, copy)
        self.assertTrue(first.flags.owndata and first.flags.writeable)

    def test_threads_give_the_same_bits(self):
        x = np.random.default_rng(1).standard_normal((50, 7, 1)).astype(np.float32)
        y = self.drive(x)
        for threads in (1, 2, np.int64(3), 64):
            self.same_bits(self.drive(x, threads=threads), y)
        for wrong in (0, -1, 1 << 40):
            with self.assertRaisesRegex(lstmc.InputError, "threads is"):
                self.drive(x, threads=wrong)
        with self.assertRaisesRegex(TypeError, "threads is a whole number, and not float"):
            self.drive(x, threads=1.5)

    def test_first_states(self):
        rng = np.random.default_rng(2)
        x = rng.standard_normal((5, 3, 1)).astype(np.float32)
        h0, c0 = rng.standard_normal((2, 1, 3, 12)).astype(np.float32)
        spec = self.drive.spec.path
        self.same_bits(self.drive(x, h0=h0, c0=c0), run_program(spec, {"x": x, "h0": h0, "c0": c0}, self.folder)["head"])
        # One without the other is zeros for the other.
        self.same_bits(self.drive(x, h0=h0), self.drive(x, h0=h0, c0=np.zeros_like(c0)))
        self.same_bits(self.drive(x, c0=c0), self.drive(x, h0=np.zeros_like(h0), c0=c0))
        self.same_bits(self.drive(x), self.drive(x, h0=np.zeros_like(h0), c0=np.zeros_like(c0)))
        with self.assertRaisesRegex(lstmc.InputError, r"tensor 'h0' has shape \(1, 2, 12\), but \(1, 3, 12\) is needed"):
            self.drive(x, h0=h0[:, :2])

    def test_lengths(self):
        x = np.random.default_rng(3).standard_normal((6, 3, 1)).astype(np.float32)
        y = self.drive(x, lengths=[6, 2, 4])
        for row, length in enumerate([6, 2, 4]):
            self.same_bits(np.ascontiguousarray(y[:length, row]), self.drive(np.ascontiguousarray(x[:length, row])))
            self.assertEqual(np.abs(y[length:, row]).max(initial=0), 0)
        for kind in (np.int32, np.int64, np.uint8, np.uint64):
            self.same_bits(self.drive(x, lengths=np.array([6, 2, 4], kind)), y)
        self.same_bits(self.drive(x, lengths=[6, 6, 6]), self.drive(x))
        with self.assertRaisesRegex(lstmc.InputError, "the length 7 of row 1 is not in 1 to 6"):
            self.drive(x, lengths=[6, 7, 4])
        with self.assertRaisesRegex(lstmc.InputError, "has 2 values, but 3 are needed"):
            self.drive(x, lengths=[6, 2])
        with self.assertRaisesRegex(lstmc.InputError, "'lengths' needs a batch axis"):
            self.drive(x[:, 0], lengths=[6])
        with self.assertRaisesRegex(TypeError, "'lengths' takes steps, which are integers, and not float64"):
            self.drive(x, lengths=[6.0, 2.0, 4.0])

    def test_wrong_arrays(self):
        for wrong in (self.wave.astype(complex), self.wave.astype(object), np.array([["a"]]), None, [[1], [1, 2]]):
            with self.assertRaises(TypeError):
                self.drive(wrong if wrong is not None else object())
        with self.assertRaisesRegex(TypeError, "'x' takes floats, and not complex128"):
            self.drive(self.wave.astype(complex))
        with self.assertRaisesRegex(lstmc.InputError, r"tensor 'x' has shape \(8, 2\), but \(time, batch, 1\) or \(time, 1\) is needed"):
            self.drive(np.zeros((8, 2), np.float32))
        with self.assertRaisesRegex(lstmc.InputError, "the model reads 'x', which is not given"):
            self.drive()
        with self.assertRaisesRegex(TypeError, "the model has no input 'voice'; it has x"):
            self.drive(voice=self.wave)
        with self.assertRaisesRegex(TypeError, "'x' is given twice"):
            self.drive(self.wave, x=self.wave)
        with self.assertRaisesRegex(lstmc.InputError, "holds 1e\\+300 at index"):
            self.drive(np.full((2, 1), 1e300))
        with self.assertRaisesRegex(lstmc.InputError, "12 axes"):
            self.drive(np.zeros((1,) * 12, np.float32))
        with self.assertRaises(lstmc.InputError) as caught:
            self.drive(np.zeros((0, 1), np.float32))
        self.assertIsInstance(caught.exception, ValueError)
        self.assertEqual(caught.exception.diagnostics[0].code, "input-shape")
        self.assertIsNone(caught.exception.diagnostics[0].path)

    def test_tokens(self):
        model = lstmc.load(SPECS / "ThaiSegmenter.lstm.yaml")
        ids = np.array([39, 28, 39, 25, 19, 52, 73, 0], np.int32)
        y = model(ids)
        self.same_bits(y, run_program(SPECS / "ThaiSegmenter.lstm.yaml", {model.spec.inputs[0].name: ids}, self.folder)["probabilities"])
        for kind in (np.int64, np.uint8, np.int16, np.uint64, ">i4"):
            self.same_bits(model(ids.astype(kind)), y)
        self.same_bits(model(ids.tolist()), y)
        for wrong in (ids.astype(np.float32), ids > 3):
            with self.assertRaisesRegex(TypeError, "takes token ids, which are integers, and not"):
                model(wrong)
        for wrong in (-1, 74, (1 << 64) - 1):
            with self.assertRaisesRegex(lstmc.InputError, "at position 1 is not in 0 to 73"):
                model(np.array([0, wrong, 1], np.uint64 if wrong > 74 else np.int64))
        with self.assertRaisesRegex(lstmc.InputError, "token id 74 at position 1 is not in 0 to 73"):
            model(np.array([0, 74, 1], np.int32))

    def test_batch_first_and_several_results(self):
        for path in sorted(SPECS.glob("*.lstm.yaml")):
            with self.subTest(path.name):
                model = lstmc.load(path)
                one = model.spec.inputs[0]
                if one.tokens is not None:
                    continue
                rng = np.random.default_rng(4)
                for shape in ((4, 3), (4,)):
                    x = rng.standard_normal((*shape, *one.shape)).astype(np.float32)
                    theirs = run_program(path, {"x": x}, self.folder)
                    ours = model(x)
                    ours = ours if isinstance(ours, dict) else {model.spec.results[0].name: ours}
                    self.assertEqual(ours.keys(), theirs.keys())
                    for name, result in ours.items():
                        self.same_bits(result, theirs[name])

    def test_models_are_pickled_by_their_path(self):
        again = pickle.loads(pickle.dumps(self.drive))
        self.same_bits(again(self.wave), self.drive(self.wave))


class SeveralInputs(TestCase):
    TEXT = """lstmc: 1
inputs:
  audio: { features: 1 }
  knobs: { features: 2, per: sequence }
weights: { file: mixed.safetensors }
layers:
  - concat: both
    from: [audio, knobs]
  - lstm: lstm
    hidden_size: 5
  - linear: head
    out_features: 2
  - argmax: label
outputs: [head, label]
"""

    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(5)
        shapes = {
            "lstm.weight_ih_l0": (20, 3), "lstm.weight_hh_l0": (20, 5), "lstm.bias_ih_l0": (20,), "lstm.bias_hh_l0": (20,),
            "head.weight": (2, 5), "head.bias": (2,)}
        write(self.folder / "mixed.safetensors", {
            name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()})
        self.path = self.spec(self.TEXT)
        self.model = lstmc.load(self.path)
        self.audio = rng.standard_normal((7, 4, 1)).astype(np.float32)
        self.knobs = rng.standard_normal((4, 2)).astype(np.float32)

    def test_by_keyword_and_by_name(self):
        theirs = run_program(self.path, {"audio": self.audio, "knobs": self.knobs}, self.folder)
        for results in (
            self.model(audio=self.audio, knobs=self.knobs), self.model({"knobs": self.knobs, "audio": self.audio}),
            self.model(audio=self.audio.astype(np.float64), knobs=self.knobs.tolist()),
        ):
            self.assertEqual(list(results), ["head", "label"])
            self.same_bits(results["head"], theirs["head"])
            # What PyTorch gives for integers.
            self.same_bits(results["label"], theirs["label"])
            self.assertEqual(results["label"].dtype, np.int64)
            np.testing.assert_array_equal(results["label"], results["head"].argmax(-1))

    def test_what_is_missing(self):
        with self.assertRaisesRegex(lstmc.InputError, "the model reads 'knobs', which is not given; what is given is 'audio'"):
            self.model(audio=self.audio)
        with self.assertRaisesRegex(TypeError, "give audio, knobs by keyword or in a dict"):
            self.model(self.audio)
        with self.assertRaisesRegex(TypeError, "and not both"):
            self.model({"audio": self.audio}, knobs=self.knobs)
        with self.assertRaisesRegex(lstmc.InputError, "different numbers of sequences"):
            self.model(audio=self.audio, knobs=self.knobs[:3])

    def test_streams(self):
        whole = self.model(audio=self.audio[:, 0], knobs=self.knobs[0])
        state = self.model.state()
        first = self.model.process({"audio": self.audio[:3, 0], "knobs": self.knobs[0]}, state)
        rest = self.model.process(state, audio=self.audio[3:, 0], knobs=self.knobs[0])
        for name in ("head", "label"):
            self.same_bits(np.concatenate([first[name], rest[name]]), whole[name])


class Loading(TestCase):
    VOICE = "lstmc: 1\ninput: { features: 4 }\nlayers:\n  - lstm: voice\n    hidden_size: 8\n    proj_size: 9\n"

    def test_mistakes_have_their_places(self):
        path = self.spec(self.VOICE, "Voice")
        with self.assertRaises(lstmc.Error) as caught:
            lstmc.load(path)
        error = caught.exception
        self.assertNotIsInstance(error, ValueError)
        one, = error.diagnostics
        self.assertEqual((one.severity, one.path, one.line, one.column), ("error", str(path), 6, 16))
        self.assertEqual(one.message, "'proj_size' must be smaller than hidden_size (8), not 9")
        self.assertEqual(one.notes, (lstmc.Note("hidden_size is given here", str(path), 5, 18, 1),))
        self.assertIn("6 |     proj_size: 9\n  |                ^", str(error))
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((str(again), again.diagnostics), (str(error), error.diagnostics))

    def test_every_mistake_is_there(self):
        with self.assertRaises(lstmc.Error) as caught:
            lstmc.loads("lstmc: 1\ninput: { featurs: 4 }\nlayers:\n  - lstm: a\n    hiden_size: 8\n", "A.lstm.yaml")
        self.assertGreater(len(caught.exception.diagnostics), 1)
        self.assertEqual({one.path for one in caught.exception.diagnostics}, {"A.lstm.yaml"})

    def test_files(self):
        with self.assertRaisesRegex(lstmc.Error, "cannot be opened: No such file"):
            lstmc.load(self.folder / "nowhere.lstm.yaml")
        with self.assertRaisesRegex(lstmc.Error, "this is a PyTorch file, and no spec; lstmc import"):
            lstmc.load(ROOT / "Examples" / "drive.pt")
        with self.assertRaises(TypeError):
            lstmc.load(3)
        with self.assertRaises(TypeError):
            lstmc.load(b"bytes")
        with self.assertRaisesRegex(ValueError, "holds a zero"):
            lstmc.load("a\0b")
        with self.assertRaises(TypeError):
            lstmc.Model()

    def test_warnings(self):
        rng = np.random.default_rng(6)
        shapes = {"a.weight_ih_l0": (8, 3), "a.weight_hh_l0": (8, 2), "a.bias_ih_l0": (8,), "a.bias_hh_l0": (8,), "b.weight": (1, 2), "b.bias": (1,)}
        write(self.folder / "w.safetensors", {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()})
        text = (
            "lstmc: 1\ninput: { features: 3 }\nweights: { file: w.safetensors }\nlayers:\n  - lstm: a\n    hidden_size: 2\n"
            "  - linear: b\n    out_features: 1\noutputs: [a.output]\n")
        with self.assertWarnsRegex(lstmc.SpecWarning, "Model.lstm.yaml:7:13: no result needs layer 'b'"):
            model = lstmc.load(self.spec(text))
        self.assertEqual([one.severity for one in model.warnings], ["warning"])

    def test_a_spec_without_warnings_gives_none(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertEqual(lstmc.load(SPECS / "SeedEncoder.lstm.yaml").warnings, ())

    def test_a_text_stands_at_its_path(self):
        path = SPECS / "ThaiSegmenter.lstm.yaml"
        model = lstmc.loads(path.read_text(encoding="utf-8"), path)
        self.same_bits(model([1, 2, 3]), lstmc.load(path)([1, 2, 3]))
        self.same_bits(pickle.loads(pickle.dumps(model))([1, 2, 3]), model([1, 2, 3]))

    def test_spec_and_cost(self):
        model = lstmc.load(SPECS / "ThaiSegmenter.lstm.yaml")
        spec, cost = model.spec, model.cost
        self.assertEqual((spec.name, spec.batch_first, spec.precision), ("ThaiSegmenter", False, "float32"))
        self.assertEqual(spec.inputs[0].tokens, 74)
        self.assertEqual([one.kind for one in spec.layers], ["embedding", "lstm", "linear", "softmax"])
        self.assertEqual((spec.layers[1].shape, spec.layers[1].inputs), ((30,), ("embedding",)))
        self.assertEqual(spec.labels, ("B", "I", "E", "S"))
        self.assertEqual(spec.segment_starts, ("B", "S"))
        self.assertEqual([one.name for one in spec.results], ["probabilities"])
        self.assertEqual((spec.streams, spec.stream_obstacle), (False, "layer 'lstm' needs the whole sequence"))
        self.assertEqual(cost.parameters, sum(one.parameters for one in cost.layers.values()))
        self.assertEqual((cost.layers["embedding"].parameters, cost.layers["head"].macs_per_step), (74 * 20, 30 * 4))
        described = program("describe", SPECS / "ThaiSegmenter.lstm.yaml")
        self.assertIn(f"{cost.parameters:,}", described)
        self.assertIn(f"{cost.macs_per_step:,}", described)
        self.assertIn("ThaiSegmenter: ", repr(model))
        self.assertEqual(lstmc.__version__, program("--version").strip())
