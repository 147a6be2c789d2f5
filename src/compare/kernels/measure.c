/* The fused pass of the comparison as WebAssembly SIMD. Built by scripts/build-kernels.mjs into measure.gen.ts.
 *
 * One call measures up to CAPACITY elements, in blocks of BLOCK that stay in the first cache. Sums are formed per
 * block in double precision and added to the totals with Neumaier's compensation. The formulas are those of
 * ../measure.ts, which stays the reference and serves small tensors. */
#include <stdint.h>
#include <wasm_simd128.h>

#define CAPACITY 16384
#define CHUNK 4096
#define BLOCK 1024
#define DECADES 633
#define EXPORT(name) __attribute__((export_name(#name)))

/* Flags of measure_f32 and measure_f64. */
enum { FULL = 1, NORMS = 2, FACTS_ACTUAL = 4, NAN_EQUAL = 8, INF_EQUAL = 16, ULP = 32 };
enum { ULP_FLOAT32 = 0, ULP_FLOAT16 = 1, ULP_BFLOAT16 = 2 };

/* Order known to ../kernels/kernel.ts. The first SUMS entries are compensated. */
enum {
  SUM_ABS, SUM_SIGNED, SUM_SQUARES, SUM_EXPECTED_SQUARES, SUM_ACTUAL_SQUARES, SUM_PRODUCTS, SUM_ULP,
  E_SUM, E_SUM_SQUARES, A_SUM, A_SUM_SQUARES, SUMS,
  FINITE_PAIRS = SUMS, MAX_ABS, MAX_RELATIVE, MAX_RATIO, OUTSIDE, EQUAL,
  NAN_ACTUAL, NAN_EXPECTED, NAN_BOTH, INF_MISMATCHES, MAX_ULP,
  E_FINITE, E_MIN, E_MAX, E_NAN, E_POS_INF, E_NEG_INF, E_ZEROS,
  A_FINITE, A_MIN, A_MAX, A_NAN, A_POS_INF, A_NEG_INF, A_ZEROS,
  TOTALS
};

static double totals[TOTALS];
static double lost[SUMS];
static double chunkMax[CAPACITY / CHUNK];
static double chunkOdd[CAPACITY / CHUNK];

/* Inputs: doubles with their difference, or float32, or 16-bit codes; each block is padded with zeros. */
static double e64[CAPACITY + 8] __attribute__((aligned(16)));
static double a64[CAPACITY + 8] __attribute__((aligned(16)));
static double d64[CAPACITY + 8] __attribute__((aligned(16)));
static float e32[CAPACITY + 8] __attribute__((aligned(16)));
static float a32[CAPACITY + 8] __attribute__((aligned(16)));
static uint16_t e16[CAPACITY + 8] __attribute__((aligned(16)));
static uint16_t a16[CAPACITY + 8] __attribute__((aligned(16)));

/* Four histograms, so that equal bins in a row do not wait for each other. */
static uint32_t histogram[4][DECADES + 2];
static double decades[DECADES];
/* Lower edges 10^k; decade of the smallest number of each binary exponent (0…2047), then of each count of leading
 * zeros of a subnormal number (2048 + clz); the last of these is zero itself. Filled by kernel.ts. */
static double edges[DECADES + 2];
static uint16_t decadeOf[2048 + 65];

EXPORT(totals) double *get_totals(void) { return totals; }
EXPORT(chunk_max) double *get_chunk_max(void) { return chunkMax; }
EXPORT(chunk_odd) double *get_chunk_odd(void) { return chunkOdd; }
EXPORT(e64) double *get_e64(void) { return e64; }
EXPORT(a64) double *get_a64(void) { return a64; }
EXPORT(d64) double *get_d64(void) { return d64; }
EXPORT(e32) float *get_e32(void) { return e32; }
EXPORT(a32) float *get_a32(void) { return a32; }
EXPORT(e16) uint16_t *get_e16(void) { return e16; }
EXPORT(a16) uint16_t *get_a16(void) { return a16; }
EXPORT(decades) double *get_decades(void) { return decades; }
EXPORT(edges) double *get_edges(void) { return edges; }
EXPORT(decade_of) uint16_t *get_decade_of(void) { return decadeOf; }

EXPORT(reset) void reset(void) {
  for (int i = 0; i < TOTALS; i++) totals[i] = 0;
  for (int i = 0; i < SUMS; i++) lost[i] = 0;
  for (int i = 0; i < DECADES; i++) decades[i] = 0;
  totals[E_MIN] = totals[A_MIN] = __builtin_inf();
  totals[E_MAX] = totals[A_MAX] = -__builtin_inf();
}

/* Folds what compensation kept and what the histograms hold into the totals. */
EXPORT(finish) void finish(void) {
  for (int i = 0; i < SUMS; i++) {
    double with = totals[i] + lost[i];
    if (with - with == 0) totals[i] = with;
    lost[i] = 0;
  }
  for (int k = 0; k < DECADES + 2; k++) {
    double count = 0;
    for (int lane = 0; lane < 4; lane++) {
      count += histogram[lane][k];
      histogram[lane][k] = 0;
    }
    if (k < DECADES) decades[k] += count;
    if (k == DECADES) totals[EQUAL] += count;
  }
}

