# SPDX-License-Identifier: Apache-2.0
"""Who is measured. Each has `output()`, the whole result, and `best(seconds)`, its fastest pass, in seconds."""

import copy
import json
import logging
import pathlib
import subprocess
import tempfile
import time

import numpy
import onnxruntime
import onnxruntime.quantization
import openvino
import torch
from safetensors.numpy import load_file

WARM_UP_SHARE = 0.2

# Of results, where weights or sums are kept in fewer bits: the largest relative root mean square of the differences. Who is
# further off runs another model.
ROUNDED = 0.1


def processor_text():
    """What Linux says of the processor; nothing elsewhere."""
    try:
        return pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return ""


def fastest(call, seconds):
    """The fastest of many calls, at least two, after a warm-up."""
    start = time.perf_counter()
    best, count = float("inf"), 0
    while True:
        before = time.perf_counter()
        call()
        after = time.perf_counter()
        if after - start < WARM_UP_SHARE * seconds:
            continue
        best, count = min(best, after - before), count + 1
        if count >= 2 and after - start >= seconds:
            return best


class PyTorch:
    name = "PyTorch"

    def __init__(self, case, module, x):
        torch.set_num_threads(1)
        self.module, self.x = module, torch.from_numpy(x)

    def run(self):
        with torch.inference_mode():
            return self.module(self.x)[0]

    def output(self):
        return self.run().numpy()

    def best(self, seconds):
        with torch.inference_mode():
            return fastest(lambda: self.module(self.x), seconds)


class ONNXRuntime:
    name = "ONNX Runtime"

    def __init__(self, case, model, x):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        # Bound once, so that no call copies or allocates its input and output.
        self.x = onnxruntime.OrtValue.ortvalue_from_numpy(x)
        self.y = numpy.empty((case.steps, case.batch, case.directions * case.hidden), numpy.float32)
        self.binding = self.session.io_binding()
        self.binding.bind_ortvalue_input("x", self.x)
        self.binding.bind_ortvalue_output("output", onnxruntime.OrtValue.ortvalue_from_numpy(self.y))

    def output(self):
        self.session.run_with_iobinding(self.binding)
        return self.binding.copy_outputs_to_cpu()[0]

    def best(self, seconds):
        return fastest(lambda: self.session.run_with_iobinding(self.binding), seconds)


class ONNXRuntimeInt8(ONNXRuntime):
    name = "ONNX Runtime int8"
    tolerance = ROUNDED

    def __init__(self, case, model, x):
        with tempfile.TemporaryDirectory() as folder:
            paths = [pathlib.Path(folder) / name for name in ("float.onnx", "int8.onnx")]
            paths[0].write_bytes(model)
            logging.disable(logging.WARNING)
            # As its documentation advises: 7 bits where a processor's sums of 16 bits would overflow.
            onnxruntime.quantization.quantize_dynamic(
                *paths,
                weight_type=onnxruntime.quantization.QuantType.QInt8,
                reduce_range="vnni" not in processor_text(),
            )
            logging.disable(logging.NOTSET)
            super().__init__(case, paths[1].read_bytes(), x)


class PyTorchBfloat16(PyTorch):
    name = "PyTorch bfloat16"
    tolerance = ROUNDED

    def __init__(self, case, module, x):
        super().__init__(case, copy.deepcopy(module).bfloat16(), x)
        self.x = self.x.bfloat16()

    def output(self):
        return self.run().float().numpy()


class OpenVINO:
    name = "OpenVINO"
    hint = "f32"

    def __init__(self, case, model, x):
        core = openvino.Core()
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": 1,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": self.hint,
        }
        self.request = core.compile_model(core.read_model(model), "CPU", settings).create_infer_request()
        self.request.set_input_tensor(openvino.Tensor(x.copy()))

    def run(self):
        # Shorter than `infer`, which also makes a dictionary of the results.
        self.request.start_async(None, share_inputs=True)
        self.request.wait()

    def output(self):
        self.run()
        return self.request.get_output_tensor().data.copy()

    def best(self, seconds):
        return fastest(self.run, seconds)


class OpenVINOBfloat16(OpenVINO):
    name = "OpenVINO bfloat16"
    hint = "bf16"
    tolerance = ROUNDED


class LSTMC:
    """The command line's own clock: its start, the reading of weights and the packing do not count."""

    def __init__(self, binary, spec, x, streaming=False, precision=None):
        self.name = f"lstmc {precision}" if precision else "lstmc, a call a step" if streaming else "lstmc"
        if precision:
            self.tolerance = ROUNDED
        self.binary, self.spec, self.folder, self.streaming = binary, spec, spec.parent, streaming
        self.isa = None
        numpy.save(self.folder / "x.npy", x)

    def output(self):
        path = self.folder / "y.safetensors"
        self.command("run", "--output", str(path))
        return load_file(path)["output"]

    def best(self, seconds):
        extra = ["--streaming"] if self.streaming else []
        figures = json.loads(self.command("bench", "--format", "json", "--seconds", str(seconds), *extra))
        self.isa = figures["isa"]
        return figures["minimum_seconds"]

    def command(self, name, *arguments):
        words = [self.binary, name, str(self.spec), "--input", str(self.folder / "x.npy"), *arguments]
        return subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout
