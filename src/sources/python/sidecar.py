"""Runs a source framework for onnx-parity: a request file in, tensors as files and events out.

    python sidecar.py REQUEST.json      with descriptor 3 open for events (JSON, one line each)

Events: ready {info, files}; start {id}; done {id, file, runMs}; failed {id, kind, message, traceback}; end.
The user's script may print, exit, crash or hang: events have a descriptor of their own, and whoever
started this process holds the deadline. Standard library, NumPy and the framework only.
"""

import faulthandler
import importlib
import importlib.util
import json
import os
import platform
import random
import signal
import sys
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))


class Refusal(Exception):
    """A failure with a kind that the other side knows: unavailable, unsupported or error."""

    def __init__(self, kind, message, package=None):
        super().__init__(message)
        self.kind = kind
        self.package = package


def main():
    emit = open_channel()
    hold_lifeline()
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, all_threads=False)
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    files = watch_files(request["entry"]["file"], os.path.dirname(os.path.realpath(sys.argv[1])))
    program = attempt(emit, None, lambda: load(request))
    if program is None:
        return
    emit({"event": "ready", "info": describe(request, program), "files": sorted(files())})
    for case in request["cases"]:
        emit({"event": "start", "id": case["id"]})
        attempt(emit, case["id"], lambda case=case: run_case(request, program, case, emit))
    emit({"event": "end", "files": sorted(files())})


def load(request):
    """Imports the framework, sets its flags and loads the user's program."""
    framework = request["framework"]
    package = {"pytorch": "torch", "tensorflow": tensorflow_package()}.get(framework, "")
    numpy = need("numpy", f"numpy {package}".strip())
    if framework == "pytorch":
        need("torch", package)
        import sidecar_torch as side
    elif framework == "tensorflow":
        need("tensorflow", package)
        import sidecar_tensorflow as side
    else:
        import sidecar_numpy as side
    program = side.Program(request)
    import sidecar_rollout  # noqa: F401  (found again by run_case, when our folder is no longer looked in)

    # The user's folder, not ours, is where imports of the user's script are looked for.
    entry = os.path.abspath(request["entry"]["file"])
    folder = entry if os.path.isdir(entry) else os.path.dirname(entry)
    sys.path[:] = [folder] + [path for path in sys.path if os.path.abspath(path or ".") != HERE]
    sys.argv = [entry]
    seed_all(request["seed"], program, numpy)
    program.load(build(request))
    return program


