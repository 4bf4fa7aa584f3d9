// Vectors of VW floats, and loads and stores of a vector that is only partly there.
#pragma once

typedef float vf __attribute__((vector_size(VW * 4)));
typedef float vf_unaligned __attribute__((vector_size(VW * 4), aligned(4)));
typedef int32_t vi __attribute__((vector_size(VW * 4)));

#define INLINE static inline __attribute__((always_inline))

// Before a loop with constant bounds.
#define UNROLLED _Pragma("clang loop unroll(full)")

INLINE vf all(float x) { return x - (vf){}; }

INLINE vf load(const float *p) { return *(const vf_unaligned *)p; }

INLINE void store(float *p, vf x) { *(vf_unaligned *)p = x; }

#if VW == 16
INLINE vf load_partial(const float *p, long n) {
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}

INLINE void store_partial(float *p, long n, vf x) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)x);
}
#elif VW == 8
INLINE __m256i first_lanes(long n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

INLINE vf load_partial(const float *p, long n) { return (vf)_mm256_maskload_ps(p, first_lanes(n)); }

INLINE void store_partial(float *p, long n, vf x) { _mm256_maskstore_ps(p, first_lanes(n), (__m256)x); }
#else
INLINE vf load_partial(const float *p, long n) {
    return (vf){n > 0 ? p[0] : 0, n > 1 ? p[1] : 0, n > 2 ? p[2] : 0, n > 3 ? p[3] : 0};
}

INLINE void store_partial(float *p, long n, vf x) {
    if (n > 0) p[0] = x[0];
    if (n > 1) p[1] = x[1];
    if (n > 2) p[2] = x[2];
    if (n > 3) p[3] = x[3];
}
#endif

// The first min(n, VW) floats at p, zeros behind.
INLINE vf load_up_to(const float *p, long n) { return n >= VW ? load(p) : load_partial(p, n); }

// The same from position i on, all zeros where there is no array.
INLINE vf load_if(const float *p, long i, long left) { return p ? load_up_to(p + i, left) : all(0); }

INLINE void store_up_to(float *p, long n, vf x) {
    if (n >= VW) {
        store(p, x);
    } else {
        store_partial(p, n, x);
    }
}

// mask ? a : b, lane by lane.
INLINE vf pick(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }

INLINE vi lanes_below(long n) {
    vi lane;
    for (int i = 0; i < VW; i++) lane[i] = i;
    return lane < (vi)((int32_t)(n < VW ? n : VW) - (vi){});
}

// Unlike the vector maximum, these keep a NaN in x.
INLINE vf at_least(vf x, float low) { return pick(x < all(low), all(low), x); }
INLINE vf at_most(vf x, float high) { return pick(x > all(high), all(high), x); }

// A NaN on either side wins.
INLINE vf smaller(vf a, vf b) { return pick((b < a) | (b != b), b, a); }
INLINE vf larger(vf a, vf b) { return pick((b > a) | (b != b), b, a); }
