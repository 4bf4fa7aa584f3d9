// sin, cos and powers, in double precision where single would lose the answer: within 1.6 units in the last place of the
// true value over the whole range.
#pragma once

// Twice as wide as a register, so that functions get them by address.
typedef double vd __attribute__((vector_size(VW * 8)));
typedef int64_t vl __attribute__((vector_size(VW * 8)));

// x = k π/2 + r with |r| ≤ π/4, for |x| ≤ 2²⁰: the product of k and π/2's first 33 bits is exact.
INLINE vf reduced_angle(vf x, vi *k) {
    const double magic = 6755399441055744.0;  // 1.5 · 2⁵²
    vd wide = __builtin_convertvector(x, vd);
    vd quarters = (wide * 0.63661977236758134308 + magic) - magic;
    *k = __builtin_convertvector(quarters, vi);
    vd r = wide - quarters * 1.57079632673412561417;
    return __builtin_convertvector(r - quarters * 6.07710050650619224932e-11, vf);
}

static void sines_of_huge(vf x, vi huge, bool cosine, vf *y) {
    for (int i = 0; i < VW; i++) {
        if (huge[i]) (*y)[i] = (float)(cosine ? cos((double)x[i]) : sin((double)x[i]));
    }
}

// sin x, or cos x = sin(x + π/2).
INLINE vf sine(vf x, bool cosine) {
    vi huge = ~(magnitude(x) <= all(1048576.0f));
    vi k;
    vf r = reduced_angle(pick(huge, all(0), x), &k);
    if (cosine) k += 1;
    vf z = r * r;
    vf s = ((z * -1.958789088e-4f + 8.332748271e-3f) * z - 1.666666466e-1f) * (z * r) + r;
    vf c = (z * 2.454794209e-5f - 1.388830304e-3f) * z + 4.166666466e-2f;
    c = c * (z * z) + (1.0f - 0.5f * z);
    vf y = pick((k & 1) == 1, c, s);
    y = (vf)((vi)y ^ ((k & 2) << 30));
    if (__builtin_reduce_or(huge)) sines_of_huge(x, huge, cosine, &y);
    return y;
}

// log₂ of a positive finite float, within 2⁻⁴⁴.
INLINE void wide_logarithm(vf x, vd *y) {
    vd wide = __builtin_convertvector(x, vd);
    vl shifted = (vl)wide - 0x3fe6a09e667f3bcd;
    vd e = __builtin_convertvector(shifted >> 52, vd);
    vd m = (vd)((shifted & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd);
    vd s = (m - 1.0) / (m + 1.0);
    vd z = s * s;
    vd series = z * (1.0 / 17) + 1.0 / 15;
    series = series * z + 1.0 / 13;
    series = series * z + 1.0 / 11;
    series = series * z + 1.0 / 9;
    series = series * z + 1.0 / 7;
    series = series * z + 1.0 / 5;
    series = series * z + 1.0 / 3;
    *y = (series * (z * s) + s) * 2.88539008177792681472 + e;
}

// x = 2ˣ for |x| ≤ 1000, within 2⁻⁴⁰.
INLINE void wide_power_of_two(vd *x) {
    const double magic = 6755399441055744.0;
    vd shifted = *x + magic;
    vd r = (*x - (shifted - magic)) * 0.693147180559945309417;
    vd s = r * (1.0 / 39916800) + 1.0 / 3628800;
    s = s * r + 1.0 / 362880;
    s = s * r + 1.0 / 40320;
    s = s * r + 1.0 / 5040;
    s = s * r + 1.0 / 720;
    s = s * r + 1.0 / 120;
    s = s * r + 1.0 / 24;
    s = s * r + 1.0 / 6;
    s = s * r + 0.5;
    s = s * (r * r) + r;
    *x = (s + 1.0) * (vd)(((vl)shifted << 52) + 0x3ff0000000000000);
}

// xᵖ for a finite p, as C's pow. NaN for a negative x unless p is an integer.
INLINE vf power(vf x, float p) {
    if (p == 0) return all(1);
    if (p == 1) return x;
    if (p == 2) return x * x;
    if (p == 3) return x * x * x;
    if (p == -1) return 1.0f / x;
    if (p == 0.5f) return __builtin_elementwise_sqrt(x);
    if (p == -0.5f) return 1.0f / __builtin_elementwise_sqrt(x);
    // From 2²⁴ on every float is an even number.
    bool whole = __builtin_fabsf(p) >= 16777216.0f || (float)(int32_t)p == p;
    bool odd = whole && __builtin_fabsf(p) < 16777216.0f && ((int32_t)p & 1);
    vf size = magnitude(x);
    float at_zero = p > 0 ? 0 : __builtin_inff(), at_infinity = p > 0 ? __builtin_inff() : 0;
    vi ordinary = (size > all(0)) & (size < all(__builtin_inff()));
    vd wide, high = 200 - (vd){};
    wide_logarithm(pick(ordinary, size, all(1)), &wide);
    wide = __builtin_elementwise_min(__builtin_elementwise_max(wide * (double)p, -high), high);
    wide_power_of_two(&wide);
    vf y = __builtin_convertvector(wide, vf);
    y = pick(size == all(0), all(at_zero), y);
    y = pick(size == all(__builtin_inff()), all(at_infinity), y);
    if (odd) y = (vf)((vi)y | ((vi)x & (int32_t)0x80000000));
    if (!whole) y = pick((x < all(0)) & ordinary, all(__builtin_nanf("")), y);
    return pick(x != x, x, y);
}
