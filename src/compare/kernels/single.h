/* One block of float32, or of 16-bit codes widened to it; included by measure.c.
 *
 * Sums run in double precision. What decides by comparison alone (bounds, decades, ULP) runs in single precision,
 * four lanes at a time, with a margin: only where rounding could change the answer is it asked again in doubles. */

/* |d| of the block in single precision, and d in double. */
static float magnitude32[BLOCK + 8] __attribute__((aligned(16)));
static double difference[BLOCK + 8] __attribute__((aligned(16)));

/* ---- sums: two loops, since one would need more registers than there are ---- */

/* Conversions straight from memory leave the shuffling port to others. */
#define LOAD32                                                               \
  const float *ePair = e32 + from + i, *aPair = a32 + from + i;              \
  OPAQUE(ePair);                                                             \
  OPAQUE(aPair);                                                             \
  v128_t eLow = wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(ePair));  \
  v128_t aLow = wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(aPair));  \
  v128_t eHigh = wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(ePair + 2)); \
  v128_t aHigh = wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(aPair + 2)); \
  v128_t dLow = wasm_f64x2_sub(aLow, eLow), dHigh = wasm_f64x2_sub(aHigh, eHigh);

static inline float max4(v128_t v) {
  float most = wasm_f32x4_extract_lane(v, 0), next = wasm_f32x4_extract_lane(v, 1);
  most = next > most ? next : most;
  next = wasm_f32x4_extract_lane(v, 2);
  most = next > most ? next : most;
  next = wasm_f32x4_extract_lane(v, 3);
  return next > most ? next : most;
}

/* Lower than `bar` where single precision has no normal number for it: a lower bar only asks more often. */
static inline float within_range(double bar) { return (float)(bar < 0x1p-100 ? 0 : bar < 1e30 ? bar : 1e30); }

/* Single precision cannot test where a product of |expected| falls among the subnormal numbers, nor where |d| may be
 * beyond its largest number: differences of numbers from 2^-104 on are zero or at least 2^-128, and products near those
 * keep the slack below. */
#define LOW_BITS 0x0b800000
#define HIGH 0x1p127

/* As the first half of sum_block_f64; the tests run in single precision. `*wanting` tells that they do not hold. */
static inline __attribute__((always_inline)) void errors_of(int from, int n, const int full, double atol, double rtol,
                                                             double bar, double rel, Sums *out, int *overAny, int *relativeAny,
                                                             int *wanting) {
  v128_t least = wasm_i32x4_splat(-1);
  v128_t sumAbs = ZERO, sumSigned = ZERO, squares = ZERO, most = ZERO, over = ZERO, relative = ZERO;
  v128_t abs64 = ABS64, abs32 = ABS32;
  OPAQUE(abs64);
  OPAQUE(abs32);
  double slack = 1 - 0x1p-18;
  v128_t c0 = wasm_f32x4_splat(within_range(bar * atol * slack)), c1 = wasm_f32x4_splat(within_range(bar * rtol * slack));
  v128_t c2 = wasm_f32x4_splat(within_range(rel * slack));
  for (int i = 0; i < n; i += 4) {
    LOAD32
    v128_t e4 = wasm_v128_load(e32 + from + i), a4 = wasm_v128_load(a32 + from + i);
    v128_t m4 = wasm_v128_and(wasm_f32x4_sub(a4, e4), abs32), size4 = wasm_v128_and(e4, abs32);
    v128_t isOver = wasm_f32x4_gt(m4, wasm_f32x4_add(c0, wasm_f32x4_mul(c1, size4)));
    OPAQUE(isOver);
    over = wasm_v128_or(over, isOver);
    /* Zero wraps to the largest pattern. */
    least = wasm_u32x4_min(least, wasm_i32x4_add(size4, wasm_i32x4_splat(-1)));
    if (full) {
      v128_t isRelative = wasm_f32x4_gt(m4, wasm_f32x4_mul(c2, size4));
      OPAQUE(isRelative);
      relative = wasm_v128_or(relative, isRelative);
    }
    v128_t mLow = wasm_v128_and(dLow, abs64), mHigh = wasm_v128_and(dHigh, abs64);
    most = wasm_f64x2_pmax(most, wasm_f64x2_pmax(mLow, mHigh));
    ADD_BOTH(sumAbs, mLow, mHigh)
    ADD_BOTH(squares, wasm_f64x2_mul(dLow, dLow), wasm_f64x2_mul(dHigh, dHigh))
    if (!full) continue;
    ADD_BOTH(sumSigned, dLow, dHigh)
    /* Stores come last: V8 folds no load that stands before one. */
    wasm_v128_store(magnitude32 + i, m4);
    wasm_v128_store(difference + i, dLow);
    wasm_v128_store(difference + i + 2, dHigh);
  }
  out->sumAbs = sum2(sumAbs);
  out->sumSigned = sum2(sumSigned);
  out->sumSquares = sum2(squares);
  out->max = max2(most);
  *overAny = wasm_v128_any_true(over);
  *relativeAny = wasm_v128_any_true(relative);
  *wanting = out->max >= HIGH || wasm_v128_any_true(wasm_u32x4_lt(least, wasm_i32x4_splat(LOW_BITS - 1)));
}