def build(request):
    """What the entry's function returns, with its OUTPUT_NAMES; `None` for a saved program."""
    name = request["entry"].get("callable")
    if name is None:
        return None
    path = os.path.abspath(request["entry"]["file"])
    if not os.path.isfile(path):
        raise Refusal("error", f"{path} does not exist")
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
    if spec is None:
        raise Refusal("error", f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    if not callable(getattr(module, name, None)):
        found = ", ".join(sorted(key for key, value in vars(module).items() if callable(value))[:10])
        raise Refusal("error", f"{os.path.basename(path)} has no function {name}; it has: {found or 'none'}")
    built = getattr(module, name)()
    if not callable(built):
        raise Refusal("error", f"{name}() returned {type(built).__name__}, which cannot be called")
    names = getattr(built, "output_names", None) if not hasattr(module, "OUTPUT_NAMES") else module.OUTPUT_NAMES
    return {"object": built, "names": list(names) if isinstance(names, (list, tuple)) else None}


def run_case(request, program, case, emit):
    """Feeds one case and writes its outputs; `done` is emitted only after the file is whole."""
    import numpy
    import sidecar_tensors as tensors

    inputs = tensors.read(case["inputs"])
    inputs = {name: inputs[name] for name in case["names"]}
    seed_all(request["seed"], program, numpy)
    began = time.perf_counter()
    try:
        if case.get("rollout"):
            import sidecar_rollout

            outputs, intermediates = sidecar_rollout.run(program, inputs, case["rollout"])
        else:
            outputs, intermediates = program.run(inputs)
        run_ms = (time.perf_counter() - began) * 1000
        tensors.write(case["outputs"], outputs)
        if case.get("intermediates"):
            tensors.write(case["intermediates"], intermediates)
    except tensors.UnsupportedDtype as error:
        raise Refusal("unsupported", str(error)) from error
    emit({"event": "done", "id": case["id"], "runMs": run_ms, "order": list(outputs)})


def attempt(emit, case_id, action):
    """Runs `action`; whatever it raises becomes a `failed` event."""
    try:
        return action()
    except BaseException as error:  # a user's script may raise anything
        emit({"event": "failed", "id": case_id, "traceback": traceback.format_exc(), **explain(error)})
        return None


def explain(error):
    """What an exception means for the case."""
    if isinstance(error, Refusal):
        return {"kind": error.kind, "message": str(error), "package": error.package}
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = PIP_NAMES.get(error.name, error.name.split(".")[0])
        return {"kind": "unavailable", "message": str(error), "package": package}
    if isinstance(error, MemoryError):
        return {"kind": "out-of-memory", "message": "Python ran out of memory"}
    if isinstance(error, SystemExit):
        return {"kind": "error", "message": f"the script called sys.exit({error.code!r})"}
    return {"kind": "error", "message": f"{type(error).__name__}: {error}"}


# Import names that differ from the package's name.
PIP_NAMES = {"PIL": "pillow", "cv2": "opencv-python", "sklearn": "scikit-learn", "yaml": "pyyaml", "skimage": "scikit-image"}


def need(module, package):
    """Imports a framework or says which package is missing."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise Refusal("unavailable", f"this Python has no {module}", package) from error


def tensorflow_package():
    return "tensorflow-cpu" if sys.platform == "linux" and platform.machine() == "x86_64" else "tensorflow"


def seed_all(seed, program, numpy):
    """Before the build and before each case, so that neither order nor selection of cases matters."""
    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    program.seed(seed)


def describe(request, program):
    """What goes into the provenance."""
    from importlib import metadata

    packages = {}
    for name in ("numpy", *program.packages):
        try:
            packages[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return {
        "framework": program.framework,
        "frameworkVersion": program.version,
        "language": f"Python {platform.python_version()}",
        "device": program.device,
        "dtype": request.get("dtype") or "as built",
        "threads": request["threads"],
        "seed": request["seed"],
        "determinism": program.determinism,
        "packages": packages,
    }


def watch_files(entry, exchange):
    """Notes which files beside the entry are read: helpers and weights are part of the reference."""
    folder = os.path.realpath(entry if os.path.isdir(entry) else os.path.dirname(os.path.abspath(entry)))
    opened = set()

    def hook(event, args):
        if event == "open" and isinstance(args[0], str) and not (isinstance(args[1], str) and set(args[1]) & set("wax+")):
            opened.add(os.path.abspath(args[0]))

    sys.addaudithook(hook)

    def found():
        modules = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
        for path in opened | {path for path in modules if isinstance(path, str)}:
            real = os.path.realpath(path)
            inside = os.path.relpath(real, folder)
            parts = inside.split(os.sep)
            installed = real.startswith((sys.prefix + os.sep, sys.base_prefix + os.sep))
            hidden = installed or any(part.startswith(".") or part in ("__pycache__", "node_modules", "site-packages") for part in parts)
            if not hidden and os.path.isfile(real) and not real.startswith(exchange + os.sep):
                yield inside.replace(os.sep, "/")

    return found


def open_channel():
    """Events go to a private copy of descriptor 3; children of the script do not inherit it."""
    channel = os.dup(3)
    os.close(3)
    # Descriptor 3 stays taken, so that no file of the script gets this number by chance.
    os.open(os.devnull, os.O_RDONLY)

    def emit(event):
        data = (json.dumps(event) + "\n").encode()
        while data:
            data = data[os.write(channel, data) :]

    return emit


def hold_lifeline():
    """Standard input is the lifeline: when the other side dies it closes, and this whole group ends."""
    lifeline = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)

    def wait():
        while os.read(lifeline, 4096):
            pass
        if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)
        os._exit(70)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    # Other sidecar modules import Refusal from here: one class, not two.
    sys.modules["sidecar"] = sys.modules["__main__"]
    main()
