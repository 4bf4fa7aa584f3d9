// Sums and maxima. Four partial sums hide the latency of additions; they are joined in a fixed order.
#pragma once

// The sum lane by lane.
INLINE vf lane_sums(long n, const float *x) {
    vf part[4] = {};
    long i = 0;
    for (; n - i >= 4 * VW; i += 4 * VW) {
        UNROLLED for (int u = 0; u < 4; u++) part[u] += load(x + i + u * VW);
    }
    for (; i < n; i += VW) part[0] += load_up_to(x + i, n - i);
    return (part[0] + part[1]) + (part[2] + part[3]);
}

static float sum(long n, const float *x) { return horizontal_sum(lane_sums(n, x)); }

// In Double: gradients of very different sizes meet in a global norm.
static double sum_squares(long n, const float *x) {
    double part[VW] = {};
    long i = 0;
    for (; n - i >= VW; i += VW) {
        for (int u = 0; u < VW; u++) part[u] += (double)x[i + u] * x[i + u];
    }
    for (int u = 0; i < n; i++, u++) part[u] += (double)x[i] * x[i];
    double total = 0;
    for (int u = 0; u < VW; u++) total += part[u];
    return total;
}

static float huber_sum(long n, float delta, const float *x) {
    vf total = {};
    for (long i = 0; i < n; i += VW) {
        vf v = load_up_to(x + i, n - i);
        vf size = (vf)((vi)v & 0x7fffffff);
        total += pick(size > all(delta), (size - 0.5f * delta) * delta, 0.5f * v * v);
    }
    return horizontal_sum(total);
}

static void huber_backward(long n, float delta, float g, const float *x, float *dx) {
    for (long i = 0; i < n; i += VW) {
        vf slope = at_most(at_least(load_up_to(x + i, n - i), -delta), delta);
        store_up_to(dx + i, n - i, load_up_to(dx + i, n - i) + slope * g);
    }
}

// From this many rows on, VW rows at a time share their shuffles.
enum { few_rows = VW / 2 };

static void row_sums(long rows, long columns, const float *x, float *y) {
    for (; rows >= few_rows; rows -= VW, x += VW * columns, y += VW) {
        vf total[VW];
        if (columns <= VW) {
            UNROLLED for (int r = 0; r < VW; r++) {
                total[r] = r < rows ? load_up_to(x + r * columns, columns) : all(0);
            }
        } else {
            for (int r = 0; r < VW; r++) total[r] = r < rows ? lane_sums(columns, x + r * columns) : all(0);
        }
        store_up_to(y, rows, sums_of(total));
    }
    for (long r = 0; r < rows; r++) y[r] = sum(columns, x + r * columns);
}

// One vector of columns in four partial sums, or four vectors in two each: enough additions at a time.
INLINE void columns_sum(
    const int vectors, const int sets, long rows, long columns, const float *x, long left, float *y, bool accumulate) {
    vf part[4][4] = {};
    long r = 0;
    for (; rows - r >= sets; r += sets, x += sets * columns) {
        UNROLLED for (int s = 0; s < sets; s++) {
            UNROLLED for (int v = 0; v < vectors; v++) {
                part[s][v] += load_up_to(x + s * columns + v * VW, left - v * VW);
            }
        }
    }
    for (; r < rows; r++, x += columns) {
        UNROLLED for (int v = 0; v < vectors; v++) part[0][v] += load_up_to(x + v * VW, left - v * VW);
    }
    UNROLLED for (int v = 0; v < vectors; v++) {
        vf total = sets == 4 ? (part[0][v] + part[1][v]) + (part[2][v] + part[3][v]) : part[0][v] + part[1][v];
        if (accumulate) total += load_up_to(y + v * VW, left - v * VW);
        store_up_to(y + v * VW, left - v * VW, total);
    }
}

static void column_sums(long rows, long columns, const float *x, float *y, bool accumulate) {
    long c = 0;
    for (; columns - c >= 4 * VW; c += 4 * VW) columns_sum(4, 2, rows, columns, x + c, 4 * VW, y + c, accumulate);
    for (; columns - c >= VW; c += VW) columns_sum(1, 4, rows, columns, x + c, VW, y + c, accumulate);
    if (c < columns) columns_sum(1, 4, rows, columns, x + c, columns - c, y + c, accumulate);
}

// VW rows, or the `rows` there are, one a lane: vector c of `turned` is column c. The lanes behind are 0.
INLINE void turn_rows(long rows, long columns, const float *x, long step, float *turned) {
    if (rows < VW) memset(turned, 0, (unsigned long)columns * VW * sizeof(float));
    transpose(rows < VW ? rows : VW, columns, x, step, turned, VW);
}

INLINE void row_max_of_block(long rows, long columns, const float *x, float *y, int32_t *index) {
    vf best = all(-__builtin_inff());
    vi at = {};
    for (long c = 0; c < columns; c += VW) {
        float turned[VW * VW];
        long here = columns - c < VW ? columns - c : VW;
        turn_rows(rows, here, x + c, columns, turned);
        for (long u = 0; u < here; u++) {
            vf candidate = load(turned + u * VW);
            vi better = ~(candidate <= best) & (best == best);
            best = pick(better, candidate, best);
            at = (better & (int32_t)(c + u)) | (~better & at);
        }
    }
    long left = rows < VW ? rows : VW;
    store_up_to(y, left, best);
    memcpy(index, &at, (unsigned long)left * sizeof(int32_t));
}

static void row_max(long rows, long columns, const float *x, float *y, int32_t *index) {
    for (; rows >= few_rows && columns > VW / 4; rows -= VW, x += VW * columns, y += VW, index += VW) {
        row_max_of_block(rows, columns, x, y, index);
    }
    for (long r = 0; r < rows; r++, x += columns) {
        float best = x[0];
        int32_t at = 0;
        for (long c = 1; c < columns; c++) {
            if (x[c] > best || (x[c] != x[c] && best == best)) {
                best = x[c];
                at = (int32_t)c;
            }
        }
        y[r] = best;
        index[r] = at;
    }
}
