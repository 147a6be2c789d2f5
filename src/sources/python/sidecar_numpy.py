"""A plain callable over NumPy arrays as the source: `framework: python`."""

import sys

import numpy as np
from sidecar import Refusal
from sidecar_outputs import arguments, name_outputs, parameters_of
from sidecar_tensors import stored


class Program:
    framework = "Python"
    version = np.__version__
    device = "cpu"
    packages = ()
    determinism = {}

    def __init__(self, request):
        self.request = request

    def seed(self, seed):
        pass

    def load(self, built):
        if built is None:
            raise Refusal("error", "framework python needs a function: write the entry as script.py:function")
        framework = framework_of(built["object"])
        if framework is not None:
            name = type(built["object"]).__name__
            raise Refusal("error", f"the entry returned a {name}; say `framework: {framework}` in the suite file")
        self.function, self.names = built["object"], built["names"]

    def run(self, inputs):
        arrays = {name: self.cast(tensor) for name, tensor in inputs.items()}
        positional, keywords = arguments(arrays, parameters_of(self.function))
        result = self.function(*positional, **keywords)
        return name_outputs(result, self.names, self.request.get("outputNames"), stored), {}

    def cast(self, tensor):
        dtype = self.request.get("dtype")
        return tensor.array.astype(dtype) if dtype and tensor.token in ("F64", "F32", "F16") else tensor.array


def framework_of(built):
    """The framework that a returned model belongs to; `None` for a plain callable."""
    torch, keras, tensorflow = (sys.modules.get(name) for name in ("torch", "keras", "tensorflow"))
    if torch is not None and isinstance(built, torch.nn.Module):
        return "pytorch"
    if keras is not None and isinstance(built, keras.Model):
        return "tensorflow"
    if tensorflow is not None and hasattr(built, "get_concrete_function"):
        return "tensorflow"
    return None
