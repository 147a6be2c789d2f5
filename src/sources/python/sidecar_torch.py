"""PyTorch as the source: nn.Module or callable, TorchScript, torch.export program."""

import os

import torch
from sidecar import Refusal
from sidecar_outputs import arguments, name_outputs, parameters_of
from sidecar_tensors import Stored, UnsupportedDtype

FLOATING = ("F64", "F32", "F16", "BF16")
# dtypes that NumPy lacks, by their bit patterns
BITS = {"BF16": (torch.bfloat16, torch.int16), "F8_E4M3": (torch.float8_e4m3fn, torch.uint8), "F8_E5M2": (torch.float8_e5m2, torch.uint8)}
TOKENS = {dtype: token for token, (dtype, _) in BITS.items()}


class Program:
    framework = "PyTorch"
    version = torch.__version__
    packages = ("torch", "torchvision", "transformers", "onnx")

    def __init__(self, request):
        self.request = request
        self.device = request.get("device") or "cpu"
        self.dtype = getattr(torch, request["dtype"]) if request.get("dtype") else None
        self.check_device()
        torch.set_num_threads(request["threads"])
        torch.set_num_interop_threads(1)
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cudnn.benchmark = False
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        self.determinism = {
            "torch.use_deterministic_algorithms": True,
            "torch.backends.cudnn.benchmark": False,
            "torch.backends.cudnn.allow_tf32": False,
            "torch.backends.mkldnn.enabled": torch.backends.mkldnn.enabled,
            "torch.get_float32_matmul_precision": torch.get_float32_matmul_precision(),
        }

    def check_device(self):
        kind = self.device.split(":")[0]
        if kind == "cuda" and not torch.cuda.is_available():
            raise Refusal("unavailable", f"PyTorch {torch.__version__} has no CUDA device here")
        if kind == "mps" and not torch.backends.mps.is_available():
            raise Refusal("unavailable", f"PyTorch {torch.__version__} has no MPS device here")

    def seed(self, seed):
        torch.manual_seed(seed)

    def load(self, built):
        self.names = built["names"] if built else None
        program = built["object"] if built else self.load_file(self.request["entry"]["file"])
        if isinstance(program, torch.nn.Module):
            program = self.prepare(program)
        self.program = program
        if not hasattr(self, "parameters"):
            self.parameters = parameters_of(program.forward if isinstance(program, torch.nn.Module) else program)

    def load_file(self, path):
        if not os.path.isfile(path):
            raise Refusal("error", f"{path} does not exist")
        if path.endswith(".pt2"):
            exported = torch.export.load(path)
            self.order = [name for name in exported.graph_signature.user_inputs if isinstance(name, str)]
            return exported.module()
        module = torch.jit.load(path, map_location="cpu")
        self.parameters = {argument.name for argument in module.forward.schema.arguments[1:]}
        return module

    def prepare(self, module):
        try:
            module.eval()
        except NotImplementedError:  # a torch.export program is fixed in the mode it was exported in
            pass
        if self.dtype is not None:
            module = module.to(self.dtype)
        return module.to(self.device) if self.device != "cpu" else module

    def run(self, inputs):
        tensors = {name: self.to_torch(tensor) for name, tensor in inputs.items()}
        order = getattr(self, "order", None)
        if order is not None and set(order) == set(tensors):
            positional, keywords = [tensors[name] for name in order], {}
        else:
            positional, keywords = arguments(tensors, None if order is not None else self.parameters)
        taken, hooks = self.listen()
        default = torch.get_default_dtype()
        try:
            if self.dtype in (torch.float64, torch.float32):
                torch.set_default_dtype(self.dtype)
            with torch.no_grad():
                result = self.program(*positional, **keywords)
        finally:
            torch.set_default_dtype(default)
            for hook in hooks:
                hook.remove()
        return name_outputs(result, self.names, self.request.get("outputNames"), to_stored), taken

    def listen(self):
        """Forward hooks on the scopes asked for; a second call of one module is named `scope#2`."""
        wanted, taken = self.request.get("intermediates"), {}
        if not wanted or not isinstance(self.program, torch.nn.Module):
            return taken, []
        modules = {name: module for name, module in self.program.named_modules() if name}
        if wanted != "all":
            missing = [name for name in wanted if name not in modules]
            if missing:
                raise Refusal("error", f"the module has no scope {', '.join(missing)}")
            modules = {name: modules[name] for name in wanted}
        return taken, [module.register_forward_hook(keeper(name, taken)) for name, module in modules.items()]

    def to_torch(self, tensor):
        if tensor.token == "STRING":
            raise UnsupportedDtype("PyTorch has no string tensors")
        array = tensor.array.copy()
        if tensor.token in BITS:
            dtype, bits = BITS[tensor.token]
            value = torch.from_numpy(array.view("i2" if bits is torch.int16 else "u1")).view(dtype)
        else:
            value = torch.from_numpy(array)
        if self.dtype is not None and tensor.token in FLOATING:
            value = value.to(self.dtype)
        return value.to(self.device) if self.device != "cpu" else value


def keeper(scope, taken):
    """A hook that keeps every tensor a module gave: `scope`, or `scope[i]` where it gave several."""
    calls = [0]

    def hook(_module, _inputs, result):
        calls[0] += 1
        name = scope if calls[0] == 1 else f"{scope}#{calls[0]}"
        if isinstance(result, torch.Tensor):
            taken[name] = to_stored(result)
        elif isinstance(result, (tuple, list)):
            for index, value in enumerate(result):
                if isinstance(value, torch.Tensor):
                    taken[f"{name}[{index}]"] = to_stored(value)

    return hook


def to_stored(value):
    """One output; Python numbers are accepted as scalars."""
    if not isinstance(value, torch.Tensor):
        if not isinstance(value, (bool, int, float)):
            raise Refusal("error", f"an output is a {type(value).__name__}, not a tensor")
        value = torch.tensor(value)
    value = value.detach().cpu().contiguous().clone()
    if value.dtype in TOKENS:
        token = TOKENS[value.dtype]
        return Stored(token, value.view(BITS[token][1]).numpy().view("u2" if token == "BF16" else "u1"))
    from sidecar_tensors import stored

    try:
        return stored(value.resolve_conj().resolve_neg().numpy())
    except TypeError as error:
        raise UnsupportedDtype(f"PyTorch's {value.dtype} tensors cannot be carried") from error