static inline void add(int which, double part) {
  double sum = totals[which];
  double next = sum + part;
  lost[which] += __builtin_fabs(sum) >= __builtin_fabs(part) ? (sum - next) + part : (part - next) + sum;
  totals[which] = next;
}

static inline void raise(int which, double value) {
  if (value > totals[which]) totals[which] = value;
}

static inline void lower(int which, double value) {
  if (value < totals[which]) totals[which] = value;
}

static inline double sum2(v128_t v) { return wasm_f64x2_extract_lane(v, 0) + wasm_f64x2_extract_lane(v, 1); }

static inline double max2(v128_t v) {
  double a = wasm_f64x2_extract_lane(v, 0), b = wasm_f64x2_extract_lane(v, 1);
  return a > b ? a : b;
}

static inline double min2(v128_t v) {
  double a = wasm_f64x2_extract_lane(v, 0), b = wasm_f64x2_extract_lane(v, 1);
  return a < b ? a : b;
}

static inline int sum4(v128_t v) {
  return wasm_i32x4_extract_lane(v, 0) + wasm_i32x4_extract_lane(v, 1) + wasm_i32x4_extract_lane(v, 2) +
         wasm_i32x4_extract_lane(v, 3);
}

/* ---- decades ---- */

static inline int decade_bin(double m) {
  uint64_t bits;
  __builtin_memcpy(&bits, &m, 8);
  uint32_t exponent = (uint32_t)(bits >> 52);
  uint32_t key = exponent;
  if (__builtin_expect(exponent == 0, 0)) key = 2048 + (bits == 0 ? 64 : (uint32_t)__builtin_clzll(bits));
  int k = decadeOf[key];
  return k + (m >= edges[k + 1]);
}

/* ---- the block, written once for float32 and once for double sources ---- */

typedef struct {
  double sumAbs, sumSigned, sumSquares, sumE, sumA, sumE2, sumA2, sumEA, max;
} Sums;

#define ZERO wasm_f64x2_splat(0)

#define ADD_BOTH(total, low, high) total = wasm_f64x2_add(total, wasm_f64x2_add(low, high));

/* Hides a value from the compiler, which else would make selections of masks, shuffles of loads, and constants anew
 * at every use: each costs several instructions once V8 has translated it. */
#define OPAQUE(value) __asm__("" : "+r"(value))
#define ABS64 wasm_i64x2_splat(0x7fffffffffffffff)
#define ABS32 wasm_i32x4_splat(0x7fffffff)

#define LOAD64                                                               \
  v128_t eLow = wasm_v128_load(e64 + from + i), eHigh = wasm_v128_load(e64 + from + i + 2); \
  v128_t aLow = wasm_v128_load(a64 + from + i), aHigh = wasm_v128_load(a64 + from + i + 2); \
  v128_t dLow = wasm_v128_load(d64 + from + i), dHigh = wasm_v128_load(d64 + from + i + 2);

/* Where no lane of |d| exceeds `bar` of its allowance, or `rel` times |expected|, no ratio can beat what is known. The
 * test leaves room for its own rounding. */
#define TEST_STEP(e, d)                                                      \
  {                                                                          \
    v128_t m = wasm_v128_and(d, abs64), size = wasm_v128_and(e, abs64);      \
    v128_t isOver = wasm_f64x2_gt(m, wasm_f64x2_add(c0, wasm_f64x2_mul(c1, size))); \
    OPAQUE(isOver);                                                          \
    over = wasm_v128_or(over, isOver);                                       \
    v128_t isRelative = wasm_f64x2_gt(m, wasm_f64x2_mul(c2, size));          \
    OPAQUE(isRelative);                                                      \
    relative = wasm_v128_or(relative, isRelative);                           \
    most = wasm_f64x2_pmax(most, m);                                         \
    sumAbs = wasm_f64x2_add(sumAbs, m);                                      \
  }

static void sum_block_f64(int from, int n, int full, double atol, double rtol, double bar, double rel, Sums *out,
                          int *overAny, int *relativeAny) {
  v128_t abs64 = ABS64, over = ZERO, relative = ZERO, most = ZERO, sumAbs = ZERO, squares = ZERO;
  OPAQUE(abs64);
  double slack = 1 - 0x1p-50;
  v128_t c0 = wasm_f64x2_splat(bar * atol * slack), c1 = wasm_f64x2_splat(bar * rtol * slack), c2 = wasm_f64x2_splat(rel * slack);
  for (int i = 0; i < n; i += 4) {
    LOAD64 (void)aLow, (void)aHigh;
    TEST_STEP(eLow, dLow)
    TEST_STEP(eHigh, dHigh)
    ADD_BOTH(squares, wasm_f64x2_mul(dLow, dLow), wasm_f64x2_mul(dHigh, dHigh))
  }
  v128_t sumSigned = ZERO, sumE = ZERO, sumA = ZERO, e2 = ZERO, a2 = ZERO, ea = ZERO;
  for (int i = 0; i < n && full; i += 4) {
    LOAD64
    ADD_BOTH(sumSigned, dLow, dHigh)
    ADD_BOTH(sumE, eLow, eHigh)
    ADD_BOTH(sumA, aLow, aHigh)
    ADD_BOTH(e2, wasm_f64x2_mul(eLow, eLow), wasm_f64x2_mul(eHigh, eHigh))
    ADD_BOTH(a2, wasm_f64x2_mul(aLow, aLow), wasm_f64x2_mul(aHigh, aHigh))
    ADD_BOTH(ea, wasm_f64x2_mul(eLow, aLow), wasm_f64x2_mul(eHigh, aHigh))
  }
  *out = (Sums){sum2(sumAbs), sum2(sumSigned), sum2(squares), sum2(sumE), sum2(sumA), sum2(e2), sum2(a2), sum2(ea), max2(most)};
  *overAny = wasm_v128_any_true(over);
  *relativeAny = wasm_v128_any_true(relative);
}

