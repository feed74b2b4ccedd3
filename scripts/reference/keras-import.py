"""Keras files for the tests of the import, and what the networks in them give, by h5py and NumPy.

    python3 scripts/reference/keras-import.py tests/Redshift.Api.Tests/Reference/keras [model-keras2.h5]

Written for h5py 3.7.0 (HDF5 1.10.8) and NumPy 1.24.2. Keras itself is not needed: the files have the layout that Keras 2's
hdf5_format.py and Keras 3's saving_lib.py write (groups, attributes, configurations), with invented weights. The second
argument is the Gaia CNN's author's own file, which is not in the repository; its outputs stay as they are without it.
All sums in double precision, one object at a time, by the definitions of the layers; nothing of Redshift is used.

small.h5         Keras 2, sequential: texts of variable length in global heaps, symbol tables, arrays in one piece
small-latest.h5  the same network by the newest HDF5 structures, doubles in chunks, shuffled and deflated, biases in the header
small-chunks.h5  the same by the oldest structures, floats in many chunks; no input layer, no optimiser
small.keras      Keras 3, the same as a functional model in an archive
norms.keras      batch and layer normalisation, with and without gain and offset, dense layers on signals, global pooling
"""

import io
import json
import math
import pathlib
import sys
import zipfile

import h5py
import numpy as np

OBJECTS, SAMPLES = 8, 186


def conv1d(name, filters, kernel, strides=1, padding="valid", activation="linear"):
    return "Conv1D", name, {
        "filters": filters, "kernel_size": [kernel], "strides": [strides], "padding": padding,
        "data_format": "channels_last", "dilation_rate": [1], "groups": 1, "activation": activation, "use_bias": True,
    }


def dense(name, units, activation="linear", use_bias=True):
    return "Dense", name, {"units": units, "activation": activation, "use_bias": use_bias}


def pool(kind, name, size):
    return kind, name, {"pool_size": [size], "strides": [size], "padding": "valid", "data_format": "channels_last"}


SMALL = [
    conv1d("first", 3, 6, strides=4, activation="relu"),
    pool("MaxPooling1D", "pool", 2),
    conv1d("second", 4, 3, padding="same", activation="tanh"),
    ("Flatten", "flatten", {"data_format": "channels_last"}),
    dense("hidden", 5, "gelu"),
    ("Dropout", "dropout", {"rate": 0.25, "seed": None, "noise_shape": None}),
    dense("redshift", 1),
]

NORMS = [
    conv1d("first", 4, 8, strides=8),
    ("BatchNormalization", "batch", {"axis": -1, "momentum": 0.9, "epsilon": 0.001, "center": True, "scale": True}),
    ("Activation", "softplus", {"activation": "softplus"}),
    dense("positions", 3, "sigmoid"),
    ("LayerNormalization", "layer", {"axis": [2], "epsilon": 0.001, "center": True, "scale": True}),
    pool("AveragePooling1D", "pool", 3),
    ("BatchNormalization", "plain", {"axis": [2], "momentum": 0.99, "epsilon": 0.01, "center": False, "scale": False}),
    ("GlobalMaxPooling1D", "top", {"keepdims": False, "data_format": "channels_last"}),
    dense("hidden", 4, "softmax", use_bias=False),
    ("ReLU", "rectify", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
    dense("redshift", 1),
]


def invent(layers, seed):
    """Weights of each layer by Keras's names and in Keras's order, as 32-bit floats."""
    rng = np.random.default_rng(seed)
    weights, shape = {}, (SAMPLES, 1)

    def draw(*dimensions):
        return (rng.normal(size=dimensions) / math.sqrt(np.prod(dimensions[:-1]))).astype(np.float32)

    for kind, name, config in layers:
        own = {}
        if kind == "Conv1D":
            own["kernel"] = draw(config["kernel_size"][0], shape[-1], config["filters"])
            own["bias"] = draw(1, config["filters"])[0] / 5
        elif kind == "Dense":
            own["kernel"] = draw(shape[-1], config["units"])
            if config["use_bias"]:
                own["bias"] = draw(1, config["units"])[0] / 5
        elif kind.endswith("Normalization"):
            if config["scale"]:
                own["gamma"] = 1 + draw(1, shape[-1])[0] / 4
            if config["center"]:
                own["beta"] = draw(1, shape[-1])[0]
            if kind == "BatchNormalization":
                own["moving_mean"] = draw(1, shape[-1])[0]
                own["moving_variance"] = np.abs(draw(1, shape[-1])[0]) + np.float32(0.5)
        weights[name] = own
        shape = apply(kind, config, own, np.zeros(shape)).shape
    return weights


ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True),
    "gelu": lambda x: x / 2 * (1 + np.vectorize(math.erf)(x / math.sqrt(2))),
}


