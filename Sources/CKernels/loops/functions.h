// exp, log, tanh and functions made of them, on vectors, within so many units in the last place of the true value (of
// the smallest subnormal where the result is subnormal): exp 1, log 1, log(1 + x) 1.5, exp(x) - 1 1.6, tanh and the
// logistic function 2.2. The others are within 10⁻⁶ of it, relatively, and 0 where it is below 10⁻³⁶. A NaN stays one.
#pragma once

INLINE vf magnitude(vf x) { return (vf)((vi)x & 0x7fffffff); }

INLINE vf power_of_two(vi n) { return (vf)((n + 127) << 23); }

// x + small = n ln 2 + r with |r| barely above ln 2 / 2; returns exp(r) - 1 by its series (next term below 2⁻²⁷).
INLINE vf reduced_exp_minus_one(vf x, vf small, vi *n) {
    // 1.5 · 2²³: adding it rounds to the nearest integer, which the low bits then hold.
    const float magic = 12582912.0f;
    vf rounded = x * 1.44269504088896341f + magic;
    vf k = rounded - magic;
    *n = (vi)rounded - 0x4b400000;
    // ln 2 in two parts; the first has trailing zeros, so that k · 0.693359375 is exact.
    vf r = x - k * 0.693359375f;
    r = r - (k * -2.12194440054690583e-4f - small);
    vf s = r * (1.0f / 5040) + 1.0f / 720;
    s = s * r + 1.0f / 120;
    s = s * r + 1.0f / 24;
    s = s * r + 1.0f / 6;
    s = s * r + 0.5f;
    return s * (r * r) + r;
}

// exp(x + small), where small is at most 0.1 and makes up for what x has lost in rounding.
INLINE vf exponential_of_sum(vf x, vf small) {
    vi n;
    vf e = reduced_exp_minus_one(at_most(at_least(x, -104.0f), 89.0f), small, &n) + 1.0f;
    // Two factors, because 2ⁿ alone leaves the normal range at both ends.
    vi half = n >> 1;
    return e * power_of_two(half) * power_of_two(n - half);
}

INLINE vf exponential(vf x) { return exponential_of_sum(x, all(0)); }

// 2ⁿ p + 2ⁿ - 1: nothing cancels near 0. Half of 2ⁿ, because 2¹²⁸ is not a number of this type.
INLINE vf exponential_minus_one(vf x) {
    vi n;
    vf p = reduced_exp_minus_one(at_most(at_least(x, -20.0f), 89.0f), all(0), &n);
    vf half = power_of_two(n - 1);
    vf y = (p * half + (half - 0.5f)) * 2.0f;
    // n is 0 and y is p; exact where x is so small that it is itself the answer, also -0.
    return pick(magnitude(x) < all(1e-8f), x, y);
}

// log((1 + f) 2ᵉ) with 1 + f in √½ ..< √2.
INLINE vf logarithm_of_parts(vf f, vf e) {
    // log(1 + f) = 2 artanh(s) with s = f / (2 + f); 2 s = f - s f keeps f's bits.
    vf s = f / (f + 2.0f);
    vf z = s * s;
    vf series = z * (z * (z * (z * (2.0f / 9) + 2.0f / 7) + 2.0f / 5) + 2.0f / 3);
    vf y = f - (s * (f - series) - e * -2.12194440054690583e-4f);
    return y + e * 0.693359375f;
}

// x = (1 + f) 2ⁿ, f exact and small; x is a normal number.
INLINE vf mantissa_minus_one(vf x, vi *n) {
    vi shifted = (vi)x - 0x3f3504f3;
    *n = shifted >> 23;
    return (vf)((shifted & 0x007fffff) + 0x3f3504f3) - 1.0f;
}

