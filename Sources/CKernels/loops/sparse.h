// Products with a matrix of mostly zeros, in which only the others are multiplied: boards of binary planes, one-hot rows.
#pragma once

// What is not 0 in a stretch of a row.
enum { stretch = 512 };
typedef struct {
    long count;
    int32_t place[stretch + VW];
    float value[stretch + VW];
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

static void sparse_linear(
    long m, long n, long k, const float *x, const float *w, const float *bias, int activation, float *y) {
    entries e;
    for (long r = 0; r < m; r++) {
        for (long p = 0; p < k || p == 0; p += stretch) {
            find_entries(&e, x + r * k + p, k - p < stretch ? k - p : stretch);
            const float *part = w + p * n;
            for (long j = 0; j < n; j += 4 * VW) {
                vf sum[4];
                const float *start = p == 0 ? bias : y + r * n;
                UNROLLED for (int v = 0; v < 4; v++) {
                    sum[v] = j + v * VW < n ? load_if(start, j + v * VW, n - j - v * VW) : all(0);
                }
                if (n - j >= 4 * VW) {
                    for (long t = 0; t < e.count; t++) {
                        const float *row = part + e.place[t] * n + j;
                        UNROLLED for (int v = 0; v < 4; v++) sum[v] += e.value[t] * load(row + v * VW);
                    }
                } else {
                    for (long t = 0; t < e.count; t++) {
                        const float *row = part + e.place[t] * n;
                        UNROLLED for (int v = 0; v < 4; v++) {
                            long column = j + v * VW;
                            if (column < n) sum[v] += e.value[t] * load_up_to(row + column, n - column);
                        }
                    }
                }
                UNROLLED for (int v = 0; v < 4; v++) {
                    long column = j + v * VW;
                    if (column < n) store_up_to(y + r * n + column, n - column, sum[v]);
                }
            }
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
            float *part = dw + p * n;
            for (long j = 0; j < n; j += 4 * VW) {
                vf d[4];
                UNROLLED for (int v = 0; v < 4; v++) {
                    long column = j + v * VW;
                    d[v] = column < n ? load_up_to(dy + r * n + column, n - column) : all(0);
                }
                if (n - j >= 4 * VW) {
                    for (long t = 0; t < e.count; t++) {
                        float *row = part + e.place[t] * n + j;
                        UNROLLED for (int v = 0; v < 4; v++) {
                            store(row + v * VW, load(row + v * VW) + e.value[t] * d[v]);
                        }
                    }
                } else {
                    for (long t = 0; t < e.count; t++) {
                        float *row = part + e.place[t] * n;
                        UNROLLED for (int v = 0; v < 4; v++) {
                            long column = j + v * VW;
                            if (column >= n) continue;
                            vf sum = load_up_to(row + column, n - column) + e.value[t] * d[v];
                            store_up_to(row + column, n - column, sum);
                        }
                    }
                }
            }
        }
    }
}
