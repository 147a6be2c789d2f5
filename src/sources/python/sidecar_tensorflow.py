"""TensorFlow as the source: Keras model or callable, .keras file, SavedModel folder."""

import os

import numpy as np
import tensorflow as tf
from sidecar import Refusal
from sidecar_outputs import arguments, name_outputs, parameters_of
from sidecar_tensors import Stored, UnsupportedDtype, stored

FLOATING = ("F64", "F32", "F16", "BF16")


class Program:
    framework = "TensorFlow"
    version = tf.__version__
    packages = ("tensorflow", "tensorflow-cpu", "keras")

    def __init__(self, request):
        self.request = request
        self.device = request.get("device") or "cpu"
        self.dtype = request.get("dtype")
        if self.device.split(":")[0] in ("gpu", "cuda") and not tf.config.list_physical_devices("GPU"):
            raise Refusal("unavailable", f"TensorFlow {tf.__version__} has no GPU here")
        tf.config.threading.set_intra_op_parallelism_threads(request["threads"])
        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.config.experimental.enable_op_determinism()
        tf.config.experimental.enable_tensor_float_32_execution(False)
        self.determinism = {
            "TF_ENABLE_ONEDNN_OPTS": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "unset"),
            "tf.config.experimental.enable_op_determinism": True,
            "tf.config.experimental.tensor_float_32_execution": False,
        }

    def seed(self, seed):
        tf.random.set_seed(seed)

    def load(self, built):
        self.names = built["names"] if built else None
        program = built["object"] if built else self.load_file(self.request["entry"]["file"])
        self.program = program
        if isinstance(program, tf.keras.Model):
            self.program = in_dtype(program, self.dtype) if self.dtype else program
            self.call = self.call_keras
        elif not hasattr(self, "call"):
            self.call = self.call_function

    def load_file(self, path):
        if os.path.isfile(path) and path.endswith((".keras", ".h5")):
            return tf.keras.models.load_model(path, compile=False)
        if not os.path.isdir(path):
            raise Refusal("error", f"{path} is neither a .keras file nor a SavedModel folder")
        if self.dtype:
            raise Refusal("unsupported", f"a SavedModel keeps its dtypes: it cannot run as {self.dtype}; use a Keras model or export.py")
        self.loaded = tf.saved_model.load(path)
        signature = self.request.get("signature") or "serving_default"
        if signature not in self.loaded.signatures:
            raise Refusal("error", f"the SavedModel has no signature {signature}; it has: {', '.join(self.loaded.signatures) or 'none'}")
        self.call = self.call_signature
        return self.loaded.signatures[signature]

    def run(self, inputs):
        tensors = {name: self.to_tensorflow(tensor) for name, tensor in inputs.items()}
        with tf.device("/CPU:0" if self.device == "cpu" else f"/{self.device.replace('cuda', 'gpu').upper()}"):
            result = self.call(tensors)
            taken = self.intermediates(tensors)
        fallback = self.names or getattr(self.program, "output_names", None)
        return name_outputs(result, self.names, self.request.get("outputNames") or fallback, to_stored), taken

    def call_keras(self, tensors):
        return self.program(keras_inputs(self.program, tensors), training=False)

    def call_signature(self, tensors):
        _, keywords = self.program.structured_input_signature
        result = self.program(**match_names(tensors, list(keywords)))
        return with_model_names(result, self.request.get("outputNames"))

    def call_function(self, tensors):
        function = getattr(self.program, "python_function", self.program)
        positional, keywords = arguments(tensors, parameters_of(function))
        return self.program(*positional, **keywords)

    def intermediates(self, tensors):
        wanted = self.request.get("intermediates")
        if not wanted:
            return {}
        if isinstance(self.program, tf.keras.Model):
            return keras_intermediates(self.program, tensors, wanted)
        if hasattr(self.program, "structured_input_signature"):
            return graph_intermediates(self.program, match_names(tensors, list(self.program.structured_input_signature[1])), wanted)
        raise Refusal("unsupported", "intermediates need a Keras model or a SavedModel")

    def to_tensorflow(self, tensor):
        if tensor.token == "STRING":
            return tf.constant(tensor.array.tolist(), dtype=tf.string, shape=tensor.array.shape)
        if tensor.token == "BF16":
            value = tf.bitcast(tf.constant(tensor.array), tf.bfloat16)
        elif tensor.token.startswith("F8"):
            raise UnsupportedDtype(f"{tensor.token} inputs are not supported with TensorFlow")
        else:
            value = tf.constant(tensor.array)
        return tf.cast(value, self.dtype) if self.dtype and tensor.token in FLOATING else value


