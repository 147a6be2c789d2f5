"""The backend cases in Python: run by pytest through onnxruntime's backend, or as a script in a tight loop over a folder."""
import glob
import os
import sys

import onnx
from onnx import numpy_helper


def tensor(path):
    with open(path, "rb") as file:
        return numpy_helper.to_array(onnx.TensorProto.FromString(file.read()))


def tight(root):
    import numpy as np
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    counts = {"passed": 0, "failed": 0, "not run": 0}
    for case in sorted(os.listdir(root)):
        folder = os.path.join(root, case)
        if not os.path.exists(f"{folder}/model.onnx"):
            continue
        try:
            session = ort.InferenceSession(f"{folder}/model.onnx", options, providers=["CPUExecutionProvider"])
            names = [value.name for value in session.get_inputs()]
            for data in sorted(glob.glob(f"{folder}/test_data_set_*")):
                feeds = {name: tensor(f"{data}/input_{i}.pb") for i, name in enumerate(names)}
                for i, actual in enumerate(session.run(None, feeds)):
                    expected = tensor(f"{data}/output_{i}.pb")
                    if expected.dtype.kind in "OUSb":
                        assert np.array_equal(actual, expected)
                    else:
                        np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-7)
            counts["passed"] += 1
        except AssertionError:
            counts["failed"] += 1
        except Exception:
            counts["not run"] += 1
    print(counts)


if __name__ == "__main__":
    tight(sys.argv[1])
else:
    import onnx.backend.test.runner as runner
    import onnxruntime.backend
    from onnx.backend.test.loader import load_model_tests

    parent, name = os.path.split(os.environ["ONNX_PARITY_BACKEND_SUITE"])
    runner.load_model_tests = lambda kind: load_model_tests(parent, name) if kind == "node" else []
    tests = runner.Runner(onnxruntime.backend, __name__)
    globals().update(tests.test_cases)