/* Functions of their own, which keeps V8's registers to each loop. */
#define APART static __attribute__((noinline))
APART void errors_full(int from, int n, double atol, double rtol, double bar, double rel, Sums *out, int *over, int *relative, int *wanting) {
  errors_of(from, n, 1, atol, rtol, bar, rel, out, over, relative, wanting);
}
APART void errors_core(int from, int n, double atol, double rtol, double bar, double rel, Sums *out, int *over, int *relative, int *wanting) {
  errors_of(from, n, 0, atol, rtol, bar, rel, out, over, relative, wanting);
}

static inline v128_t add4(v128_t a, v128_t b, v128_t c, v128_t d) {
  return wasm_f64x2_add(wasm_f64x2_add(a, b), wasm_f64x2_add(c, d));
}

/* Σe, Σe² and Σed, from which the sums of the actual side follow. Where it is far smaller than the expected side they
 * would cancel, and are taken anew. */
static inline __attribute__((always_inline)) void norms_of(int from, int n, const int full, Sums *out) {
  v128_t sumE = ZERO, e2 = ZERO, ed = ZERO;
  /* Eight at a time: with four, each addition would wait for the one before. */
  for (int i = 0; i < n; i += 8) {
    const float *pair = e32 + from + i;
    const double *d = difference + i;
    OPAQUE(pair);
    v128_t v0 = wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(pair));
    v128_t v1 = wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(pair + 2));
    v128_t v2 = wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(pair + 4));
    v128_t v3 = wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(pair + 6));
    e2 = wasm_f64x2_add(e2, add4(wasm_f64x2_mul(v0, v0), wasm_f64x2_mul(v1, v1), wasm_f64x2_mul(v2, v2), wasm_f64x2_mul(v3, v3)));
    if (!full) continue;
    sumE = wasm_f64x2_add(sumE, add4(v0, v1, v2, v3));
    ed = wasm_f64x2_add(ed, add4(wasm_f64x2_mul(v0, wasm_v128_load(d)), wasm_f64x2_mul(v1, wasm_v128_load(d + 2)),
                                 wasm_f64x2_mul(v2, wasm_v128_load(d + 4)), wasm_f64x2_mul(v3, wasm_v128_load(d + 6))));
  }
  double products = sum2(ed);
  out->sumE = sum2(sumE);
  out->sumE2 = sum2(e2);
  out->sumEA = out->sumE2 + products;
  out->sumA2 = out->sumE2 + 2 * products + out->sumSquares;
  out->sumA = out->sumE + out->sumSigned;
  if (!full || out->sumA2 >= 0.01 * out->sumE2) return;
  out->sumA2 = out->sumEA = out->sumA = 0;
  for (int i = from; i < from + n; i++) {
    double e = e32[i], a = a32[i];
    out->sumA2 += a * a;
    out->sumEA += e * a;
    out->sumA += a;
  }
}

APART void norms_full(int from, int n, Sums *out) { norms_of(from, n, 1, out); }
APART void norms_core(int from, int n, Sums *out) { norms_of(from, n, 0, out); }

/* Whether the last block held something non-finite: then the next one is looked through first. */
static int lastOdd = 0;

/* Largest |d| ÷ |expected| up to which a − e is exact in single precision (Sterbenz: e/2 ≤ a ≤ 2e). */
#define EXACT_UP_TO 0.49
#define INF_BITS 0x7f800000

/* ---- what the tests of a block left open: the largest ratios, and how many are outside ---- */

APART void outside_exact(int from, int n, double atol, double rtol) {
  v128_t outside = ZERO, atolV = wasm_f64x2_splat(atol), rtolV = wasm_f64x2_splat(rtol);
  for (int i = 0; i < n; i += 4) {
    LOAD32
    v128_t low = wasm_f64x2_add(atolV, wasm_f64x2_mul(rtolV, wasm_f64x2_abs(eLow)));
    v128_t high = wasm_f64x2_add(atolV, wasm_f64x2_mul(rtolV, wasm_f64x2_abs(eHigh)));
    outside = wasm_i64x2_sub(outside, wasm_f64x2_gt(wasm_f64x2_abs(dLow), low));
    outside = wasm_i64x2_sub(outside, wasm_f64x2_gt(wasm_f64x2_abs(dHigh), high));
  }
  totals[OUTSIDE] += lanes(outside);
}

/* Divides four pairs in doubles; returns the largest ratio seen so far. */
static double divide_four(int from, int i, double atol, double rtol, double known) {
  LOAD32
  v128_t atolV = wasm_f64x2_splat(atol), rtolV = wasm_f64x2_splat(rtol), most = wasm_f64x2_splat(known);
  v128_t low = wasm_f64x2_add(atolV, wasm_f64x2_mul(rtolV, wasm_f64x2_abs(eLow)));
  v128_t high = wasm_f64x2_add(atolV, wasm_f64x2_mul(rtolV, wasm_f64x2_abs(eHigh)));
  most = wasm_f64x2_pmax(most, wasm_f64x2_div(wasm_f64x2_abs(dLow), low));
  most = wasm_f64x2_pmax(most, wasm_f64x2_div(wasm_f64x2_abs(dHigh), high));
  return max2(most);
}

/* A bar for single precision, a little lower so that rounding misses none. */
static inline v128_t bar_of(double bar) { return wasm_f32x4_splat(within_range(bar * (1 - 0x1p-18))); }

/* The largest ratio is that of few pairs: those that do not come near the largest one known are passed by. The ends of
 * the block go first, so that errors that rise or fall along it are soon passed by as well. */