static inline int lanes(v128_t counts) {
  return wasm_i64x2_extract_lane(counts, 0) + wasm_i64x2_extract_lane(counts, 1);
}

/* Most errors of a block lie in its four highest decades: these are counted by comparing with their edges, which
 * takes no table and no branch; the rest, and blocks of extreme size, go one by one. Zeros go to the bin beyond the
 * last decade, which finish() adds to `equal`. */
static void add_decades(int from, int n, int padded, double max) {
  const double *d = d64 + from;
  if (max == 0) { histogram[0][DECADES] += n; return; }
  int top = decade_bin(max);
  if (top < 3 || top >= DECADES) {
    for (int i = 0; i < n; i++) histogram[i & 3][decade_bin(__builtin_fabs(d[i]))]++;
    return;
  }
  v128_t edge0 = wasm_f64x2_splat(edges[top]), edge1 = wasm_f64x2_splat(edges[top - 1]), edge2 = wasm_f64x2_splat(edges[top - 2]), edge3 = wasm_f64x2_splat(edges[top - 3]);
  v128_t fourth = wasm_i64x2_splat(0);
  v128_t zero = wasm_i64x2_splat(0), first = zero, second = zero, third = zero;
  for (int i = 0; i < padded; i += 4) {
    v128_t a = wasm_f64x2_abs(wasm_v128_load(d + i)), b = wasm_f64x2_abs(wasm_v128_load(d + i + 2));
    zero = wasm_i64x2_sub(zero, wasm_i64x2_add(wasm_f64x2_eq(a, ZERO), wasm_f64x2_eq(b, ZERO)));
    first = wasm_i64x2_sub(first, wasm_i64x2_add(wasm_f64x2_ge(a, edge0), wasm_f64x2_ge(b, edge0)));
    second = wasm_i64x2_sub(second, wasm_i64x2_add(wasm_f64x2_ge(a, edge1), wasm_f64x2_ge(b, edge1)));
    third = wasm_i64x2_sub(third, wasm_i64x2_add(wasm_f64x2_ge(a, edge2), wasm_f64x2_ge(b, edge2)));
    fourth = wasm_i64x2_sub(fourth, wasm_i64x2_add(wasm_f64x2_ge(a, edge3), wasm_f64x2_ge(b, edge3)));
  }
  int zeros = lanes(zero) - (padded - n), c1 = lanes(first), c2 = lanes(second), c3 = lanes(third), c4 = lanes(fourth);
  histogram[0][DECADES] += zeros;
  histogram[0][top] += c1;
  histogram[0][top - 1] += c2 - c1;
  histogram[0][top - 2] += c3 - c2;
  histogram[0][top - 3] += c4 - c3;
  int rest = n - zeros - c4;
  for (int i = 0; rest > 0; i += 4) {
    v128_t a = wasm_f64x2_abs(wasm_v128_load(d + i)), b = wasm_f64x2_abs(wasm_v128_load(d + i + 2));
    v128_t low = wasm_v128_and(wasm_f64x2_lt(a, edge3), wasm_f64x2_gt(a, ZERO));
    v128_t high = wasm_v128_and(wasm_f64x2_lt(b, edge3), wasm_f64x2_gt(b, ZERO));
    if (!wasm_v128_any_true(wasm_v128_or(low, high))) continue;
    for (int j = i; j < i + 4; j++) {
      double m = __builtin_fabs(d[j]);
      if (m != 0 && m < edges[top - 3]) { histogram[j & 3][decade_bin(m)]++; rest--; }
    }
  }
}

/* The exact largest |d| ÷ allowed and |d| ÷ |expected|, and the elements outside; run only on blocks where one of
 * them can change. */
#define RATIO_STEP(e, d)                                                     \
  {                                                                          \
    v128_t m = wasm_f64x2_abs(d), size = wasm_f64x2_abs(e);                  \
    v128_t allowed = wasm_f64x2_add(atolV, wasm_f64x2_mul(rtolV, size));     \
    ratio = wasm_f64x2_pmax(ratio, wasm_f64x2_div(m, allowed));              \
    outside = wasm_i64x2_sub(outside, wasm_f64x2_gt(m, allowed));            \
  }

#define RELATIVE_STEP(e, d) \
  relative = wasm_f64x2_pmax(relative, wasm_f64x2_div(wasm_f64x2_abs(d), wasm_f64x2_abs(e)));