def apply(kind, config, own, x):
    """One layer on one object: a signal is [positions, channels]."""
    own = {name: value.astype(np.float64) for name, value in own.items()}
    if kind == "Conv1D":
        kernel, stride = own["kernel"], config["strides"][0]
        if config["padding"] == "same":
            total = max((math.ceil(len(x) / stride) - 1) * stride + len(kernel) - len(x), 0)
            x = np.pad(x, ((total // 2, total - total // 2), (0, 0)))
        windows = [x[t : t + len(kernel)] for t in range(0, len(x) - len(kernel) + 1, stride)]
        return ACTIVATIONS[config["activation"]](
            np.array([np.einsum("kc,kcf->f", window, kernel) for window in windows]) + own["bias"]
        )
    if kind == "Dense":
        return ACTIVATIONS[config["activation"]](x @ own["kernel"] + own.get("bias", 0))
    if kind in ("MaxPooling1D", "AveragePooling1D"):
        size = config["pool_size"][0]
        cut = x[: len(x) // size * size].reshape(-1, size, x.shape[1])
        return cut.max(axis=1) if kind == "MaxPooling1D" else cut.mean(axis=1)
    if kind == "GlobalMaxPooling1D":
        return x.max(axis=0)
    if kind == "BatchNormalization":
        y = (x - own["moving_mean"]) / np.sqrt(own["moving_variance"] + config["epsilon"])
        return y * own.get("gamma", 1) + own.get("beta", 0)
    if kind == "LayerNormalization":
        y = (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + config["epsilon"])
        return y * own["gamma"] + own["beta"]
    if kind == "Activation":
        return ACTIVATIONS[config["activation"]](x)
    return {"Flatten": lambda: x.reshape(-1), "Dropout": lambda: x, "ReLU": lambda: np.maximum(x, 0)}[kind]()


def outputs(layers, weights, inputs):
    def run(x):
        for kind, name, config in layers:
            x = apply(kind, config, weights[name], x)
        return float(x[0])

    return [run(row.reshape(SAMPLES, 1)) for row in inputs]


OPTIMISER = {
    "class_name": "Adamax",
    "config": {"name": "Adamax", "learning_rate": 0.0020000000949949026, "decay": 0.0, "beta_1": 0.9, "beta_2": 0.99, "epsilon": 1e-07},
}


def write_keras2(path, layers, weights, store, text, compiled=True, **options):
    """A whole model as Keras 2's hdf5_format.save_model_to_hdf5 lays it out; without an input layer where not compiled."""
    shape = {"batch_input_shape": [None, SAMPLES, 1], "dtype": "float32"}
    entries = [{"class_name": kind, "config": {"name": name, "dtype": "float32", **config}} for kind, name, config in layers]
    if compiled:
        entries.insert(0, {"class_name": "InputLayer", "config": dict(shape, name="input_1")})
    else:
        entries[0]["config"].update(shape)
    with h5py.File(path, "w", **options) as file:
        file.attrs["keras_version"] = text("2.10.0")
        file.attrs["backend"] = text("tensorflow")
        file.attrs["model_config"] = text(json.dumps({"class_name": "Sequential", "config": {"name": "small", "layers": entries}}))
        if compiled:
            file.attrs["training_config"] = text(json.dumps({
                "loss": {"class_name": "Huber", "config": {"delta": 0.25, "reduction": "auto", "name": "huber_loss"}},
                "metrics": ["mae"], "optimizer_config": OPTIMISER,
            }))
        groups = file.create_group("model_weights")
        groups.attrs["layer_names"] = [name.encode() for _, name, _ in layers]
        for kind, name, _ in layers:
            group = groups.create_group(name)
            names = [f"{name}/{array}:0" for array in weights[name]]
            group.attrs["weight_names"] = [n.encode() for n in names] if names else np.array([])
            for array, value in zip(names, weights[name].values()):
                store(group, array, value)


def keras3(kind, config):
    return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}


def write_keras3(path, layers, weights, functional):
    """An archive as Keras 3's saving_lib.save_model writes it."""
    policy = keras3("DTypePolicy", {"name": "float32"})
    source = keras3("InputLayer", {"batch_shape": [None, SAMPLES, 1], "dtype": "float32", "sparse": False, "name": "input_layer"})
    entries, before = [source], "input_layer"
    for kind, name, config in layers:
        config = dict(config, name=name, trainable=True, dtype=policy)
        if "kernel_size" in config:
            config["kernel_initializer"] = keras3("HeNormal", {"seed": None})
        entry = dict(keras3(kind, config), name=name)
        entry["inbound_nodes"] = [{
            "args": [{"class_name": "__keras_tensor__", "config": {"shape": [None], "dtype": "float32", "keras_history": [before, 0, 0]}}],
            "kwargs": {},
        }]
        entries.append(entry)
        before = name
    if functional:
        source.update(name="input_layer", inbound_nodes=[])
        body = {"name": "small", "layers": entries, "input_layers": [["input_layer", 0, 0]], "output_layers": [[before, 0, 0]]}
    else:
        for entry in entries[1:]:
            del entry["inbound_nodes"], entry["name"]
        body = {"name": "norms", "layers": entries, "build_input_shape": [None, SAMPLES, 1]}
    config = {
        "module": "keras", "class_name": "Functional" if functional else "Sequential", "config": body, "registered_name": None,
        "compile_config": {
            "optimizer": {"module": "keras.optimizers", "class_name": "SGD", "registered_name": None,
                          "config": {"name": "SGD", "learning_rate": 0.009999999776482582, "momentum": 0.9, "nesterov": True, "clipnorm": None}},
            "loss": "mean_absolute_error", "metrics": None,
        },
    }
    buffer, seen = io.BytesIO(), {}
    with h5py.File(buffer, "w") as file:
        file.create_group("vars")
        for kind, name, _ in layers:
            key = {"Conv1D": "conv1d", "Dense": "dense", "Flatten": "flatten", "Dropout": "dropout", "ReLU": "re_lu",
                   "MaxPooling1D": "max_pooling1d", "AveragePooling1D": "average_pooling1d", "Activation": "activation",
                   "GlobalMaxPooling1D": "global_max_pooling1d", "BatchNormalization": "batch_normalization",
                   "LayerNormalization": "layer_normalization"}[kind]
            seen[key] = seen.get(key, -1) + 1
            group = file.create_group(f"layers/{key}_{seen[key]}" if seen[key] else f"layers/{key}").create_group("vars")
            for i, value in enumerate(weights[name].values()):
                group[str(i)] = value
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in [
            ("metadata.json", json.dumps({"keras_version": "3.6.0", "date_saved": "2024-11-01@12:00:00"})),
            ("config.json", json.dumps(config)),
            ("model.weights.h5", buffer.getvalue()),
        ]:
            archive.writestr(zipfile.ZipInfo(name), content)


def of_author(path):
    """Layers and weights of a Keras 2 file, by h5py."""
    with h5py.File(path, "r") as file:
        entries = json.loads(file.attrs["model_config"])["config"]["layers"][1:]
        layers = [(entry["class_name"], entry["config"]["name"], entry["config"]) for entry in entries]
        groups = file["model_weights"]
        return layers, {
            name: {n.split("/")[-1].split(":")[0]: groups[name][n][()] for n in groups[name].attrs["weight_names"]} for _, name, _ in layers
        }


def main(folder, author=None):
    inputs = np.random.default_rng(20).integers(0, 1025, (OBJECTS, SAMPLES)) / 1024
    small, norms = invent(SMALL, 1), invent(NORMS, 2)

    def whole(group, name, value):
        group.create_dataset(name, data=value)

    def shuffled(group, name, value):
        if value.ndim == 1:
            # As HDF5's own library places small arrays on request: within the object's header.
            place = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            place.set_layout(h5py.h5d.COMPACT)
            links = h5py.h5p.create(h5py.h5p.LINK_CREATE)
            links.set_create_intermediate_group(True)
            space = h5py.h5s.create_simple(value.shape)
            array = h5py.h5d.create(group.id, name.encode(), h5py.h5t.IEEE_F32LE, space, dcpl=place, lcpl=links)
            array.write(h5py.h5s.ALL, h5py.h5s.ALL, value)
            return
        group.create_dataset(name, data=value.astype(np.float64), chunks=value.shape, compression="gzip", shuffle=True)

    def pieces(group, name, value):
        group.create_dataset(name, data=value, chunks=tuple(max(1, (n + 2) // 3) for n in value.shape), compression="gzip", shuffle=value.size > 9)

    write_keras2(folder / "small.h5", SMALL, small, whole, str)
    write_keras2(folder / "small-latest.h5", SMALL, small, shuffled, np.bytes_, libver="latest")
    write_keras2(folder / "small-chunks.h5", SMALL, small, pieces, np.bytes_, compiled=False)
    write_keras3(folder / "small.keras", SMALL, small, functional=True)
    write_keras3(folder / "norms.keras", NORMS, norms, functional=False)
    result = folder / "expected.json"
    before = json.loads(result.read_text()) if result.exists() else {}
    expected = {
        "tool": f"h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}, NumPy {np.__version__}",
        "inputs": inputs.tolist(),
        "small": outputs(SMALL, small, inputs),
        "norms": outputs(NORMS, norms, inputs),
        "norms_weights": {name: {array: value.tolist() for array, value in own.items() if value.ndim == 1} for name, own in norms.items()},
        "author": outputs(*of_author(author), inputs) if author else before.get("author"),
    }
    result.write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), *sys.argv[2:])