APART void largest_ratio(int from, int n, double atol, double rtol, int which) {
  double known = divide_four(from, n - 4, atol, rtol, totals[which]);
  known = divide_four(from, 0, atol, rtol, known);
  v128_t c0 = bar_of(known * atol), c1 = bar_of(known * rtol), abs32 = ABS32;
  OPAQUE(abs32);
  for (int i = 0; i < n; i += 4) {
    v128_t e4 = wasm_v128_load(e32 + from + i), a4 = wasm_v128_load(a32 + from + i);
    v128_t m4 = wasm_v128_and(wasm_f32x4_sub(a4, e4), abs32);
    v128_t reach = wasm_f32x4_add(c0, wasm_f32x4_mul(c1, wasm_v128_and(e4, abs32)));
    if (!wasm_v128_any_true(wasm_f32x4_gt(m4, reach))) continue;
    double next = divide_four(from, i, atol, rtol, known);
    if (next == known) continue;
    known = next;
    c0 = bar_of(known * atol), c1 = bar_of(known * rtol);
  }
  totals[which] = known;
}

/* Counts |d| > allowed; pairs too near the bound for single precision send the block to doubles. */
APART void count_outside(int from, int n, double atol, double rtol) {
  v128_t c0 = wasm_f32x4_splat(within_range(atol)), c1 = wasm_f32x4_splat(within_range(rtol)), abs32 = ABS32;
  v128_t under = wasm_f32x4_splat(1 - 0x1p-18f), above = wasm_f32x4_splat(1 + 0x1p-18f), least = wasm_f32x4_splat(1e30f);
  v128_t sure = wasm_i32x4_splat(0), near = sure;
  OPAQUE(abs32);
  for (int i = 0; i < n; i += 4) {
    v128_t e4 = wasm_v128_load(e32 + from + i), a4 = wasm_v128_load(a32 + from + i);
    v128_t m4 = wasm_v128_and(wasm_f32x4_sub(a4, e4), abs32);
    v128_t allowed = wasm_f32x4_add(c0, wasm_f32x4_mul(c1, wasm_v128_and(e4, abs32)));
    least = wasm_f32x4_pmin(least, allowed);
    sure = wasm_i32x4_sub(sure, wasm_f32x4_gt(m4, wasm_f32x4_mul(allowed, above)));
    near = wasm_i32x4_sub(near, wasm_f32x4_gt(m4, wasm_f32x4_mul(allowed, under)));
  }
  /* Near the ends of single precision rounding is no longer relative. */
  int rounds = -max4(wasm_f32x4_neg(least)) >= 0x1p-90f && atol < 1e30 && rtol < 1e30 && (rtol == 0 || rtol > 0x1p-60);
  int outside = sum4(sure);
  if (!rounds || outside != sum4(near)) return outside_exact(from, n, atol, rtol);
  totals[OUTSIDE] += outside;
}

/* Whether some |d| may exceed `bar` times |expected|. */
APART int any_relative(int from, int n, double bar) {
  v128_t barV = bar_of(bar), over = wasm_f32x4_splat(0), abs32 = ABS32;
  OPAQUE(abs32);
  for (int i = 0; i < n; i += 4) {
    v128_t e4 = wasm_v128_load(e32 + from + i), a4 = wasm_v128_load(a32 + from + i);
    v128_t isOver = wasm_f32x4_gt(wasm_v128_and(wasm_f32x4_sub(a4, e4), abs32), wasm_f32x4_mul(barV, wasm_v128_and(e4, abs32)));
    OPAQUE(isOver);
    over = wasm_v128_or(over, isOver);
  }
  return wasm_v128_any_true(over);
}

/* ---- decades ---- */

/* By which the block is scaled: see scale_block. */
static double unit = 1;

static inline double difference_of(int i) { return __builtin_fabs((double)a32[i] - (double)e32[i]) * unit; }

/* Of a block padded with zeros; `surplus` of the zeros are no elements. */
static void decades_one_by_one(int from, int padded, int surplus) {
  for (int i = 0; i < padded; i++) histogram[i & 3][decade_bin(difference_of(from + i))]++;
  totals[EQUAL] -= surplus;
}

static int32_t edge_bits(int k, int exact) {
  float edge = (float)edges[k];
  int32_t bits;
  __builtin_memcpy(&bits, &edge, 4);
  /* An exact |d| lies at or above the edge when it reaches the first single at or above it. */
  return exact && edge < edges[k] ? bits + 1 : bits;
}

/* As add_decades, by the patterns of |d| in single precision, which rise with it. Rounded ones that fall on a rounded
 * edge could belong to either side: such a block goes one by one. */