#define RATIO_BLOCKS(SUFFIX, LOADS)                                          \
  static void ratio_block_##SUFFIX(int from, int n, double atol, double rtol) { \
    v128_t ratio = ZERO, outside = ZERO;                                     \
    v128_t atolV = wasm_f64x2_splat(atol), rtolV = wasm_f64x2_splat(rtol);   \
    for (int i = 0; i < n; i += 4) {                                         \
      LOADS (void)aLow, (void)aHigh;                                         \
      RATIO_STEP(eLow, dLow)                                                 \
      RATIO_STEP(eHigh, dHigh)                                               \
    }                                                                        \
    raise(MAX_RATIO, max2(ratio));                                           \
    totals[OUTSIDE] += wasm_i64x2_extract_lane(outside, 0) + wasm_i64x2_extract_lane(outside, 1); \
  }                                                                          \
  static void relative_block_##SUFFIX(int from, int n) {                     \
    v128_t relative = ZERO;                                                  \
    for (int i = 0; i < n; i += 4) {                                         \
      LOADS (void)aLow, (void)aHigh;                                         \
      RELATIVE_STEP(eLow, dLow)                                              \
      RELATIVE_STEP(eHigh, dHigh)                                            \
    }                                                                        \
    raise(MAX_RELATIVE, max2(relative));                                     \
  }

RATIO_BLOCKS(f64, LOAD64)

/* ---- extremes and zeros of one side of a finite block ---- */

static __attribute__((noinline)) void extremes_f32(const float *values, int n, double scale, int min, int max, int zeros) {
  int i = 0;
  double least = __builtin_inf(), most = -__builtin_inf(), none = 0;
  if (n >= 4) {
    v128_t low = wasm_v128_load(values), high = low, zero = wasm_i32x4_splat(0), none4 = wasm_i32x4_splat(0);
    v128_t low2 = low, high2 = low, zero2 = zero;
    for (; i + 8 <= n; i += 8) {
      v128_t v = wasm_v128_load(values + i), w = wasm_v128_load(values + i + 4);
      low = wasm_f32x4_pmin(low, v);
      low2 = wasm_f32x4_pmin(low2, w);
      high = wasm_f32x4_pmax(high, v);
      high2 = wasm_f32x4_pmax(high2, w);
      zero = wasm_i32x4_sub(zero, wasm_f32x4_eq(v, none4));
      zero2 = wasm_i32x4_sub(zero2, wasm_f32x4_eq(w, none4));
    }
    low = wasm_f32x4_pmin(low, low2);
    high = wasm_f32x4_pmax(high, high2);
    zero = wasm_i32x4_add(zero, zero2);
    least = min2(wasm_f64x2_pmin(wasm_f64x2_promote_low_f32x4(low),
                                 wasm_f64x2_promote_low_f32x4(wasm_i64x2_shuffle(low, low, 1, 1))));
    most = max2(wasm_f64x2_pmax(wasm_f64x2_promote_low_f32x4(high),
                                wasm_f64x2_promote_low_f32x4(wasm_i64x2_shuffle(high, high, 1, 1))));
    none = wasm_i32x4_extract_lane(zero, 0) + wasm_i32x4_extract_lane(zero, 1) + wasm_i32x4_extract_lane(zero, 2) +
           wasm_i32x4_extract_lane(zero, 3);
  }
  for (; i < n; i++) {
    double v = values[i];
    if (v < least) least = v;
    if (v > most) most = v;
    none += v == 0;
  }
  lower(min, least * scale);
  raise(max, most * scale);
  totals[zeros] += none;
}

static void extremes_f64(const double *values, int n, int min, int max, int zeros) {
  double least = __builtin_inf(), most = -__builtin_inf(), none = 0;
  for (int i = 0; i < n; i++) {
    double v = values[i];
    least = v < least ? v : least;
    most = v > most ? v : most;
    none += v == 0;
  }
  lower(min, least);
  raise(max, most);
  totals[zeros] += none;
}

/* ---- ULP ---- */

static void ulp_block_f64(int from, int n) {
  uint64_t most = 0;
  double sum = 0;
  for (int i = from; i < from + n; i++) {
    int64_t e, a;
    __builtin_memcpy(&e, e64 + i, 8);
    __builtin_memcpy(&a, a64 + i, 8);
    e = e < 0 ? -(e & INT64_MAX) : e;
    a = a < 0 ? -(a & INT64_MAX) : a;
    uint64_t distance = a > e ? (uint64_t)a - (uint64_t)e : (uint64_t)e - (uint64_t)a;
    most = distance > most ? distance : most;
    sum += (double)distance;
  }
  raise(MAX_ULP, (double)most);
  add(SUM_ULP, sum);
}

/* ---- non-finite elements ---- */

/* One side of a block that holds something non-finite, without branches. */
typedef struct {
  double finite, nan, posInf, negInf, zeros, min, max, sum, squares;
} OddSide;

static inline __attribute__((always_inline)) void add_odd(OddSide *side, double v) {
  int isFinite = v - v == 0;
  double kept = isFinite ? v : 0;
  side->finite += isFinite;
  side->nan += v != v;
  side->posInf += v == __builtin_inf();
  side->negInf += v == -__builtin_inf();
  side->zeros += v == 0;
  side->sum += kept;
  side->squares += kept * kept;
  side->min = isFinite && v < side->min ? v : side->min;
  side->max = isFinite && v > side->max ? v : side->max;
}

