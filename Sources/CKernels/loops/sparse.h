// Products with a matrix of mostly zeros, in which only the others are multiplied: boards of binary planes, one-hot rows.
#pragma once

// What is not 0 in a stretch of a row.
enum { stretch = 512 };
typedef struct {
    long count;
    int32_t place[stretch];
    float value[stretch];
} entries;

INLINE void find_entries(entries *e, const float *x, long n) {
    long count = 0;
    long i = 0;
#if VW == 16
    __m512i place = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (; i < n; i += VW, place = _mm512_add_epi32(place, _mm512_set1_epi32(VW))) {
        __m512 v = (__m512)load_up_to(x + i, n - i);
        __mmask16 mask = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
        _mm512_storeu_si512(e->place + count, _mm512_maskz_compress_epi32(mask, place));
        _mm512_storeu_ps(e->value + count, _mm512_maskz_compress_ps(mask, v));
        count += __builtin_popcount(mask);
    }
#else
    for (; i < n; i++) {
        e->place[count] = (int32_t)i;
        e->value[count] = x[i];
        count += x[i] != 0;
    }
#endif
    e->count = count;
}

// Whether at most a fifth of x [m, k] is not 0, judged by up to 4 of the rows.
static bool is_sparse(long m, long k, const float *x) {
    long rows = m < 4 ? m : 4;
    long count = 0;
    for (long r = 0; r < rows; r++) {
        const float *row = x + m * r / rows * k;
        long found = 0;
        for (long i = 0; i < k; i++) found += row[i] != 0;
        count += found;
    }
    return count * 5 <= rows * k;
}

// Four vectors at p, of which `left` numbers are there, zeros behind.
INLINE void load_four(vf x[4], const float *p, long left) {
    UNROLLED for (int v = 0; v < 4; v++, left -= VW) x[v] = left > 0 ? load_up_to(p + v * VW, left) : all(0);
}

INLINE void store_four(float *p, long left, const vf x[4]) {
    UNROLLED for (int v = 0; v < 4; v++, left -= VW) {
        if (left > 0) store_up_to(p + v * VW, left, x[v]);
    }
}

// y [n] += Σ entry · its row of w [.., n]
INLINE void add_rows(const entries *e, const float *w, long n, float *y) {
    for (long j = 0; j < n; j += 4 * VW) {
        vf sum[4], row[4];
        load_four(sum, y + j, n - j);
        for (long t = 0; t < e->count; t++) {
            load_four(row, w + e->place[t] * n + j, n - j);
            UNROLLED for (int v = 0; v < 4; v++) sum[v] += e->value[t] * row[v];
        }
        store_four(y + j, n - j, sum);
    }
}

// Each entry's row of w [.., n] += entry · d [n]
INLINE void add_to_rows(const entries *e, const float *d, long n, float *w) {
    for (long j = 0; j < n; j += 4 * VW) {
        vf part[4], row[4];
        load_four(part, d + j, n - j);
        for (long t = 0; t < e->count; t++) {
            float *p = w + e->place[t] * n + j;
            load_four(row, p, n - j);
            UNROLLED for (int v = 0; v < 4; v++) row[v] += e->value[t] * part[v];
            store_four(p, n - j, row);
        }
    }
}

static void sparse_linear(
    long m, long n, long k, const float *x, const float *w, const float *bias, int activation, float *y) {
    entries e;
    for (long r = 0; r < m; r++) {
        float *sum = y + r * n;
        if (bias) {
            memcpy(sum, bias, (size_t)n * sizeof(float));
        } else {
            memset(sum, 0, (size_t)n * sizeof(float));
        }
        for (long p = 0; p < k; p += stretch) {
            find_entries(&e, x + r * k + p, k - p < stretch ? k - p : stretch);
            add_rows(&e, w + p * n, n, sum);
        }
    }
    if (activation != rl_identity) finish_linear(1, m * n, 0, activation, y);
}

static void sparse_weight_gradient(
    long m, long n, long k, const float *x, const float *dy, float *dw, bool accumulate) {
    if (!accumulate) memset(dw, 0, (size_t)(k * n) * sizeof(float));
    entries e;
    for (long r = 0; r < m; r++) {
        for (long p = 0; p < k; p += stretch) {
            find_entries(&e, x + r * k + p, k - p < stretch ? k - p : stretch);
            add_to_rows(&e, dy + r * n, n, dw + p * n);
        }
    }
}
