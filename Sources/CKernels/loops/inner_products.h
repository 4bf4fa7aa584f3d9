// Products as inner products: a row of A times a row of Bᵀ, both read along the terms. Nothing has to be turned or
// copied and no lane is idle when there are only one, two or three columns; what it costs is the sum over the lanes
// at the end, about three operations a result.
#pragma once

// The rows · columns (at most VW) results at row i and column j of a product whose B is given as Bᵀ [n, k].
INLINE void inner_tile(const int rows, const int columns, const product *t, long i, long j) {
    const long k = t->k, a_step = t->row_step, b_step = t->b_step, c_step = t->c_step;
    const float *a = t->a + i * a_step;
    const float *b = t->b + j * b_step;
    float *c = t->c + i * c_step + j;
    vf sum[VW];
    UNROLLED for (int s = 0; s < VW; s++) sum[s] = (vf){};
#define TERMS(LOAD) \
    { \
        vf y[4]; \
        UNROLLED for (int v = 0; v < columns; v++) y[v] = LOAD(b + v * b_step + p); \
        UNROLLED for (int r = 0; r < rows; r++) { \
            vf x = LOAD(a + r * a_step + p); \
            UNROLLED for (int v = 0; v < columns; v++) sum[r * columns + v] += x * y[v]; \
        } \
    }
#define LOAD_REST(from) load_partial(from, k - p)
    long p = 0;
    for (; k - p >= VW; p += VW) TERMS(load)
    if (p < k) TERMS(LOAD_REST)
#undef LOAD_REST
#undef TERMS
    vf result = sums_of(sum);
    // Lane r · columns + v belongs to row r, column v.
    float lanes[VW] = {};
    if (t->accumulate || t->bias) {
        UNROLLED for (int r = 0; r < rows; r++) {
            memcpy(lanes + r * columns, t->accumulate ? c + r * c_step : t->bias + j, columns * sizeof(float));
        }
        result += load(lanes);
    }
    if (t->activation == rl_relu) result = rectified(result);
    store(lanes, result);
    UNROLLED for (int r = 0; r < rows; r++) memcpy(c + r * c_step, lanes + r * columns, columns * sizeof(float));
}

#define INNER_COLUMNS(columns) \
    static void inner_columns_##columns(const product *t, long m, long j) { \
        long i = 0; \
        for (; m - i >= VW / columns; i += VW / columns) inner_tile(VW / columns, columns, t, i, j); \
        REST(8, columns) REST(4, columns) REST(2, columns) REST(1, columns) \
    }
#define REST(rows, columns) \
    if (rows * columns < VW && m - i >= rows) { \
        inner_tile(rows, columns, t, i, j); \
        i += rows; \
    }
INNER_COLUMNS(4)
INNER_COLUMNS(2)
INNER_COLUMNS(1)
#undef REST
#undef INNER_COLUMNS

// c [m, n] from A's rows (with column step 1) and Bᵀ [n, k].
static void multiply_inner(const product *t, long m, long n) {
    long j = 0;
    for (; n - j >= 4; j += 4) inner_columns_4(t, m, j);
    if (n - j >= 2) {
        inner_columns_2(t, m, j);
        j += 2;
    }
    if (n - j >= 1) inner_columns_1(t, m, j);
}