static void take_odd(const OddSide *side, int finite, int min, int nan, int sum) {
  totals[finite] += side->finite;
  lower(min, side->min);
  raise(min + 1, side->max);
  totals[nan] += side->nan;
  totals[nan + 1] += side->posInf;
  totals[nan + 2] += side->negInf;
  totals[nan + 3] += side->zeros;
  add(sum, side->sum);
  add(sum + 1, side->squares);
}

/* Judges a pair with a non-finite member that is not two NaN; returns 1 where it is a mismatch. */
static int judge_odd(double e, double a, int flags) {
  int eNan = e != e, aNan = a != a;
  if (e == a && (flags & INF_EQUAL)) return totals[EQUAL]++, 0;
  totals[NAN_EXPECTED] += eNan && !aNan;
  totals[NAN_ACTUAL] += aNan && !eNan;
  totals[INF_MISMATCHES] += !eNan && !aNan;
  return 1;
}

#define SET_ODD_ASIDE(SUFFIX, E, A, MOVE)                                    \
  static int set_odd_aside_##SUFFIX(int from, int n, int flags, int chunk) { \
    int kept = from;                                                         \
    double bothNan = 0;                                                      \
    OddSide expected = {.min = __builtin_inf(), .max = -__builtin_inf()}, actual = expected; \
    for (int i = from; i < from + n; i++) {                                  \
      double e = E[i], a = A[i];                                             \
      add_odd(&expected, e);                                                 \
      add_odd(&actual, a);                                                   \
      int finite = e - e == 0 && a - a == 0;                                 \
      MOVE                                                                   \
      kept += finite;                                                        \
      int nan = e != e && a != a;                                            \
      bothNan += nan;                                                        \
      if (!finite && !nan && judge_odd(e, a, flags)) chunkOdd[chunk] = 1;    \
    }                                                                        \
    if (flags & NAN_EQUAL) totals[EQUAL] += bothNan;                         \
    else if (bothNan > 0) totals[NAN_BOTH] += bothNan, chunkOdd[chunk] = 1;  \
    take_odd(&expected, E_FINITE, E_MIN, E_NAN, E_SUM);                      \
    take_odd(&actual, A_FINITE, A_MIN, A_NAN, A_SUM);                        \
    return kept - from;                                                      \
  }

SET_ODD_ASIDE(f64, e64, a64, e64[kept] = e64[i]; a64[kept] = a64[i]; d64[kept] = d64[i];)

static int any_odd_f64(int from, int n) {
  v128_t odd = wasm_i64x2_splat(0), top = wasm_i64x2_splat(0x7ff0000000000000LL);
  for (int i = 0; i < n; i += 2) {
    v128_t e = wasm_v128_load(e64 + from + i), a = wasm_v128_load(a64 + from + i);
    odd = wasm_v128_or(odd, wasm_i64x2_eq(wasm_v128_and(e, top), top));
    odd = wasm_v128_or(odd, wasm_i64x2_eq(wasm_v128_and(a, top), top));
  }
  return wasm_v128_any_true(odd);
}

#include "single.h"

/* ---- one block of doubles from beginning to end ---- */

static int is_odd_f64(int from, int n) {
  int whole = n & ~1;
  if (any_odd_f64(from, whole)) return 1;
  for (int i = from + whole; i < from + n; i++) {
    if (e64[i] - e64[i] != 0 || a64[i] - a64[i] != 0) return 1;
  }
  return 0;
}

/* `n` is a multiple of 4 but for the last block of a call, which is padded with zeros: they change no sum and no maximum. */
static __attribute__((noinline)) void block_f64(int from, int n, int chunk, int shape, int flags, int ulp,
                                                            double atol, double rtol) {
  (void)ulp;
  int odd = is_odd_f64(from, n);
  int kept = odd ? set_odd_aside_f64(from, n, flags, chunk) : n;
  if (kept == 0) return;
  int padded = (kept + 3) & ~3;
  for (int i = from + kept; i < from + padded; i++) e64[i] = a64[i] = d64[i] = 0;
  double ratio = totals[MAX_RATIO], bar = ratio < 1 ? ratio : 1;
  Sums sums;
  int over, relative;
  sum_block_f64(from, padded, shape & (FULL | NORMS), atol, rtol, bar, totals[MAX_RELATIVE], &sums, &over, &relative);
  if (over) ratio_block_f64(from, padded, atol, rtol);
  add(SUM_ABS, sums.sumAbs);
  add(SUM_SQUARES, sums.sumSquares);
  totals[FINITE_PAIRS] += kept;
  raise(MAX_ABS, sums.max);
  if (sums.max > chunkMax[chunk]) chunkMax[chunk] = sums.max;
  if (!odd) totals[E_FINITE] += n, totals[A_FINITE] += n;
  if (!odd && (shape & (FULL | NORMS))) add(E_SUM_SQUARES, sums.sumE2);
  if (!(shape & FULL)) return;
  if (relative) relative_block_f64(from, padded);
  add(SUM_SIGNED, sums.sumSigned);
  add(SUM_EXPECTED_SQUARES, sums.sumE2);
  add(SUM_ACTUAL_SQUARES, sums.sumA2);
  add(SUM_PRODUCTS, sums.sumEA);
  add_decades(from, kept, padded, sums.max);
  if (flags & ULP) ulp_block_f64(from, kept);
  if (odd) return;
  add(E_SUM, sums.sumE);
  add(A_SUM, sums.sumA);
  add(A_SUM_SQUARES, sums.sumA2);
  extremes_f64(e64 + from, n, E_MIN, E_MAX, E_ZEROS);
  if (flags & FACTS_ACTUAL) extremes_f64(a64 + from, n, A_MIN, A_MAX, A_ZEROS);
}