static inline __attribute__((always_inline)) void add_decades_of(int from, int padded, int kept, double max, const int exact) {
  if (max == 0) { histogram[0][DECADES] += kept; return; }
  int top = decade_bin(max);
  if (top < 3 || top >= DECADES - 1) return decades_one_by_one(from, padded, padded - kept);
  int32_t bits[5];
  for (int k = 0; k < 5; k++) bits[k] = edge_bits(top + 1 - k, exact);
  v128_t zero = wasm_i32x4_splat(0), first = zero, second = zero, third = zero, fourth = zero, doubtful = zero;
  v128_t edge0 = wasm_i32x4_splat(bits[1] - 1), edge1 = wasm_i32x4_splat(bits[2] - 1);
  v128_t edge2 = wasm_i32x4_splat(bits[3] - 1), edge3 = wasm_i32x4_splat(bits[4] - 1);
  if (!exact) {
    v128_t on0 = wasm_i32x4_splat(bits[0]), on1 = wasm_i32x4_splat(bits[1]), on2 = wasm_i32x4_splat(bits[2]);
    v128_t on3 = wasm_i32x4_splat(bits[3]), on4 = wasm_i32x4_splat(bits[4]);
    for (int i = 0; i < padded; i += 4) {
      v128_t m = wasm_v128_load(magnitude32 + i);
      v128_t on = wasm_v128_or(wasm_i32x4_eq(m, on0), wasm_v128_or(wasm_i32x4_eq(m, on1), wasm_i32x4_eq(m, on2)));
      doubtful = wasm_v128_or(doubtful, wasm_v128_or(on, wasm_v128_or(wasm_i32x4_eq(m, on3), wasm_i32x4_eq(m, on4))));
    }
    if (wasm_v128_any_true(doubtful)) return decades_one_by_one(from, padded, padded - kept);
  }
  for (int i = 0; i < padded; i += 4) {
    v128_t m = wasm_v128_load(magnitude32 + i);
    zero = wasm_i32x4_sub(zero, wasm_i32x4_eq(m, wasm_i32x4_splat(0)));
    first = wasm_i32x4_sub(first, wasm_i32x4_gt(m, edge0));
    second = wasm_i32x4_sub(second, wasm_i32x4_gt(m, edge1));
    third = wasm_i32x4_sub(third, wasm_i32x4_gt(m, edge2));
    fourth = wasm_i32x4_sub(fourth, wasm_i32x4_gt(m, edge3));
  }
  int zeros = sum4(zero) - (padded - kept), c1 = sum4(first), c2 = sum4(second), c3 = sum4(third), c4 = sum4(fourth);
  histogram[0][DECADES] += zeros;
  histogram[0][top] += c1;
  histogram[0][top - 1] += c2 - c1;
  histogram[0][top - 2] += c3 - c2;
  histogram[0][top - 3] += c4 - c3;
  int rest = kept - zeros - c4;
  for (int i = 0; rest > 0; i += 4) {
    v128_t m = wasm_v128_load(magnitude32 + i);
    int mask = wasm_i32x4_bitmask(wasm_v128_andnot(wasm_i32x4_gt(m, wasm_i32x4_splat(0)), wasm_i32x4_gt(m, edge3)));
    for (; mask != 0; mask &= mask - 1, rest--) {
      int j = from + i + __builtin_ctz((unsigned)mask);
      histogram[j & 3][decade_bin(difference_of(j))]++;
    }
  }
}

APART void decades_exact(int from, int padded, int kept, double max) { add_decades_of(from, padded, kept, max, 1); }
APART void decades_rounded(int from, int padded, int kept, double max) { add_decades_of(from, padded, kept, max, 0); }

/* ---- ULP ---- */

static void take_ulps(v128_t most, v128_t sum) {
  uint32_t lane[4];
  wasm_v128_store(lane, most);
  for (int i = 0; i < 4; i++) raise(MAX_ULP, lane[i]);
  add(SUM_ULP, (double)((uint64_t)wasm_i64x2_extract_lane(sum, 0) + (uint64_t)wasm_i64x2_extract_lane(sum, 1)));
}

#define ADD_DISTANCE                                                         \
  most = wasm_u32x4_max(most, distance);                                     \
  sum = wasm_i64x2_add(sum, wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(distance), \
                                           wasm_u64x2_extend_high_u32x4(distance)));

/* Patterns of one sign: their difference. Returns 0 where signs differ. */
static int ulps_one_sign(int from, int n) {
  v128_t most = wasm_i32x4_splat(0), sum = most, signs = most;
  for (int i = 0; i < n; i += 4) {
    v128_t e = wasm_v128_load(e32 + from + i), a = wasm_v128_load(a32 + from + i);
    v128_t distance = wasm_i32x4_abs(wasm_i32x4_sub(a, e));
    signs = wasm_v128_or(signs, wasm_v128_xor(a, e));
    ADD_DISTANCE
  }
  if (wasm_i32x4_bitmask(signs) != 0) return 0;
  take_ulps(most, sum);
  return 1;
}

/* Signed magnitude, so that neighbours differ by one across zero too. */
static inline v128_t ordinals32(v128_t bits) {
  v128_t size = wasm_v128_and(bits, ABS32), sign = wasm_i32x4_shr(bits, 31);
  return wasm_i32x4_sub(wasm_v128_xor(size, sign), sign);
}

static void ulps_far(int from, int n) {
  if (ulps_one_sign(from, n)) return;
  v128_t most = wasm_i32x4_splat(0), sum = most;
  for (int i = 0; i < n; i += 4) {
    v128_t e = ordinals32(wasm_v128_load(e32 + from + i)), a = ordinals32(wasm_v128_load(a32 + from + i));
    v128_t distance = wasm_i32x4_sub(wasm_i32x4_max(e, a), wasm_i32x4_min(e, a));
    ADD_DISTANCE
  }
  take_ulps(most, sum);
}

static int lastFar = 0;

/* Small distances, which a whole block nearly always has, can be summed in 32 bits. Finite patterns of different sign
 * differ by at least 2^23 or, as 0 and −0, have their top bit set. */
