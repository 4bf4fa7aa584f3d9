// Random numbers by position: Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1,
// 2, 3"). Word i of a stream is word i mod 4 of the block that the cipher makes of the number i / 4 under the stream's
// key. So any part of a stream can be had without what comes before it, and in any order.
//
// Products and sums are not fused here: every instruction set gives the same bits, of the normal numbers too.
#pragma once

#pragma clang fp contract(off)

typedef uint32_t vu __attribute__((vector_size(VW * 4)));
typedef uint64_t vu_wide __attribute__((vector_size(VW * 4)));

// The words of VW / 2 blocks from `block` on: those at even positions and those at odd ones, each in order.
INLINE void random_words(uint64_t key, uint64_t block, vu *even, vu *odd) {
    const uint64_t low_half = 0xffffffff;
    // Each 32-bit number lies in the lower half of a lane of 64. What gathers in the upper half is never looked at.
    vu_wide lane;
    for (int i = 0; i < VW / 2; i++) lane[i] = (uint64_t)i;
    vu_wide c0 = lane + block, c1 = c0 >> 32, c2 = {}, c3 = {};
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
#pragma unroll
    for (int round = 0; round < 10; round++) {
        vu_wide first = (c0 & low_half) * (uint64_t)0xd2511f53;
        vu_wide second = (c2 & low_half) * (uint64_t)0xcd9e8d57;
        c0 = (second >> 32) ^ c1 ^ (uint64_t)k0;
        c1 = second;
        c2 = (first >> 32) ^ c3 ^ (uint64_t)k1;
        c3 = first;
        k0 += 0x9e3779b9;  // the golden ratio
        k1 += 0xbb67ae85;  // √3 - 1
    }
    *even = (vu)((c0 & low_half) | (c2 << 32));
    *odd = (vu)((c1 & low_half) | (c3 << 32));
}

// a₀ b₀ a₁ b₁ …
INLINE void interleave(vf a, vf b, vf *first, vf *second) {
#if VW == 16
    *first = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    *second = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#elif VW == 8
    *first = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    *second = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#else
    *first = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    *second = __builtin_shufflevector(a, b, 2, 6, 3, 7);
#endif
}

// Walks positions position ..< position + n in pieces of whole blocks, from the one that holds the first. The body makes
// two vectors of words, `even` and `odd`, into 2 VW numbers in order, `low` and `high`; those for elements
// at ..< at + 2 VW, which reach out of 0 ..< n in the first and last piece only.
#define EACH_PIECE(...) \
    uint64_t block = position >> 2; \
    for (long at = -(long)(position & 3); at < n; at += 2 * VW, block += VW / 2) { \
        vu even, odd; \
        vf low, high; \
        random_words(key, block, &even, &odd); \
        __VA_ARGS__ \
    }

// Those of the 2 VW numbers that are inside.
INLINE void store_inside(float *y, long at, long n, vf low, vf high) {
    if (at >= 0 && at + 2 * VW <= n) {
        store(y + at, low);
        store(y + at + VW, high);
        return;
    }
    float piece[2 * VW];
    store(piece, low);
    store(piece + VW, high);
    for (long i = 0; i < 2 * VW; i++) {
        if (at + i >= 0 && at + i < n) y[at + i] = piece[i];
    }
}

INLINE void load_inside(const float *x, long at, long n, vf *low, vf *high) {
    if (at >= 0 && at + 2 * VW <= n) {
        *low = load(x + at);
        *high = load(x + at + VW);
        return;
    }
    float piece[2 * VW] = {};
    for (long i = 0; i < 2 * VW; i++) {
        if (at + i >= 0 && at + i < n) piece[i] = x[at + i];
    }
    *low = load(piece);
    *high = load(piece + VW);
}

static void random_bits(long n, uint64_t key, uint64_t position, uint32_t *y) {
    EACH_PIECE({
        interleave((vf)even, (vf)odd, &low, &high);
        store_inside((float *)y, at, n, low, high);
    })
}

static void random_uniform(long n, uint64_t key, uint64_t position, float *y) {
    EACH_PIECE({
        vf first = __builtin_convertvector((vi)(even >> 8), vf) * 0x1p-24f;
        vf second = __builtin_convertvector((vi)(odd >> 8), vf) * 0x1p-24f;
        interleave(first, second, &low, &high);
        store_inside(y, at, n, low, high);
    })
}

