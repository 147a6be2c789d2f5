"""Runs a program step by step on its own outputs; src/run/features/steps.ts does the same for runtimes.

The outputs of step k, counted from 1, are named `logits[step=k]`. Tensors are `Stored`, see sidecar_tensors.py.
"""

import numpy as np
from sidecar_tensors import Stored, stored


def run(program, inputs, rollout):
    outputs, intermediates, before = {}, {}, None
    for step in range(1, rollout["steps"] + 1):
        before, inner = program.run(step_inputs(rollout, inputs, step, before))
        outputs.update({f"{name}[step={step}]": value for name, value in before.items()})
        intermediates.update({f"{name}[step={step}]": value for name, value in inner.items()})
    return outputs, intermediates


def step_inputs(rollout, start, step, before):
    inputs = dict(start)
    for name, axis in rollout["each"]:
        inputs[name] = entries(name, start[name], axis, step - 1, step)
    for name, axis in rollout["grow"]:
        length = start[name].array.shape[axis]
        inputs[name] = entries(name, start[name], axis, 0, length - (rollout["steps"] - step))
    if before is None:
        return inputs
    for feed in rollout["feed"]:
        output = before.get(feed["output"])
        if output is None:
            raise KeyError(f"step {step} feeds on output {feed['output']}; the source gave {', '.join(before)}")
        inputs[feed["input"]] = cast(taken(output, feed["take"]), start[feed["input"]])
    return inputs


def entries(name, tensor, axis, low, high):
    length = tensor.array.shape[axis]
    if not 0 <= low < high <= length:
        raise IndexError(f"axis {axis} of input {name} has {length} entries, fewer than the rollout needs")
    index = (slice(None),) * axis + (slice(low, high),)
    return Stored(tensor.token, np.ascontiguousarray(tensor.array[index]))


def taken(output, what):
    array = output.array
    if what == "all":
        return output
    if array.ndim >= (2 if what == "last" else 3):
        array = array[:, -1:]
    if what == "last":
        return Stored(output.token, np.ascontiguousarray(array))
    if output.token == "BF16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    scores = array.reshape(array.shape[0], -1)
    if scores.dtype.kind == "f":
        # NaN never wins, as in the other implementation.
        scores = np.where(np.isnan(scores), -np.inf, scores)
    return stored(np.argmax(scores, axis=1).astype(np.int64).reshape(-1, 1))


def cast(tensor, like):
    """Integers take the dtype of the input; floats stay as they are, so that a float64 run loses nothing."""
    whole = all(one.token[0] in "IU" for one in (tensor, like))
    if whole and tensor.token != like.token:
        return Stored(like.token, tensor.array.astype(like.array.dtype))
    return tensor