APART void ulps_f32(int from, int n) {
  if (!lastFar) {
    v128_t most = wasm_i32x4_splat(0), sum = most;
    for (int i = 0; i < n; i += 4) {
      v128_t distance = wasm_i32x4_abs(wasm_i32x4_sub(wasm_v128_load(a32 + from + i), wasm_v128_load(e32 + from + i)));
      most = wasm_u32x4_max(most, distance);
      sum = wasm_i32x4_add(sum, distance);
    }
    if (!wasm_v128_any_true(wasm_u32x4_ge(most, wasm_i32x4_splat(1 << 22)))) {
      take_ulps(most, wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(sum), wasm_u64x2_extend_high_u32x4(sum)));
      return;
    }
  }
  double before = totals[MAX_ULP];
  totals[MAX_ULP] = 0;
  ulps_far(from, n);
  lastFar = totals[MAX_ULP] >= 1 << 22;
  raise(MAX_ULP, before);
}

static inline v128_t ordinals_of_codes(const uint16_t *codes) {
  v128_t code = wasm_i32x4_load16x4(codes), sign = wasm_i32x4_shr(code, 31);
  return wasm_i32x4_sub(wasm_v128_xor(wasm_v128_and(code, wasm_i32x4_splat(0x7fff)), sign), sign);
}

/* Eight codes at a time; finite ones of different sign are at least `far` apart. */
APART void ulps_16(int from, int n, int far) {
  v128_t most = wasm_i32x4_splat(0), sum = most;
  for (int i = 0; i < n; i += 8) {
    v128_t distance = wasm_i16x8_abs(wasm_i16x8_sub(wasm_v128_load(a16 + from + i), wasm_v128_load(e16 + from + i)));
    most = wasm_u16x8_max(most, distance);
    sum = wasm_i32x4_add(sum, wasm_u32x4_extadd_pairwise_u16x8(distance));
  }
  v128_t pairs = wasm_u32x4_max(wasm_u32x4_extend_low_u16x8(most), wasm_u32x4_extend_high_u16x8(most));
  v128_t total = wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(sum), wasm_u64x2_extend_high_u32x4(sum));
  if (!wasm_v128_any_true(wasm_i32x4_ge(pairs, wasm_i32x4_splat(far)))) return take_ulps(pairs, total);
  most = sum = wasm_i32x4_splat(0);
  for (int i = 0; i < n; i += 4) {
    v128_t distance = wasm_i32x4_abs(wasm_i32x4_sub(ordinals_of_codes(a16 + from + i), ordinals_of_codes(e16 + from + i)));
    most = wasm_u32x4_max(most, distance);
    sum = wasm_i32x4_add(sum, distance);
  }
  take_ulps(most, wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(sum), wasm_u64x2_extend_high_u32x4(sum)));
}

/* ---- non-finite elements ---- */

/* Two float32 of `bits` as doubles, subnormal ones by way of their integers. */
static inline v128_t promote_low(v128_t bits) {
  v128_t size = wasm_v128_and(bits, ABS32);
  v128_t tiny = wasm_i32x4_lt(size, wasm_i32x4_splat(0x00800000));
  v128_t normal = wasm_f64x2_promote_low_f32x4(wasm_v128_andnot(bits, tiny));
  v128_t small = wasm_f64x2_mul(wasm_f64x2_convert_low_i32x4(wasm_v128_and(size, tiny)), wasm_f64x2_splat(0x1p-149));
  v128_t sign = wasm_i64x2_shl(wasm_i64x2_extend_low_i32x4(wasm_v128_and(wasm_v128_and(bits, tiny), wasm_i32x4_splat((int)0x80000000))), 32);
  return wasm_v128_or(wasm_v128_or(normal, small), sign);
}

typedef struct {
  v128_t finite, nan, posInf, negInf, zeros, min, max, sum, squares;
} OddSide32;

/* Counts one side of four pairs and returns which of them are finite. */
static inline __attribute__((always_inline)) v128_t look_at_side(OddSide32 *side, v128_t v, int tiny) {
  v128_t size = wasm_v128_and(v, ABS32), inf = wasm_i32x4_splat(INF_BITS);
  v128_t finite = wasm_i32x4_lt(size, inf), kept = wasm_v128_and(v, finite);
  side->finite = wasm_i32x4_sub(side->finite, finite);
  side->nan = wasm_i32x4_sub(side->nan, wasm_i32x4_gt(size, inf));
  side->posInf = wasm_i32x4_sub(side->posInf, wasm_i32x4_eq(v, inf));
  side->negInf = wasm_i32x4_sub(side->negInf, wasm_i32x4_eq(v, wasm_i32x4_splat((int)0xff800000)));
  side->zeros = wasm_i32x4_sub(side->zeros, wasm_i32x4_eq(size, wasm_i32x4_splat(0)));
  side->min = wasm_f32x4_pmin(side->min, wasm_v128_bitselect(v, inf, finite));
  side->max = wasm_f32x4_pmax(side->max, wasm_v128_bitselect(v, wasm_i32x4_splat((int)0xff800000), finite));
  if (!wasm_v128_any_true(kept)) return finite;
  v128_t upper = wasm_i64x2_shuffle(kept, kept, 1, 1);
  v128_t low = tiny ? promote_low(kept) : wasm_f64x2_promote_low_f32x4(kept);
  v128_t high = tiny ? promote_low(upper) : wasm_f64x2_promote_low_f32x4(upper);
  side->sum = wasm_f64x2_add(side->sum, wasm_f64x2_add(low, high));
  side->squares = wasm_f64x2_add(side->squares, wasm_f64x2_add(wasm_f64x2_mul(low, low), wasm_f64x2_mul(high, high)));
  return finite;
}