#define MEASURE(SUFFIX)                                                      \
  EXPORT(measure_##SUFFIX) void measure_##SUFFIX(int n, int flags, int ulp, double atol, double rtol) { \
    for (int c = 0; c < CAPACITY / CHUNK; c++) chunkMax[c] = chunkOdd[c] = 0; \
    for (int from = 0; from < n; from += BLOCK) {                            \
      int count = n - from < BLOCK ? n - from : BLOCK;                       \
      int chunk = from / CHUNK;                                              \
      block_##SUFFIX(from, count, chunk, flags & (FULL | NORMS), flags, ulp, atol, rtol); \
    }                                                                        \
  }

MEASURE(f32)
MEASURE(f64)

/* Per chunk, the largest atol and rtol that single finite pairs outside the bound ask for; see bounds/needed.ts. */
static double chunkAtol[CAPACITY / CHUNK];
static double chunkRtol[CAPACITY / CHUNK];
EXPORT(chunk_atol) double *get_chunk_atol(void) { return chunkAtol; }
EXPORT(chunk_rtol) double *get_chunk_rtol(void) { return chunkRtol; }

/* A non-finite pair makes d NaN or infinite and is left out by the mask. */
#define NEED_STEP(e, d)                                                      \
  {                                                                          \
    v128_t m = wasm_f64x2_abs(d), size = wasm_f64x2_abs(e);                  \
    v128_t share = wasm_f64x2_mul(rtolV, size);                              \
    v128_t outside = wasm_v128_and(wasm_f64x2_gt(m, wasm_f64x2_add(atolV, share)), wasm_f64x2_lt(m, infinity)); \
    needAtol = wasm_f64x2_pmax(needAtol, wasm_v128_and(outside, wasm_f64x2_sub(m, share))); \
    needRtol = wasm_f64x2_pmax(needRtol, wasm_v128_and(outside, wasm_f64x2_div(wasm_f64x2_sub(m, atolV), size))); \
  }

/* The largest needs so far, and what rounding may hide of a need: blocks that stay below both by more are passed by,
 * and count as needing nothing. */
static double bestAtol, bestRtol, marginAtol, marginRtol;
static int high;
EXPORT(needs_begin) void needs_begin(double maxAbs, double marginOfAtol, double marginOfRtol) {
  bestAtol = bestRtol = 0;
  high = maxAbs >= HIGH;
  marginAtol = marginOfAtol;
  marginRtol = marginOfRtol;
}

static int may_need(int from, int n, double atol, double rtol, double scale) {
  double nearAtol = (bestAtol * (1 - 0x1p-17) - marginAtol) / scale, nearRtol = bestRtol * (1 - 0x1p-17) - marginRtol;
  if (!(nearAtol > 0x1p-100 && nearRtol > 0) || high) return 1;
  double slack = 1 - 0x1p-18;
  v128_t a0 = wasm_f32x4_splat(within_range(nearAtol * slack)), a1 = wasm_f32x4_splat(within_range(rtol * slack));
  v128_t r0 = wasm_f32x4_splat(within_range(atol * slack)), r1 = wasm_f32x4_splat(within_range(nearRtol * slack));
  v128_t over = wasm_f32x4_splat(0), abs32 = ABS32, least = wasm_i32x4_splat(-1);
  OPAQUE(abs32);
  for (int i = from; i < from + n; i += 4) {
    v128_t e4 = wasm_v128_load(e32 + i), a4 = wasm_v128_load(a32 + i);
    v128_t m4 = wasm_v128_and(wasm_f32x4_sub(a4, e4), abs32), size4 = wasm_v128_and(e4, abs32);
    least = wasm_u32x4_min(least, wasm_i32x4_add(size4, wasm_i32x4_splat(-1)));
    v128_t needsAtol = wasm_f32x4_gt(m4, wasm_f32x4_add(a0, wasm_f32x4_mul(a1, size4)));
    v128_t needsRtol = wasm_f32x4_gt(m4, wasm_f32x4_add(r0, wasm_f32x4_mul(r1, size4)));
    OPAQUE(needsAtol);
    OPAQUE(needsRtol);
    over = wasm_v128_or(over, wasm_v128_or(needsAtol, needsRtol));
  }
  return wasm_v128_any_true(wasm_v128_or(over, wasm_u32x4_lt(least, wasm_i32x4_splat(LOW_BITS - 1))));
}

/* Scales a block of subnormal numbers. */
static double scale_of(int from, int n, double atol) {
  int padded = (n + 7) & ~7;
  if (atol >= 0x1p800 || !maybe_tiny(from, n) || kind_f32(from, padded) != ALL_TINY) return 1;
  scale_block(from, padded);
  return UNIT;
}