def to_stored(value):
    """One output; Python numbers are accepted as scalars."""
    if isinstance(value, (tf.RaggedTensor, tf.SparseTensor)):
        raise Refusal("error", f"an output is a {type(value).__name__}; return a dense tensor")
    if not isinstance(value, (tf.Tensor, tf.Variable, np.ndarray, np.generic, bool, int, float)):
        raise Refusal("error", f"an output is a {type(value).__name__}, not a tensor")
    array = value.numpy() if hasattr(value, "numpy") else np.asarray(value)
    if isinstance(array, (bytes, str)):
        return Stored("STRING", np.array(array, dtype=object))
    return stored(array)


def match_names(tensors, names):
    """Inputs by the names of a signature; an exporter may have added `:0` or `serving_default_`."""
    plain = {name.removesuffix(":0").removeprefix("serving_default_"): value for name, value in tensors.items()}
    for candidate in (tensors, plain):
        if set(candidate) == set(names):
            return {name: candidate[name] for name in names}
    if len(names) == 1 and len(tensors) == 1:
        return {names[0]: next(iter(tensors.values()))}
    raise Refusal("error", f"the signature takes {', '.join(names)}; the case gives {', '.join(tensors)}")


def with_model_names(result, wanted):
    """Outputs under the ONNX model's names where the exporter only made some up: one, or `output_0`, `output_1` …"""
    if not wanted or len(wanted) != len(result) or set(wanted) == set(result):
        return result
    generated = [f"output_{index}" for index in range(len(wanted))]
    if len(result) == 1:
        return dict(zip(wanted, result.values()))
    return {name: result[old] for name, old in zip(wanted, generated)} if set(generated) == set(result) else result


def keras_inputs(model, tensors):
    """Arguments in the structure that the model was built with."""
    structure = getattr(model, "_inputs_struct", None)
    if isinstance(structure, dict):
        return match_names(tensors, list(structure))
    declared = [tensor.name for tensor in getattr(model, "inputs", None) or []]
    values = list(tensors.values())
    if len(declared) > 1 and len(declared) == len(values):
        plain = {name.removesuffix(":0"): value for name, value in tensors.items()}
        values = [plain[name] for name in declared] if set(plain) == set(declared) else values
    return values[0] if len(values) == 1 else values


def in_dtype(model, dtype):
    """The same network with the same weights computing in another dtype: made again from its configuration."""
    try:
        config = with_dtype(model.get_config(), dtype)
        twin = model.__class__.from_config(config)
        if not twin.built:
            twin.build(model.input_shape)
        twin.set_weights([weight.astype(dtype) if weight.dtype.kind == "f" else weight for weight in model.get_weights()])
        return twin
    except Exception as error:
        raise Refusal("unsupported", f"the Keras model cannot be made again as {dtype}: {error}") from error


def with_dtype(config, dtype):
    """A Keras configuration with every floating dtype policy replaced."""
    if isinstance(config, dict):
        if config.get("class_name") == "DTypePolicy":
            return dtype
        return {
            key: dtype if key == "dtype" and isinstance(value, str) and "float" in value else with_dtype(value, dtype)
            for key, value in config.items()
        }
    if isinstance(config, (list, tuple)):
        return type(config)(with_dtype(value, dtype) for value in config)
    return config


def keras_intermediates(model, tensors, wanted):
    """Outputs of layers by name."""
    layers = {layer.name: layer for layer in model.layers if not isinstance(layer, tf.keras.layers.InputLayer)}
    if wanted != "all":
        missing = [name for name in wanted if name not in layers]
        if missing:
            raise Refusal("error", f"the model has no layer {', '.join(missing)}")
        layers = {name: layers[name] for name in wanted}
    probe = tf.keras.Model(model.inputs, {name: layer.output for name, layer in layers.items()})
    results = probe(keras_inputs(model, tensors), training=False)
    return {name: to_stored(value) for name, value in results.items() if isinstance(value, tf.Tensor)}


def graph_intermediates(function, keywords, wanted):
    """Tensors of a signature's graph by name, after its variables are frozen and its calls inlined."""
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    frozen = convert_variables_to_constants_v2(function)
    names = {
        tensor.name: tensor
        for operation in frozen.graph.get_operations()
        if operation.type not in ("Const", "Placeholder", "NoOp") and not operation.name.startswith("Func/")
        for tensor in operation.outputs
    }
    if wanted != "all":
        missing = [name for name in wanted if name not in names]
        if missing:
            raise Refusal("error", f"the graph has no tensor {', '.join(missing)}")
        names = {name: names[name] for name in wanted}
    feeds = [keywords[tensor.name.removesuffix(":0")] for tensor in frozen.inputs]
    results = frozen.prune(frozen.inputs, list(names.values()))(*feeds)
    return {name: to_stored(value) for name, value in zip(names, results)}
