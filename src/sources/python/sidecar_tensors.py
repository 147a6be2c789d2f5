"""Tensors in files: safetensors by NumPy alone, strings as JSON beside it.

A tensor is held as `Stored(token, array)`: `token` is the safetensors dtype, `array` the NumPy storage.
NumPy has no bfloat16 and no float8: these are held as their bit patterns (uint16, uint8).
Format: https://huggingface.co/docs/safetensors (8-byte little-endian header length, JSON header, bytes).
"""

import json
import os
import struct
from typing import NamedTuple

import numpy as np


class Stored(NamedTuple):
    token: str
    array: np.ndarray


STORAGE = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "F8_E4M3": "u1",
    "F8_E5M2": "u1",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "u1",
    "BOOL": "?",
    "C64": "<c8",
}
BY_NUMPY = {
    np.dtype(code): token for token, code in STORAGE.items() if token not in ("BF16", "F8_E4M3", "F8_E5M2")
}
STRING = "STRING"


class UnsupportedDtype(Exception):
    """The files of the exchange cannot carry this dtype."""


def stored(array):
    """Wraps a NumPy array; bfloat16 and float8 of ml_dtypes become bit patterns, text becomes strings."""
    array = np.asarray(array)
    name = array.dtype.name
    if array.dtype.kind in "OSUT":
        return Stored(STRING, array.astype(object))
    if name == "bfloat16":
        return Stored("BF16", array.view(np.uint16))
    if name == "float8_e4m3fn":
        return Stored("F8_E4M3", array.view(np.uint8))
    if name == "float8_e5m2":
        return Stored("F8_E5M2", array.view(np.uint8))
    token = BY_NUMPY.get(array.dtype.newbyteorder("<"))
    if token is None:
        raise UnsupportedDtype(f"{name} tensors cannot be carried")
    return Stored(token, array)


def read(path):
    """All tensors of `path` (safetensors) and of `path` + `.strings.json`, in the file's order."""
    tensors = {}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        array = np.frombuffer(data[begin:end], dtype=STORAGE[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = Stored(entry["dtype"], array)
    strings = path + ".strings.json"
    if os.path.exists(strings):
        with open(strings, encoding="utf-8") as file:
            for name, entry in json.load(file).items():
                array = np.array(entry["values"], dtype=object).reshape(entry["shape"])
                tensors[name] = Stored(STRING, array)
    return tensors


def write(path, tensors):
    """The inverse of `read`."""
    header, strings, chunks, offset = {}, {}, [], 0
    for name, tensor in tensors.items():
        if tensor.token == STRING:
            strings[name] = {"shape": list(tensor.array.shape), "values": [text(v) for v in tensor.array.ravel()]}
            continue
        code = STORAGE[tensor.token]
        data = np.ascontiguousarray(tensor.array).astype(code, copy=False).tobytes()
        header[name] = {
            "dtype": tensor.token,
            "shape": list(tensor.array.shape),
            "data_offsets": [offset, offset + len(data)],
        }
        chunks.append(data)
        offset += len(data)
    encoded = json.dumps(header, ensure_ascii=False).encode()
    encoded += b" " * (-len(encoded) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(encoded)))
        file.write(encoded)
        file.writelines(chunks)
    if strings:
        with open(path + ".strings.json", "w", encoding="utf-8") as file:
            json.dump(strings, file, ensure_ascii=False)


def text(value):
    """One string element; bytes must be UTF-8, as ONNX asks."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