#define NEEDS(SUFFIX, E, CLEAR, LOADS, SKIPS)                                \
  static void need_of_##SUFFIX(int from, int n, int chunk, double atol, double rtol, double scale) { \
    v128_t atolV = wasm_f64x2_splat(atol), rtolV = wasm_f64x2_splat(rtol), infinity = wasm_f64x2_splat(__builtin_inf()); \
    v128_t needAtol = ZERO, needRtol = ZERO;                                 \
    for (int i = 0; i < n; i += 4) {                                         \
      LOADS (void)aLow, (void)aHigh;                                         \
      NEED_STEP(eLow, dLow)                                                  \
      NEED_STEP(eHigh, dHigh)                                                \
    }                                                                        \
    double mostAtol = max2(needAtol) * scale, mostRtol = max2(needRtol);     \
    if (mostAtol > chunkAtol[chunk]) chunkAtol[chunk] = mostAtol;            \
    if (mostRtol > chunkRtol[chunk]) chunkRtol[chunk] = mostRtol;            \
    if (mostAtol > bestAtol) bestAtol = mostAtol;                            \
    if (mostRtol > bestRtol) bestRtol = mostRtol;                            \
  }                                                                          \
  EXPORT(needs_##SUFFIX) void needs_##SUFFIX(int n, double atol, double rtol) { \
    for (int i = n; i < n + 8; i++) { CLEAR }                                \
    for (int c = 0; c < CAPACITY / CHUNK; c++) chunkAtol[c] = chunkRtol[c] = 0; \
    for (int from = 0; from < n; from += BLOCK) {                            \
      int count = n - from < BLOCK ? n - from : BLOCK;                       \
      double scale = SKIPS ? scale_of(from, count, atol) : 1;                \
      if (SKIPS && !may_need(from, count, atol / scale, rtol, scale)) continue; \
      need_of_##SUFFIX(from, count, from / CHUNK, atol / scale, rtol, scale); \
    }                                                                        \
  }

NEEDS(f32, e32, e32[i] = a32[i] = 0;, LOAD32, 1)
NEEDS(f64, e64, e64[i] = a64[i] = d64[i] = 0;, LOAD64, 0)

/* ---- int64 and uint64: blocks without a difference are done by one look ---- */

static int64_t *const eInt = (int64_t *)e64;
static int64_t *const aInt = (int64_t *)a64;

/* Doubles nearest to the values; their own range alone is exact. */
static inline double as_double(int64_t value, int isUnsigned) { return isUnsigned ? (double)(uint64_t)value : (double)value; }

static void facts_i64(const int64_t *values, int n, int isUnsigned, int finite, int min, int sum, int times) {
  int64_t flip = isUnsigned ? INT64_MIN : 0, least = INT64_MAX, most = INT64_MIN, zeros = 0;
  double total = 0;
  for (int i = 0; i < n; i++) {
    int64_t value = values[i], ordered = value ^ flip;
    least = ordered < least ? ordered : least;
    most = ordered > most ? ordered : most;
    zeros += value == 0;
    total += as_double(value, isUnsigned);
  }
  /* For a block that both sides share, the other side's entries follow at a fixed distance. */
  for (int side = 0; side < times; side++) {
    int shift = side * (A_FINITE - E_FINITE);
    lower(min + shift, as_double(least ^ flip, isUnsigned));
    raise(min + 1 + shift, as_double(most ^ flip, isUnsigned));
    totals[finite + shift] += n;
    totals[min + 5 + shift] += (double)zeros;
    add(sum + side * (A_SUM - E_SUM), total);
  }
}

/* actual − expected, exact below 2^53 and else rounded once. */
static inline double difference_i64(int64_t e, int64_t a, int isUnsigned) {
  int64_t high = isUnsigned ? (int64_t)((uint64_t)a >> 32) - (int64_t)((uint64_t)e >> 32) : (a >> 32) - (e >> 32);
  int64_t low = (int64_t)(uint32_t)a - (int64_t)(uint32_t)e;
  return (double)high * 4294967296.0 + (double)low;
}

static void differences_i64(int from, int n, int isUnsigned, double atol, double rtol, double *chunk) {
  double sumAbs = 0, sumSigned = 0, sumSquares = 0, most = 0, ratio = 0;
  int equal = 0, outside = 0;
  for (int i = from; i < from + n; i++) {
    if (eInt[i] == aInt[i]) {
      equal++;
      continue;
    }
    double d = difference_i64(eInt[i], aInt[i], isUnsigned), m = __builtin_fabs(d);
    double allowed = atol + rtol * __builtin_fabs(as_double(eInt[i], isUnsigned));
    sumAbs += m;
    sumSigned += d;
    sumSquares += d * d;
    most = m > most ? m : most;
    ratio = m / allowed > ratio ? m / allowed : ratio;
    outside += !(m <= allowed);
    histogram[i & 3][decade_bin(m)]++;
  }
  add(SUM_ABS, sumAbs);
  add(SUM_SIGNED, sumSigned);
  add(SUM_SQUARES, sumSquares);
  raise(MAX_ABS, most);
  raise(MAX_RATIO, ratio);
  totals[EQUAL] += equal;
  totals[OUTSIDE] += outside;
  if (most > *chunk) *chunk = most;
}

