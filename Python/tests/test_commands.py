# SPDX-License-Identifier: Apache-2.0

import concurrent.futures
import doctest
import importlib.metadata
import os
import pathlib
import unittest

import numpy as np

import lstmc
from support import ROOT, SPECS, TestCase, lstmc as program, read, write


class Importing(TestCase):
    DRIVE = ROOT / "Examples" / "drive.pt"

    def test_what_the_program_writes(self):
        ours, theirs = self.folder / "ours", self.folder / "theirs"
        imported = lstmc.import_model(self.DRIVE, ours)
        said = program("import", self.DRIVE, "--output", theirs)
        self.assertEqual(imported.written, (imported.spec,))
        self.assertEqual(pathlib.Path(imported).read_text(), (theirs / "Drive.lstm.yaml").read_text())
        for one in imported.assumptions:
            self.assertIn(f"  - {one}\n", said)
        self.assertEqual(imported.warnings, ())

    def test_options(self):
        def options(name, **given):
            return pathlib.Path(lstmc.import_model(self.DRIVE, self.folder, name=name, **given)).read_text()

        self.assertIn("batch_first: true", options("First", batch_first=True))
        self.assertIn("last:", options("Last", last=True))
        self.assertIn("select:", options("Select", select=True))
        self.assertIn("file: Own.safetensors", options("Own", safetensors=True))
        with self.assertRaisesRegex(lstmc.Error, "is there already"):
            options("Own")
        options("Own", force=True)
        with self.assertRaisesRegex(lstmc.InputError, "'last' and 'select' exclude each other"):
            options("Both", last=True, select=True)
        with self.assertRaisesRegex(TypeError, "ignore takes a list"):
            options("Ignore", ignore="a*")
        with self.assertRaisesRegex(lstmc.Error, "Examples/drive.pt:1:1: error: "):
            options("Ignore", ignore=["lstm.*"])
        with self.assertRaisesRegex(lstmc.Error, "what an ONNX file leaves open"):
            options("Set", settings={"sr": 16000})
        with self.assertRaisesRegex(ValueError, "no place in 64 bits"):
            options("Set", settings={"sr": 1 << 63})

    def test_against(self):
        imported = lstmc.import_model(self.DRIVE, self.folder)
        x = np.random.default_rng(1).standard_normal((2, 9, 1)).astype(np.float32)
        model = lstmc.load(imported)
        y = np.stack([model(np.ascontiguousarray(row)) for row in x])
        write(self.folder / "case.safetensors", {"x": x, "y": y})
        proven = lstmc.import_model(self.DRIVE, self.folder, name="Proven", against=self.folder / "case.safetensors")
        self.assertTrue(proven.proof)
        self.assertTrue(lstmc.load(proven).spec.batch_first)
        write(self.folder / "case.safetensors", {"x": x, "y": y + 1})
        with self.assertRaisesRegex(lstmc.Error, "readings gives the file's numbers"):
            lstmc.import_model(self.DRIVE, self.folder, name="No", against=self.folder / "case.safetensors")
        self.assertFalse((self.folder / "No.lstm.yaml").exists())

    def test_files(self):
        with self.assertRaisesRegex(lstmc.Error, "cannot be opened"):
            lstmc.import_model(self.folder / "nowhere.pt", self.folder)
        (self.folder / "noise.pt").write_bytes(bytes(range(256)))
        with self.assertRaises(lstmc.Error):
            lstmc.import_model(self.folder / "noise.pt", self.folder)

    def test_many_threads(self):
        def work(number):
            return pathlib.Path(lstmc.import_model(self.DRIVE, self.folder, name=f"Drive{number}")).read_text()

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            texts = list(pool.map(work, range(32)))
        self.assertEqual({text.replace(f"Drive{number}", "") for number, text in enumerate(texts)}.__len__(), 1)
        self.assertEqual(len(list(self.folder.iterdir())), 32)


class Generating(TestCase):
    def test_what_the_program_writes(self):
        specs = [SPECS / "SeedOneLayer.lstm.yaml", SPECS / "SeedTwoLayers.lstm.yaml"]
        written = lstmc.generate(specs, self.folder / "Sources")
        self.assertEqual([os.path.basename(one) for one in written], ["SeedOneLayer.swift", "SeedTwoLayers.swift"])
        for one in written:
            self.assertEqual(pathlib.Path(one).read_text(), (ROOT / "Generated" / os.path.basename(one)).read_text())
        self.assertEqual(lstmc.generate(specs[0], self.folder / "Sources"), [])
        self.assertEqual(lstmc.generate(specs, self.folder / "Sources", check=True), [])
        with self.assertRaisesRegex(lstmc.Error, "this file is not what its spec gives; run: lstmc generate"):
            lstmc.generate(specs, self.folder / "Sources", access="internal", check=True)
        with self.assertRaisesRegex(lstmc.InputError, "'private' is no access level"):
            lstmc.generate(specs, self.folder / "Sources", access="private")


class Package(unittest.TestCase):
    def test_what_is_installed(self):
        self.assertEqual(importlib.metadata.version("lstmc"), lstmc.__version__)
        self.assertEqual(importlib.metadata.requires("lstmc"), ["numpy>=1.22"])
        folder = pathlib.Path(lstmc.__file__).parent
        self.assertNotEqual(folder, ROOT / "Python" / "lstmc")
        self.assertTrue((folder / "py.typed").exists())

    def test_everything_public_says_what_it_is(self):
        for name in lstmc.__all__:
            if not name.startswith("__"):
                self.assertTrue(getattr(lstmc, name).__doc__, name)
        for name, one in vars(lstmc.Model).items():
            if not name.startswith("_"):
                self.assertTrue(one.__doc__, name)


class Documents(TestCase):
    def test_the_readme(self):
        """What Python/README.md shows, in a folder that has the files it names."""
        (self.folder / "Examples").symlink_to(ROOT / "Examples")
        before = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, before)
        found = doctest.testfile(str(ROOT / "Python" / "README.md"), module_relative=False, optionflags=doctest.FAIL_FAST)
        self.assertGreater(found.attempted, 20)
        self.assertEqual(found.failed, 0)
