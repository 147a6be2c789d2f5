"""How what a program returned becomes outputs by name, and how inputs become arguments."""

import inspect
from collections.abc import Mapping

from sidecar import Refusal


def name_outputs(result, names, fallback, convert):
    """Outputs by name: a dict has its names, anything else is matched in order to `names`, else `fallback`."""
    if isinstance(result, Mapping):
        return {str(name): convert(value) for name, value in result.items() if value is not None}
    values = list(result) if isinstance(result, (tuple, list)) else [result]
    nested = [type(value).__name__ for value in values if isinstance(value, (tuple, list, Mapping)) or value is None]
    if nested:
        raise Refusal("error", f"the program returned a {nested[0]} among its outputs; return a dict of tensors, or a flat tuple")
    source = "OUTPUT_NAMES" if names else "the model"
    names = names or fallback or [f"output_{index}" for index in range(len(values))]
    if len(names) != len(values):
        raise Refusal(
            "error",
            f"the program returned {len(values)} outputs, but {source} names {len(names)}: {', '.join(map(str, names))}",
        )
    return {str(name): convert(value) for name, value in zip(names, values)}


def arguments(inputs, parameters):
    """Positional and keyword arguments: by name where the callable has all the names, else in the order given."""
    if parameters is not None and all(name in parameters for name in inputs):
        return [], dict(inputs)
    return list(inputs.values()), {}


def parameters_of(function):
    """Names that `function` takes as keywords; `None` where they cannot be known."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    kinds = {p.kind for p in found}
    # `**inputs` takes every name; `*args, **kwargs` is mostly a wrapper, of which nothing is known.
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return None if inspect.Parameter.VAR_POSITIONAL in kinds else EveryName()
    return {p.name for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}


class EveryName:
    def __contains__(self, name):
        return True