INLINE vf logarithm(vf x) {
    vi tiny = x < all(1.17549435e-38f);
    vi n;
    vf f = mantissa_minus_one(pick(tiny, x * 33554432.0f, x), &n);
    vf y = logarithm_of_parts(f, __builtin_convertvector(n, vf) - pick(tiny, all(25.0f), all(0)));
    y = pick(x == all(0), all(-__builtin_inff()), y);
    y = pick(x < all(0), all(__builtin_nanf("")), y);
    return pick((x == all(__builtin_inff())) | (x != x), x, y);
}

// For x in 0 ... 1, and nothing else.
INLINE vf logarithm_of_one_plus_fraction(vf x) {
    vf u = x + 1.0f;
    vf lost = x - (u - 1.0f);
    vi n;
    vf f = mantissa_minus_one(u, &n);
    return logarithm_of_parts(f + lost * power_of_two(-n), __builtin_convertvector(n, vf));
}

INLINE vf logarithm_of_one_plus(vf x) {
    vf u = x + 1.0f;
    vf back = u - 1.0f;
    vf lost = (1.0f - (u - back)) + (x - back);
    vi n;
    vf f = mantissa_minus_one(u, &n);
    // Nothing that counts is lost from a large x, for which 2⁻ⁿ may not be a normal number.
    vf small = pick(x < all(1e9f), lost * power_of_two(-n), all(0));
    vf y = logarithm_of_parts(f + small, __builtin_convertvector(n, vf));
    y = pick(x == all(-1), all(-__builtin_inff()), y);
    y = pick(x < all(-1), all(__builtin_nanf("")), y);
    return pick((x == all(__builtin_inff())) | (x != x), x, y);
}

// tanh |x| = t / (t + 2) with t = exp(2 |x|) - 1: no cancellation near 0.
INLINE vf hyperbolic_tangent(vf x) {
    vi sign = (vi)x & (int32_t)0x80000000;
    vi n;
    vf e = reduced_exp_minus_one(at_most(magnitude(x), 10.0f) * 2.0f, all(0), &n);
    vf p = power_of_two(n);
    vf t = e * p + (p - 1.0f);
    return (vf)((vi)(t / (t + 2.0f)) | sign);
}

// For x < -88.3, exp(-x) is taken for infinite and the result is 0.
INLINE vf logistic(vf x) {
    vi n;
    vf e = reduced_exp_minus_one(at_most(at_least(-x, -87.0f), 89.0f), all(0), &n) + 1.0f;
    return 1.0f / (e * power_of_two(n) + 1.0f);
}

INLINE vf rectified(vf x) { return at_least(x, 0); }

// log(1 + exp x)
INLINE vf softplus(vf x) {
    return rectified(x) + logarithm_of_one_plus_fraction(exponential(-magnitude(x)));
}

// Φ(x), the standard normal distribution function; its density, which comes along, has the same exponential.
INLINE vf normal_distribution(vf x, vf *density) {
    vf a = at_most(magnitude(x), 14.6f);
    // a² / 2 in two parts: its rounding error would be multiplied by up to 100.
    vf high = (vf)((vi)a & (int32_t)0xfffff000);
    vf e = exponential_of_sum(high * high * -0.5f, (a - high) * (a + high) * -0.5f);
    *density = e * 0.398942280401432678f;
    // Φ(-a) exp(a² / 2) (a + 4) is a polynomial in (a - 4) / (a + 4) within 2⁻²⁶.
    vf inverse = 1.0f / (a + 4.0f);
    vf t = (a - 4.0f) * inverse;
    vf s = t * -1.235153559e-4f + 1.935910708e-4f;
    s = s * t + 1.568784782e-3f;
    s = s * t - 3.523051908e-3f;
    s = s * t - 7.526833246e-3f;
    s = s * t + 6.04064176e-2f;
    s = s * t - 1.865230677e-1f;
    s = s * t + 3.871366799e-1f;
    s = s * t - 6.078966037e-1f;
    s = s * t + 7.552851385e-1f;
    vf below = s * inverse * e;
    return pick(x > all(0), 1.0f - below, below);
}
