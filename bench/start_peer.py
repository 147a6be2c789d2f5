"""The contenders of one small check in Python: `plain`, `polygraphy with|without ARGS`, and `save`, which prepares the latter."""
import sys


def plain(model, inputs, expected):
    import numpy as np
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    outputs = dict(zip(names, session.run(None, dict(np.load(inputs)))))
    for name, want in np.load(expected).items():
        d = np.abs(outputs[name].astype(np.float64) - want)
        print(name, d.max(), np.mean(d * d), np.allclose(outputs[name], want, 1e-4, 1e-4))


def save(folder, inputs, expected):
    import numpy as np
    from polygraphy.comparator import RunResults
    from polygraphy.json import save_json

    save_json([dict(np.load(inputs))], f"{folder}/inputs.json")
    results = RunResults()
    results.add([dict(np.load(expected))], runner_name="expected")
    results.save(f"{folder}/expected.json")


def polygraphy(torch, *words):
    if torch == "without":
        sys.modules["torch"] = None
    from polygraphy.tools import main

    sys.argv = ["polygraphy", *words]
    sys.exit(main())


if __name__ == "__main__":
    {"plain": plain, "save": save, "polygraphy": polygraphy}[sys.argv[1]](*sys.argv[2:])