// `logarithm_of_parts` again, compiled without fused multiplications as everything here: the same bits everywhere.
INLINE vf portable_logarithm(vf f, vi n) {
    vf e = __builtin_convertvector(n, vf);
    vf s = f / (f + 2.0f);
    vf z = s * s;
    vf series = z * (z * (z * (z * (2.0f / 9) + 2.0f / 7) + 2.0f / 5) + 2.0f / 3);
    vf y = f - (s * (f - series) - e * -2.12194440054690583e-4f);
    return y + e * 0.693359375f;
}

// -log(1 - u) for u = (word + ½) 2⁻³²: exponentially distributed, from 2⁻³³ to 22.9. 1 - u is the number of the inverted
// word, and where it is near 1, -u is what it differs by: both ends are as exact as the middle.
INLINE vf exponential_of_words(vu word) {
    vf u = (__builtin_convertvector(word, vf) + 0.5f) * 0x1p-32f;
    vf rest = (__builtin_convertvector(~word, vf) + 0.5f) * 0x1p-32f;
    vi n;
    vf f = mantissa_minus_one(rest, &n);
    return -portable_logarithm(pick(u < all(0.25f), -u, f), n);
}

// The cosine and sine of 2π word 2⁻³²: by quarters of the circle, then by their series (the next terms are below 2⁻²⁷).
INLINE void turn(vu word, vf *cosine, vf *sine) {
    vu quarter = (word + 0x20000000u) >> 30;
    vf x = __builtin_convertvector((vi)(word - (quarter << 30)), vf) * 1.46291807926715968e-9f;  // π 2⁻³¹
    vf z = x * x;
    vf s = z * (1.0f / 362880) - 1.0f / 5040;
    s = s * z + 1.0f / 120;
    s = s * z - 1.0f / 6;
    s = s * z * x + x;
    vf c = z * (-1.0f / 3628800) + 1.0f / 40320;
    c = c * z - 1.0f / 720;
    c = c * z + 1.0f / 24;
    c = c * z - 0.5f;
    c = c * z + 1.0f;
    vi is_odd = (vi)(quarter << 31) >> 31;
    vi cosine_sign = (vi)((quarter + 1) >> 1 << 31);
    vi sine_sign = (vi)(quarter >> 1 << 31);
    *cosine = (vf)((vi)pick(is_odd, s, c) ^ cosine_sign);
    *sine = (vf)((vi)pick(is_odd, c, s) ^ sine_sign);
}

// Box & Muller (1958): a pair of words makes the pair of normal numbers at its positions.
static void random_normal(long n, uint64_t key, uint64_t position, float *y) {
    EACH_PIECE({
        vf radius = __builtin_elementwise_sqrt(exponential_of_words(even) * 2.0f);
        vf cosine;
        vf sine;
        turn(odd, &cosine, &sine);
        interleave(radius * cosine, radius * sine, &low, &high);
        store_inside(y, at, n, low, high);
    })
}

INLINE vf gumbel_of_words(vu word) {
    vi n;
    vf f = mantissa_minus_one(exponential_of_words(word), &n);
    return -portable_logarithm(f, n);
}

static void random_gumbel(long n, uint64_t key, uint64_t position, float *y) {
    EACH_PIECE({
        interleave(gumbel_of_words(even), gumbel_of_words(odd), &low, &high);
        store_inside(y, at, n, low, high);
    })
}

static void random_mask(long n, uint64_t key, uint64_t position, uint32_t bound, uint8_t *y) {
    EACH_PIECE({
        interleave((vf)even, (vf)odd, &low, &high);
        uint32_t words[2 * VW];
        store((float *)words, low);
        store((float *)words + VW, high);
        if (at >= 0 && at + 2 * VW <= n) {
            for (long i = 0; i < 2 * VW; i++) y[at + i] = words[i] >= bound;
        } else {
            for (long i = 0; i < 2 * VW; i++) {
                if (at + i >= 0 && at + i < n) y[at + i] = words[i] >= bound;
            }
        }
    })
}

static void dropout(
    long n, uint64_t key, uint64_t position, uint32_t bound, float s, const float *x, float *y, bool accumulate) {
    EACH_PIECE({
        vf x_low;
        vf x_high;
        load_inside(x, at, n, &x_low, &x_high);
        vf first = pick((vi)(even >= bound), all(s), all(0));
        vf second = pick((vi)(odd >= bound), all(s), all(0));
        interleave(first, second, &low, &high);
        low *= x_low;
        high *= x_high;
        if (accumulate) {
            vf y_low;
            vf y_high;
            load_inside(y, at, n, &y_low, &y_high);
            low += y_low;
            high += y_high;
        }
        store_inside(y, at, n, low, high);
    })
}
#undef EACH_PIECE

#pragma clang fp contract(on)