EXPORT(measure_i64) void measure_i64(int n, int isUnsigned, int facts, double atol, double rtol) {
  for (int c = 0; c < CAPACITY / CHUNK; c++) chunkMax[c] = chunkOdd[c] = 0;
  totals[FINITE_PAIRS] += n;
  for (int from = 0; from < n; from += 256) {
    int count = n - from < 256 ? n - from : 256, i = from;
    v128_t differ = wasm_i64x2_splat(0);
    for (; i + 2 <= from + count; i += 2) {
      differ = wasm_v128_or(differ, wasm_v128_xor(wasm_v128_load(eInt + i), wasm_v128_load(aInt + i)));
    }
    int same = !wasm_v128_any_true(differ) && (i == from + count || eInt[i] == aInt[i]);
    if (facts) facts_i64(eInt + from, count, isUnsigned, E_FINITE, E_MIN, E_SUM, same ? 2 : 1);
    if (same) {
      totals[EQUAL] += count;
      continue;
    }
    if (facts) facts_i64(aInt + from, count, isUnsigned, A_FINITE, A_MIN, A_SUM, 1);
    differences_i64(from, count, isUnsigned, atol, rtol, chunkMax + from / CHUNK);
  }
}

/* ---- the median: values between two bounds are gathered, those below are counted ---- */

static double gathered64[CAPACITY + 4] __attribute__((aligned(16)));
static float gathered32[CAPACITY + 8] __attribute__((aligned(16)));
/* Byte order that moves the chosen lanes of four to the front, by mask. Filled on first use. */
static v128_t packing[16];
static int packed = 0;
static double bracket[3];

EXPORT(gathered32) float *get_gathered32(void) { return gathered32; }
EXPORT(gathered64) double *get_gathered64(void) { return gathered64; }
EXPORT(bracket) double *get_bracket(void) { return bracket; }

static void fill_packing(void) {
  for (int mask = 0; mask < 16; mask++) {
    uint8_t order[16];
    int next = 0;
    for (int lane = 0; lane < 4; lane++) {
      if (mask >> lane & 1) {
        for (int byte = 0; byte < 4; byte++) order[next++] = (uint8_t)(4 * lane + byte);
      }
    }
    while (next < 16) order[next++] = 0;
    packing[mask] = wasm_v128_load(order);
  }
  packed = 1;
}

/* Of the finite non-zero |e32|: bracket = [how many, how many below low, how many in low…high], the latter gathered.
 * 0 < low ≤ high < Infinity. Patterns of magnitudes are compared as integers, which rise with them. */
EXPORT(bracket_f32) void bracket_f32(int n, float low, float high) {
  if (!packed) fill_packing();
  int32_t lowBits, highBits;
  __builtin_memcpy(&lowBits, &low, 4);
  __builtin_memcpy(&highBits, &high, 4);
  int inside = 0, i = 0;
  v128_t lowV = wasm_i32x4_splat(lowBits), highV = wasm_i32x4_splat(highBits), top = wasm_i32x4_splat(0x7f7fffff);
  v128_t zero = wasm_i32x4_splat(0), none = zero, odd = zero, under = zero;
  for (; i + 4 <= n; i += 4) {
    v128_t size = wasm_v128_and(wasm_v128_load(e32 + i), wasm_i32x4_splat(0x7fffffff));
    v128_t less = wasm_i32x4_lt(size, lowV);
    none = wasm_i32x4_sub(none, wasm_i32x4_eq(size, zero));
    odd = wasm_i32x4_sub(odd, wasm_i32x4_gt(size, top));
    under = wasm_i32x4_sub(under, less);
    int mask = 15 ^ wasm_i32x4_bitmask(wasm_v128_or(less, wasm_i32x4_gt(size, highV)));
    wasm_v128_store(gathered32 + inside, wasm_i8x16_swizzle(size, packing[mask]));
    inside += __builtin_popcount((unsigned)mask);
  }
  int zeros = sum4(none), nonFinite = sum4(odd), below = sum4(under);
  for (; i < n; i++) {
    int32_t bits;
    __builtin_memcpy(&bits, e32 + i, 4);
    bits &= 0x7fffffff;
    zeros += bits == 0;
    nonFinite += bits > 0x7f7fffff;
    below += bits < lowBits;
    if (bits >= lowBits && bits <= highBits) __builtin_memcpy(gathered32 + inside++, &bits, 4);
  }
  bracket[0] = n - zeros - nonFinite;
  bracket[1] = below - zeros;
  bracket[2] = inside;
}

EXPORT(bracket_f64) void bracket_f64(int n, double low, double high) {
  int all = 0, below = 0, inside = 0;
  for (int i = 0; i < n; i++) {
    double size = __builtin_fabs(e64[i]);
    int real = size > 0 && size < __builtin_inf();
    gathered64[inside] = size;
    all += real;
    below += real && size < low;
    inside += real && size >= low && size <= high;
  }
  bracket[0] = all;
  bracket[1] = below;
  bracket[2] = inside;
}