static void take_side32(const OddSide32 *side, int finite, int sum) {
  totals[finite] += sum4(side->finite);
  lower(finite + 1, -max4(wasm_f32x4_neg(side->min)));
  raise(finite + 2, max4(side->max));
  totals[finite + 3] += sum4(side->nan);
  totals[finite + 4] += sum4(side->posInf);
  totals[finite + 5] += sum4(side->negInf);
  totals[finite + 6] += sum4(side->zeros);
  add(sum, sum2(side->sum));
  add(sum + 1, sum2(side->squares));
}

/* Judges the non-finite pairs of a block and puts zeros in their place. Returns how many pairs are finite. */
static inline __attribute__((always_inline)) int set_odd_aside_f32(int from, int n, int padded, int flags, int ulp, int chunk, const int tiny) {
  v128_t none = wasm_i32x4_splat(0), kept = none, bothNan = none, sameInf = none;
  v128_t top = wasm_i32x4_splat(INF_BITS), bottom = wasm_i32x4_splat((int)0xff800000);
  OddSide32 expected = {none, none, none, none, none, top, bottom, none, none};
  OddSide32 actual = {none, none, none, none, none, top, bottom, none, none};
  /* What pads the block must not count as a finite zero: it is made NaN against NaN and taken off again. */
  for (int i = from + n; i < from + padded; i++) e32[i] = a32[i] = __builtin_nanf("");
  for (int i = from; i < from + padded; i += 4) {
    v128_t e = wasm_v128_load(e32 + i), a = wasm_v128_load(a32 + i);
    v128_t eFinite = look_at_side(&expected, e, tiny), aFinite = look_at_side(&actual, a, tiny);
    v128_t finite = wasm_v128_and(eFinite, aFinite), either = wasm_v128_or(eFinite, aFinite);
    kept = wasm_i32x4_sub(kept, finite);
    v128_t eNan = wasm_f32x4_ne(e, e), aNan = wasm_f32x4_ne(a, a);
    bothNan = wasm_i32x4_sub(bothNan, wasm_v128_and(eNan, aNan));
    sameInf = wasm_i32x4_sub(sameInf, wasm_v128_andnot(wasm_f32x4_eq(e, a), either));
    wasm_v128_store(e32 + i, wasm_v128_and(e, finite));
    wasm_v128_store(a32 + i, wasm_v128_and(a, finite));
    if (ulp == ULP_FLOAT32) continue;
    v128_t narrow = wasm_i16x8_narrow_i32x4(finite, finite);
    wasm_v128_store64_lane(e16 + i, wasm_v128_and(wasm_v128_load64_zero(e16 + i), narrow), 0);
    wasm_v128_store64_lane(a16 + i, wasm_v128_and(wasm_v128_load64_zero(a16 + i), narrow), 0);
  }
  int pads = padded - n;
  expected.nan = wasm_i32x4_sub(expected.nan, wasm_i32x4_make(pads, 0, 0, 0));
  actual.nan = wasm_i32x4_sub(actual.nan, wasm_i32x4_make(pads, 0, 0, 0));
  take_side32(&expected, E_FINITE, E_SUM);
  take_side32(&actual, A_FINITE, A_SUM);
  int finite = sum4(kept), both = sum4(bothNan) - pads, same = sum4(sameInf);
  int nanE = sum4(expected.nan) - both, nanA = sum4(actual.nan) - both;
  int infinite = n - finite - both - nanE - nanA - (flags & INF_EQUAL ? same : 0);
  totals[NAN_EXPECTED] += nanE;
  totals[NAN_ACTUAL] += nanA;
  totals[INF_MISMATCHES] += infinite;
  totals[flags & NAN_EQUAL ? EQUAL : NAN_BOTH] += both;
  if (flags & INF_EQUAL) totals[EQUAL] += same;
  if (nanE + nanA + infinite > 0 || (both > 0 && !(flags & NAN_EQUAL))) chunkOdd[chunk] = 1;
  return finite;
}

APART int odd_f32(int from, int n, int padded, int flags, int ulp, int chunk, int tiny) {
  if (tiny) return set_odd_aside_f32(from, n, padded, flags, ulp, chunk, 1);
  return set_odd_aside_f32(from, n, padded, flags, ulp, chunk, 0);
}

/* ---- subnormal numbers, which processors convert a hundred times slower ---- */

enum { ODD = 1, TINY = 2, ALL_TINY = 4 };

/* A look at every sixteenth vector: what slips through costs time alone. */
APART int maybe_tiny(int from, int n) {
  v128_t least = wasm_i32x4_splat(-1), one = wasm_i32x4_splat(1);
  for (int i = from; i < from + n; i += 64) {
    v128_t e = wasm_v128_and(wasm_v128_load(e32 + i), ABS32), a = wasm_v128_and(wasm_v128_load(a32 + i), ABS32);
    /* Zero wraps to the largest pattern. */
    least = wasm_u32x4_min(least, wasm_u32x4_min(wasm_i32x4_sub(e, one), wasm_i32x4_sub(a, one)));
  }
  return wasm_v128_any_true(wasm_u32x4_lt(least, wasm_i32x4_splat(0x007fffff)));
}

