"""The contenders in Python: reads one question a line, answers with the CPU milliseconds that its work took."""
import json
import resource
import sys

import numpy as np


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1000


_pairs = {}


def pair(dtype, n):
    key = dtype, n
    if key not in _pairs:
        _pairs.clear()
        rng = np.random.default_rng(1)
        if dtype == "int64":
            e = rng.integers(-(2**62), 2**62, n)
            a = e.copy()
            a[rng.integers(0, n, max(1, n // 1000))] += 1
        else:
            e = ((rng.random(n) - 0.5) * 4).astype(dtype)
            noise = 1e-6 if dtype == "float32" else 1e-3
            a = (e * (1 + noise * (rng.random(n) - 0.5))).astype(dtype)
        _pairs[key] = e, a
    return _pairs[key]


def full(e, a, atol=None, rtol=1e-4):
    """The set `full`, each metric as one would write it with NumPy, in double precision."""
    e64, a64 = e.astype(np.float64), a.astype(np.float64)
    d = a64 - e64
    m, size = np.abs(d), np.abs(e64)
    out = {}
    with np.errstate(all="ignore"):
        scale = np.median(size[np.isfinite(size) & (size > 0)])
        allowed = (rtol * scale if atol is None else atol) + rtol * size
        worst = int(m.argmax())
        out["linf"], out["worst"] = m[worst], worst
        out["mse"] = np.mean(d * d)
        out["rmse"] = np.sqrt(out["mse"])
        out["meanAbs"], out["bias"] = m.mean(), d.mean()
        out["maxRel"] = np.where(m == 0, 0, m / size).max()
        out["linfRelative"] = out["linf"] / (e64.max() - e64.min())
        out["mismatches"] = int(np.count_nonzero(~(m <= allowed)))
        out["utilisation"] = (m / allowed).max()
        out["nan"] = int(np.isnan(e64).sum()), int(np.isnan(a64).sum())
        out["inf"] = int(np.isinf(e64).sum()), int(np.isinf(a64).sum())
        e2, a2, d2 = np.dot(e64, e64), np.dot(a64, a64), np.dot(d, d)
        out["cosine"] = np.dot(e64, a64) / np.sqrt(e2) / np.sqrt(a2)
        out["snrDb"] = 10 * np.log10(e2 / d2)
        bits = {4: np.int32, 2: np.int16, 8: np.int64}[e.dtype.itemsize]
        low = np.iinfo(bits).min
        eo, ao = e.view(bits).astype(np.int64), a.view(bits).astype(np.int64)
        eo, ao = np.where(eo < 0, low - eo, eo), np.where(ao < 0, low - ao, ao)
        ulp = np.abs(ao - eo)
        out["maxUlp"], out["meanUlp"] = ulp.max(), ulp.mean()
        out["exactShare"] = np.mean(e == a)
        out["histogram"] = np.histogram(np.log10(m[m > 0]), bins=20)
    return out


def integers(e, a):
    d = a - e
    different = np.flatnonzero(d)
    m = np.abs(d.astype(np.float64))
    first = [(int(i), int(e[i]), int(a[i])) for i in different[:5]]
    return m.max(), np.mean(m * m), m.mean(), different.size, first, np.mean(e == a)


def core(e, a):
    d = a.astype(np.float64) - e.astype(np.float64)
    m = np.abs(d)
    worst = int(m.argmax())
    return m[worst], np.mean(d * d), m.mean(), int(np.count_nonzero(~(m <= 1e-4 + 1e-4 * np.abs(e)))), int(np.isnan(a).sum())


def polygraphy(e, a):
    from polygraphy.comparator import CompareFunc, IterationResult
    from polygraphy.logger import G_LOGGER

    G_LOGGER.module_severity = G_LOGGER.CRITICAL
    compare = CompareFunc.simple(atol=1e-4, rtol=1e-4)
    return compare(IterationResult({"y": a}, runner_name="a"), IterationResult({"y": e}, runner_name="e"))


def allclose(e, a):
    np.testing.assert_allclose(a, e, rtol=1e-2 if e.dtype == np.float16 else 1e-4, atol=1e-4)


def read(e, a):
    """The two-array read ceiling: the fastest reduction NumPy has, over both arrays as 64-bit integers."""
    return np.bitwise_or.reduce(e.view(np.int64)), np.bitwise_or.reduce(a.view(np.int64))


def streamed(expected, actual, step=10**6):
    """The full set of two files that are larger than memory should be: piece by piece, from memory-mapped arrays."""
    e, a = np.load(expected, mmap_mode="r"), np.load(actual, mmap_mode="r")
    for start in range(0, e.size, step):
        full(e[start : start + step], a[start : start + step])


def accuracy(n):
    """MSE and 1 − cosine of the same numbers as bench/compare.mjs makes, in long double."""
    e, a = pair("float32", n)
    d2 = e2 = a2 = np.longdouble(0)
    for start in range(0, n, 10**6):
        x, y = (v[start : start + 10**6].astype(np.longdouble) for v in (e, a))
        d2, e2, a2 = d2 + np.sum((y - x) ** 2), e2 + np.sum(x * x), a2 + np.sum(y * y)
    norms = np.sqrt(e2) * np.sqrt(a2)
    rest = (d2 - (np.sqrt(a2) - np.sqrt(e2)) ** 2) / (2 * norms)
    return {"mse": float(d2 / n), "rest": float(rest)}


TASKS = {f.__name__: f for f in (full, integers, core, polygraphy, allclose, read)}


def main():
    for line in sys.stdin:
        question = json.loads(line)
        if question["task"] == "load":
            before = cpu()
            np.load(question["path"])
            print(json.dumps({"cpuMs": cpu() - before}), flush=True)
            continue
        if question["task"] == "accuracy":
            for name, array in zip(("expected", "actual"), pair("float32", question["n"])):
                np.save(f"{question['folder']}/{name}.npy", array)
            print(json.dumps(accuracy(question["n"])), flush=True)
            continue
        arrays = pair(question["dtype"], question["n"])
        work = TASKS[question["task"]]
        repeat = question.get("repeat", 1)
        try:
            before = cpu()
            for _ in range(repeat):
                work(*arrays)
            answer = {"cpuMs": (cpu() - before) / repeat}
        except ImportError as error:
            answer = {"missing": str(error)}
        print(json.dumps(answer), flush=True)


if len(sys.argv) == 3:
    streamed(sys.argv[1], sys.argv[2])
else:
    main()
