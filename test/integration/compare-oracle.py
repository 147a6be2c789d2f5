"""Writes generated pairs of tensors and what NumPy and SciPy say about them: `python compare-oracle.py FOLDER COUNT`."""
import json
import sys
from pathlib import Path

import ml_dtypes
import numpy as np

DTYPES = {
    "float32": np.float32,
    "float64": np.float64,
    "float16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "float8e4m3fn": ml_dtypes.float8_e4m3fn,
    "float8e4m3fnuz": ml_dtypes.float8_e4m3fnuz,
    "float8e5m2": ml_dtypes.float8_e5m2,
    "float8e5m2fnuz": ml_dtypes.float8_e5m2fnuz,
    "int8": np.int8,
    "int16": np.int16,
    "int32": np.int32,
    "int64": np.int64,
    "uint8": np.uint8,
    "uint16": np.uint16,
    "uint32": np.uint32,
    "uint64": np.uint64,
    "bool": np.bool_,
    "complex64": np.complex64,
    "complex128": np.complex128,
}
WEIGHTS = np.array([8, 4, 4, 3, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1, 2, 1, 1, 1], dtype=float)
SPECIALS = [0.0, -0.0, np.nan, np.inf, -np.inf, 1e-45, 5e-324, 6e-8, 3.4e38, 65504.0, 1.0]
LONG = np.longdouble


def shape_of(rng, index):
    if index % 37 == 0:
        return tuple(int(n) for n in rng.integers(0, 4, size=rng.integers(1, 5)))
    rank = int(rng.integers(0, 6))
    limit = [1, 20000, 140, 27, 12, 7][rank]
    return tuple(int(n) for n in rng.integers(1, limit + 1, size=rank))


def values_of(rng, shape):
    size = int(np.prod(shape))
    kind = rng.integers(0, 6)
    values = rng.standard_normal(size) * 10.0 ** rng.integers(-6, 7)
    if kind == 1:
        values = np.exp(rng.uniform(-30, 30, size))
    if kind == 2:
        values = np.maximum(values, 0)
    if kind == 3:
        values = np.sort(np.abs(values))
    if kind == 4:
        values = np.full(size, values[0] if size else 0.0)
    return values


def pair_of(rng, dtype, shape):
    expected = values_of(rng, shape)
    noise = 10.0 ** rng.integers(-9, 2)
    how = rng.integers(0, 4)
    actual = expected * (1 + noise * rng.standard_normal(expected.size))
    if how == 1:
        actual = expected + noise * rng.standard_normal(expected.size)
    if how == 2:
        actual = expected.copy()
    if how == 3:
        chosen = rng.random(expected.size) < 0.01
        actual = np.where(chosen, actual, expected)
    share = [0, 0, 0.01, 0.5, 1][rng.integers(0, 5)]
    for side in (expected, actual):
        odd = rng.random(side.size) < share
        side[odd] = rng.choice(SPECIALS, odd.sum())
    same = rng.random(expected.size) < 0.5
    actual[same] = expected[same]
    return cast(rng, expected, dtype, shape), cast(rng, actual, dtype, shape)


def cast(rng, values, dtype, shape):
    with np.errstate(all="ignore"):
        if np.issubdtype(dtype, np.complexfloating):
            return (values + 1j * np.roll(values, 1)).astype(dtype).reshape(shape)
        if dtype == np.bool_:
            return (np.nan_to_num(values) > 0).reshape(shape)
        if np.issubdtype(dtype, np.integer):
            info = np.iinfo(dtype)
            scaled = np.nan_to_num(values, posinf=1e30, neginf=-1e30) * (2.0**50 if info.bits == 64 else 3)
            whole = np.array([min(max(int(v), info.min), info.max) for v in scaled], dtype=object)
            return whole.astype(dtype).reshape(shape)
        return values.astype(dtype).reshape(shape)


def ordinals(array):
    """Signed magnitude of the bit pattern, as Python integers would give it."""
    bits = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}[array.dtype.itemsize]
    codes = array.view(bits)
    width = array.dtype.itemsize * 8
    magnitude = codes & bits(2 ** (width - 1) - 1)
    negative = codes >> bits(width - 1) == 1
    return magnitude, negative


def ulps(e, a):
    em, en = ordinals(e)
    am, an = ordinals(a)
    same = en == an
    apart = np.where(am > em, am - em, em - am).astype(np.float64)
    wide = em.astype(np.uint64) + am.astype(np.uint64) if e.dtype.itemsize < 8 else em + am
    return np.where(same, apart, wide.astype(np.float64))