/* Of a padded block. */
APART int kind_f32(int from, int padded) {
  v128_t largest = wasm_i32x4_splat(0);
  for (int i = from; i < from + padded; i += 4) {
    largest = wasm_i32x4_max(largest, wasm_v128_and(wasm_v128_load(e32 + i), ABS32));
    largest = wasm_i32x4_max(largest, wasm_v128_and(wasm_v128_load(a32 + i), ABS32));
  }
  int odd = wasm_i32x4_bitmask(wasm_i32x4_ge(largest, wasm_i32x4_splat(INF_BITS)));
  int normal = wasm_i32x4_bitmask(wasm_i32x4_ge(largest, wasm_i32x4_splat(0x00800000)));
  return (odd ? ODD : 0) | (normal ? 0 : ALL_TINY);
}

/* Widens a block into e64, a64 and d64. */
APART void promote_block(int from, int n) {
  for (int i = from; i < from + n; i += 4) {
    v128_t e = wasm_v128_load(e32 + i), a = wasm_v128_load(a32 + i);
    v128_t eLow = promote_low(e), eHigh = promote_low(wasm_i64x2_shuffle(e, e, 1, 1));
    v128_t aLow = promote_low(a), aHigh = promote_low(wasm_i64x2_shuffle(a, a, 1, 1));
    wasm_v128_store(magnitude32 + i - from, wasm_f32x4_abs(wasm_f32x4_sub(a, e)));
    wasm_v128_store(e64 + i, eLow);
    wasm_v128_store(e64 + i + 2, eHigh);
    wasm_v128_store(a64 + i, aLow);
    wasm_v128_store(a64 + i + 2, aHigh);
    wasm_v128_store(d64 + i, wasm_f64x2_sub(aLow, eLow));
    wasm_v128_store(d64 + i + 2, wasm_f64x2_sub(aHigh, eHigh));
  }
}

/* Scales a block of subnormal numbers to integers, which single precision holds exactly: by 1 ÷ UNIT. */
#define UNIT 0x1p-149
APART void scale_block(int from, int n) {
  for (int i = from; i < from + n; i += 4) {
    wasm_v128_store(e32 + i, wasm_f32x4_convert_i32x4(ordinals32(wasm_v128_load(e32 + i))));
    wasm_v128_store(a32 + i, wasm_f32x4_convert_i32x4(ordinals32(wasm_v128_load(a32 + i))));
  }
}

/* Patterns of subnormal numbers are their integers. */
static void unscale_magnitudes(int n) {
  for (int i = 0; i < n; i += 4) {
    wasm_v128_store(magnitude32 + i, wasm_i32x4_trunc_sat_f32x4(wasm_v128_load(magnitude32 + i)));
  }
}

static void unscale_sums(Sums *sums) {
  double square = UNIT * UNIT;
  sums->sumAbs *= UNIT, sums->sumSigned *= UNIT, sums->max *= UNIT, sums->sumE *= UNIT, sums->sumA *= UNIT;
  sums->sumSquares *= square, sums->sumE2 *= square, sums->sumA2 *= square, sums->sumEA *= square;
}

/* ---- 16-bit codes to float32, exactly ---- */

static void widen_f16(const uint16_t *codes, float *values, int n) {
  v128_t rebias = wasm_i32x4_splat((127 - 15) << 23), top = wasm_i32x4_splat(0x7c00);
  for (int i = 0; i < n; i += 4) {
    v128_t code = wasm_u32x4_load16x4(codes + i);
    v128_t exponent = wasm_v128_and(code, top);
    v128_t value = wasm_i32x4_add(wasm_i32x4_shl(wasm_v128_and(code, wasm_i32x4_splat(0x7fff)), 13), rebias);
    value = wasm_i32x4_add(value, wasm_v128_and(rebias, wasm_i32x4_eq(exponent, top)));
    v128_t subnormal = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(wasm_v128_and(code, wasm_i32x4_splat(0x3ff))),
                                      wasm_f32x4_splat(0x1p-24f));
    value = wasm_v128_bitselect(subnormal, value, wasm_i32x4_eq(exponent, wasm_i32x4_splat(0)));
    v128_t sign = wasm_i32x4_shl(wasm_v128_and(code, wasm_i32x4_splat(0x8000)), 16);
    wasm_v128_store(values + i, wasm_v128_or(value, sign));
  }
}

static void widen_bf16(const uint16_t *codes, float *values, int n) {
  for (int i = 0; i < n; i += 4) {
    wasm_v128_store(values + i, wasm_i32x4_shl(wasm_u32x4_load16x4(codes + i), 16));
  }
}

/* Zeros and normal numbers need but a factor. n is a multiple of 8. */
static void widen_block_f16(const uint16_t *codes, float *values, int n) {
  v128_t size = wasm_i16x8_splat(0x7fff), least = wasm_i16x8_splat(-1), most = wasm_i16x8_splat(0);
  for (int i = 0; i < n; i += 8) {
    v128_t code = wasm_v128_and(wasm_v128_load(codes + i), size);
    least = wasm_u16x8_min(least, wasm_i16x8_sub(code, wasm_i16x8_splat(1)));
    most = wasm_i16x8_max(most, code);
  }
  v128_t special = wasm_v128_or(wasm_u16x8_lt(least, wasm_i16x8_splat(0x3ff)), wasm_i16x8_ge(most, wasm_i16x8_splat(0x7c00)));
  if (wasm_v128_any_true(special)) return widen_f16(codes, values, n);
  v128_t keep = wasm_i32x4_splat((int)0x8fffe000), factor = wasm_f32x4_splat(0x1p112f);
  for (int i = 0; i < n; i += 4) {
    v128_t shifted = wasm_v128_and(wasm_i32x4_shl(wasm_i32x4_load16x4(codes + i), 13), keep);
    wasm_v128_store(values + i, wasm_f32x4_mul(shifted, factor));
  }
}

