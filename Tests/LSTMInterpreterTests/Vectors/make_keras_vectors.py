"""Writes the reference vectors of Keras's GRU and LSTM that PyTorch has no module for, in this folder.

    KERAS_BACKEND=torch python3 make_keras_vectors.py [OUTPUT_FOLDER]     needs keras, torch, numpy, safetensors

The files are as make_vectors.py's: the weights under PyTorch's names, with its gates' order; `config` names the activations
and reset_after as a spec does. Both biases of a reset_after gru are Keras's (2, 3H); elsewhere Keras has one, and bias_hh is 0.
"""
import json, os, pathlib, sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras, numpy as np
from safetensors.numpy import save_file

FUNCTIONS = {
    "tanh": "tanh", "sigmoid": "sigmoid", "relu": "relu", "linear": "linear", "hardsigmoid": "hard_sigmoid",
    "hardsigmoid_0.2": lambda x: keras.ops.clip(0.2 * x + 0.5, 0, 1),
}
# name, cell, hidden, layers, batch, steps, inputs, options
CASES = [
    ("before", "gru", 6, 3, 7, 4, {"reset_after": False}),
    ("before-17", "gru", 17, 2, 5, 9, {"reset_after": False}),
    ("before-nobias", "gru", 9, 1, 6, 3, {"reset_after": False, "bias": False}),
    ("before-hard", "gru", 8, 3, 6, 5, {"reset_after": False, "recurrent_activation": "hardsigmoid_0.2"}),
    ("after", "gru", 12, 3, 6, 5, {"reset_after": True}),
    ("after-relu", "gru", 7, 2, 6, 3, {"activation": "relu", "recurrent_activation": "hardsigmoid"}),
    ("lstm-hard", "lstm", 9, 3, 6, 4, {"recurrent_activation": "hardsigmoid_0.2"}),
    ("lstm-relu", "lstm", 16, 2, 5, 4, {"activation": "relu", "recurrent_activation": "hardsigmoid"}),
    ("lstm-linear", "lstm", 5, 3, 5, 3, {"activation": "linear"}),
    ("lstm-sigmoid", "lstm", 20, 1, 5, 9, {"activation": "sigmoid"}),
]


def reordered(matrix, cell):
    """Keras's columns (z r h, or i f c o) as PyTorch's rows (r z n, or i f g o)."""
    parts = np.split(np.asarray(matrix), 3 if cell == "gru" else 4, axis=-1)
    return np.concatenate([parts[1], parts[0], parts[2]] if cell == "gru" else parts, axis=-1)


def run(seed, cell, hidden, batch, steps, inputs, options):
    g = np.random.default_rng(seed)
    bias = options.get("bias", True)
    own = dict(units=hidden, use_bias=bias, return_sequences=True, return_state=True,
               activation=FUNCTIONS[options.get("activation", "tanh")],
               recurrent_activation=FUNCTIONS[options.get("recurrent_activation", "sigmoid")])
    after = options.get("reset_after", True)
    if cell == "gru":
        own["reset_after"] = after
    gates = 3 if cell == "gru" else 4
    bound = hidden ** -0.5
    draw = lambda *shape: g.uniform(-bound, bound, shape).astype(np.float32)
    weights = [draw(inputs, gates * hidden), draw(hidden, gates * hidden)]
    if bias:
        weights.append(draw(*([2] if cell == "gru" and after else []), gates * hidden))
    x = g.standard_normal((batch, steps, inputs)).astype(np.float32)
    tensors = {"weight_ih_l0": reordered(weights[0], cell).T, "weight_hh_l0": reordered(weights[1], cell).T, "x": x}
    if bias:
        both = reordered(weights[2], cell).reshape(-1, gates * hidden)
        tensors["bias_ih_l0"] = both[0]
        tensors["bias_hh_l0"] = both[1] if len(both) > 1 else np.zeros_like(both[0])
    for dtype, suffix in ("float32", ""), ("float64", ".f64"):
        layer = (keras.layers.GRU if cell == "gru" else keras.layers.LSTM)(dtype=dtype, **own)
        layer.build((batch, steps, inputs))
        layer.set_weights([w.astype(dtype) for w in weights])
        results = [keras.ops.convert_to_numpy(r) for r in layer(keras.ops.convert_to_tensor(x, dtype=dtype))]
        tensors["output" + suffix] = results[0]
        tensors["h_n" + suffix] = results[1][None]
        if cell == "lstm":
            tensors["c_n" + suffix] = results[2][None]
    config = {"cell": cell, "input_size": inputs, "hidden_size": hidden, "batch_first": True, **options}
    return {k: np.ascontiguousarray(v) for k, v in tensors.items()}, config


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    for seed, (name, *case) in enumerate(CASES):
        tensors, config = run(seed, *case)
        save_file(tensors, folder / f"keras-{name}.safetensors",
                  metadata={"config": json.dumps(config), "keras": keras.__version__})