def oracle(name, expected, actual, atol, rtol):
    e, a = expected.ravel(), actual.ravel()
    kind = "complex" if name.startswith("complex") else "float" if "float" in name else "int"
    n = e.size
    with np.errstate(all="ignore"):
        if kind == "complex":
            e64, a64 = e.astype(np.complex128), a.astype(np.complex128)
        elif name in ("int64", "uint64"):
            e64, a64 = e.astype(object), a.astype(object)
        else:
            e64, a64 = e.astype(np.float64), a.astype(np.float64)
        out = {}
        if kind == "int":
            finite = np.ones(n, bool)
            d = np.array([int(x) - int(y) for x, y in zip(a.tolist(), e.tolist())], dtype=object).astype(np.float64)
            e64, a64 = e.astype(np.float64), a.astype(np.float64)
            size = np.abs(d)
            matched = np.zeros(n, bool)
        else:
            finite = np.isfinite(e64) & np.isfinite(a64)
            both_nan = np.isnan(e64) & np.isnan(a64)
            matched = ~finite & (both_nan | ((e64 == a64) & ~np.isnan(e64)))
            d = a64 - e64
            size = np.hypot(d.real, d.imag) if kind == "complex" else np.abs(d)
        odd = ~finite & ~matched
        if kind != "int":
            out["nanActual"] = int((odd & np.isnan(a64) & ~np.isnan(e64)).sum())
            out["nanExpected"] = int((odd & np.isnan(e64) & ~np.isnan(a64)).sum())
            out["infMismatches"] = int((odd & ~np.isnan(e64) & ~np.isnan(a64)).sum())
        magnitude = np.hypot(e64.real, e64.imag) if kind == "complex" else np.abs(e64)
        outside = finite & ~(size <= atol + rtol * magnitude)
        out["mismatches"] = int((outside | odd).sum())
        out["mismatchShare"] = out["mismatches"] / n if n else 0
        out["exactShare"] = int(((e64 == a64) & (size == 0) & finite | matched).sum()) / n if n else 1
        f = finite
        if not odd.any() and f.any():
            df, sf, ef, af = d[f], size[f], magnitude[f], np.abs(a64[f])
            count = int(f.sum())
            squares = (sf.astype(LONG) ** 2).sum()
            out["linf"] = sf.max()
            out["mse"] = float(squares / count)
            out["rmse"] = float(np.sqrt(squares / count))
            out["meanAbs"] = float(sf.astype(LONG).sum() / count)
            if kind != "complex":
                out["bias"] = float(df.astype(LONG).sum() / count)
            relative = np.where(sf == 0, 0, sf / ef)
            out["maxRel"] = relative.max()
            e2, a2 = (ef.astype(LONG) ** 2).sum(), (af.astype(LONG) ** 2).sum()
            # Squares beyond the range of doubles are not rescued.
            held = all(1e-290 < sum_ < 1e290 for sum_ in (e2, a2, squares))
            if held:
                out["snrDb"] = float(10 * np.log10(e2 / squares))
            if held or squares == 0 and 1e-290 < e2 < 1e290:
                x, y = e64[f].astype(np.clongdouble), a64[f].astype(np.clongdouble)
                out["cosine"] = float((x * np.conj(y)).sum().real / np.sqrt(e2) / np.sqrt(a2))
            if kind == "float":
                distance = ulps(e[f], a[f])
                out["maxUlp"] = distance.max()
                out["meanUlp"] = float(distance.astype(LONG).sum() / count)
            order = np.sort(np.concatenate([sf, np.full(int(odd.sum()), np.inf)]))
            for key, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p9999", 0.9999)):
                out[key] = order[max(0, int(np.ceil(share * order.size)) - 1)]
        positive = magnitude[np.isfinite(magnitude) & (magnitude > 0)]
        out["scale"] = float(np.median(positive)) if positive.size else 0.0
        finite_e = magnitude[np.isfinite(magnitude)]
        out["expectedMeanSquare"] = float((finite_e.astype(LONG) ** 2).mean()) if finite_e.size else 0.0
    return out


def wire(value):
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not np.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def main(folder, count):
    rng = np.random.default_rng(20261121)
    names = list(DTYPES)
    with open(Path(folder) / "pairs.bin", "wb") as data, open(Path(folder) / "pairs.jsonl", "w") as lines:
        offset = 0
        for index in range(count):
            name = names[rng.choice(len(names), p=WEIGHTS / WEIGHTS.sum())]
            large = index == count - 1
            if large:
                name = "float32"
            shape = (10_000_000,) if large else shape_of(rng, index)
            expected, actual = pair_of(rng, DTYPES[name], shape)
            if large:
                finite = np.isfinite(expected) & np.isfinite(actual)
                expected, actual = np.where(finite, expected, 0), np.where(finite, actual, 0)
            atol = float([0, 1e-7, 1e-3, 1][rng.integers(0, 4)])
            rtol = float([0, 1e-7, 1e-3, 0.1][rng.integers(0, 4)])
            if name == "bool":
                atol = rtol = 0.0
            row = {"dtype": name, "shape": shape, "offset": offset, "atol": atol, "rtol": rtol}
            row["metrics"] = {key: wire(value) for key, value in oracle(name, expected, actual, atol, rtol).items()}
            for side in (expected, actual):
                raw = np.ascontiguousarray(side).tobytes()
                raw += b"\0" * (-len(raw) % 16)
                data.write(raw)
                offset += len(raw)
            lines.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