EXPORT(widen16) void widen16(int n, int bfloat, int both) {
  if (bfloat) widen_bf16(e16, e32, n);
  else widen_f16(e16, e32, n);
  if (!both) return;
  if (bfloat) widen_bf16(a16, a32, n);
  else widen_f16(a16, a32, n);
}

/* ---- one block from beginning to end ---- */

static void pad_block(int from, int n, int padded, int ulp) {
  for (int i = from + n; i < from + padded; i++) {
    if (ulp == ULP_FLOAT32) e32[i] = a32[i] = 0;
    else e16[i] = a16[i] = 0;
  }
  if (ulp == ULP_FLOAT16) {
    widen_block_f16(e16 + from, e32 + from, padded);
    widen_block_f16(a16 + from, a32 + from, padded);
  } else if (ulp == ULP_BFLOAT16) {
    widen_bf16(e16 + from, e32 + from, padded);
    widen_bf16(a16 + from, a32 + from, padded);
  }
}

APART void block_f32(int from, int n, int chunk, int shape, int flags, int ulp,
                                                            double atol, double rtol) {
  int padded = (n + 7) & ~7, kept = n, odd = 0, kind = 0;
  pad_block(from, n, padded, ulp);
  int tiny = ulp != ULP_FLOAT16 && maybe_tiny(from, n);
  if (tiny || lastOdd) kind = kind_f32(from, padded);
  double ratio = totals[MAX_RATIO], bar = ratio < 1 ? ratio : 1;
  double most = totals[MAX_RELATIVE], rel = most < EXACT_UP_TO ? most : EXACT_UP_TO;
  Sums sums;
  int over, relative, scaled, wide;
  for (;;) {
    if (kind & ODD) {
      odd = 1;
      kept = odd_f32(from, n, padded, flags, ulp, chunk, tiny);
      lastOdd = 1;
      if (kept == 0) return;
      if (tiny) kind = kind_f32(from, padded);
    } else if (!odd) lastOdd = 0;
    scaled = tiny && (kind & ALL_TINY) && atol < 0x1p800;
    if (scaled) scale_block(from, padded);
    wide = tiny && !scaled;
    if (wide) sums.sumAbs = 0;
    else if (shape & FULL) errors_full(from, padded, scaled ? atol / UNIT : atol, rtol, bar, rel, &sums, &over, &relative, &wide);
    else errors_core(from, padded, scaled ? atol / UNIT : atol, rtol, bar, rel, &sums, &over, &relative, &wide);
    if (odd || sums.sumAbs - sums.sumAbs == 0) break;
    kind = ODD;
  }
  if (wide) {
    promote_block(from, padded);
    sum_block_f64(from, padded, shape & (FULL | NORMS), atol, rtol, bar, rel, &sums, &over, &relative);
  }
  if (!wide && (shape & FULL)) norms_full(from, padded, &sums);
  else if (!wide && (shape & NORMS)) norms_core(from, padded, &sums);
  if (over) {
    double allowed = scaled ? atol / UNIT : atol;
    if (wide) ratio_block_f64(from, padded, atol, rtol);
    else {
      count_outside(from, padded, allowed, rtol);
      largest_ratio(from, padded, allowed, rtol, MAX_RATIO);
    }
  }
  if (relative) {
    if (wide) relative_block_f64(from, padded);
    else if (most < EXACT_UP_TO || any_relative(from, padded, most)) largest_ratio(from, padded, 0, 1, MAX_RELATIVE);
  }
  double distance = sums.max, distances = sums.sumAbs;
  unit = scaled ? UNIT : 1;
  if (scaled) {
    unscale_sums(&sums);
    if (shape & FULL) unscale_magnitudes(padded);
  }
  add(SUM_ABS, sums.sumAbs);
  add(SUM_SQUARES, sums.sumSquares);
  totals[FINITE_PAIRS] += kept;
  raise(MAX_ABS, sums.max);
  if (sums.max > chunkMax[chunk]) chunkMax[chunk] = sums.max;
  if (!odd) totals[E_FINITE] += n, totals[A_FINITE] += n;
  if (!odd && (shape & (FULL | NORMS))) add(E_SUM_SQUARES, sums.sumE2);
  if (!(shape & FULL)) return;
  add(SUM_SIGNED, sums.sumSigned);
  add(SUM_EXPECTED_SQUARES, sums.sumE2);
  add(SUM_ACTUAL_SQUARES, sums.sumA2);
  add(SUM_PRODUCTS, sums.sumEA);
  if (scaled || !relative || totals[MAX_RELATIVE] <= EXACT_UP_TO) decades_exact(from, padded, kept, sums.max);
  else decades_rounded(from, padded, kept, sums.max);
  if (scaled && ulp == ULP_FLOAT32) raise(MAX_ULP, distance), add(SUM_ULP, distances);
  else if (ulp == ULP_FLOAT32) ulps_f32(from, padded);
  else ulps_16(from, padded, ulp == ULP_FLOAT16 ? 1024 : 128);
  if (odd) return;
  add(E_SUM, sums.sumE);
  add(A_SUM, sums.sumA);
  add(A_SUM_SQUARES, sums.sumA2);
  extremes_f32(e32 + from, n, unit, E_MIN, E_MAX, E_ZEROS);
  if (flags & FACTS_ACTUAL) extremes_f32(a32 + from, n, unit, A_MIN, A_MAX, A_ZEROS);
}
