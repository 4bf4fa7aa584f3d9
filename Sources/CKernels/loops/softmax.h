// Softmax and what is made of it, row by row. Rows are short (actions), often a single vector.
#pragma once

// Lanes at or behind `left` read as `otherwise`.
INLINE vf load_or(const float *p, long left, float otherwise) {
    return left >= VW ? load(p) : pick(lanes_below(left), load_partial(p, left), all(otherwise));
}

// log Σ exp x of one row, moved by the row's maximum so that nothing overflows.
INLINE float row_log_sum_exp(long columns, const float *x) {
    vf most = all(-__builtin_inff());
    for (long c = 0; c < columns; c += VW) {
        most = larger(most, load_or(x + c, columns - c, -__builtin_inff()));
    }
    float shift = horizontal_max(most);
    // A row of -∞ has the sum 0; one with +∞ or NaN is returned as it is.
    if (!(shift - shift == 0)) return shift;
    vf total = {};
    for (long c = 0; c < columns; c += VW) {
        vf e = exponential(load_or(x + c, columns - c, -__builtin_inff()) - shift);
        total += e;
    }
    return shift + logarithm(all(horizontal_sum(total)))[0];
}

// The same of VW rows, one a lane, whose columns lie one after the other.
INLINE vf turned_log_sum_exp(long columns, const float *x) {
    vf most = all(-__builtin_inff());
    for (long c = 0; c < columns; c++) most = larger(most, load(x + c * VW));
    vf total = {};
    for (long c = 0; c < columns; c++) total += exponential(load(x + c * VW) - most);
    return pick(most - most == all(0), most + logarithm(total), most);
}

static void log_sum_exp(long rows, long columns, const float *x, float *y) {
    enum { most_columns = 64 };
    float turned[most_columns * VW];
    for (; columns <= most_columns && rows >= few_rows; rows -= VW, x += VW * columns, y += VW) {
        turn_rows(rows, columns, x, columns, turned);
        store_up_to(y, rows, turned_log_sum_exp(columns, turned));
    }
    for (long r = 0; r < rows; r++) y[r] = row_log_sum_exp(columns, x + r * columns);
}

// d += the result for every element of row r: `left` is what remains of the row from column c.
#define EACH_ADD(d, value) \
    for (long c = 0; c < columns; c += VW) { \
        long at = r * columns + c, left = columns - c; \
        store_up_to(d + at, left, load_up_to(d + at, left) + (value)); \
    }

static void log_sum_exp_backward(
    long rows, long columns, const float *x, const float *y, const float *dy, float *dx) {
    for (long r = 0; r < rows; r++) {
        EACH_ADD(dx, exponential(load_up_to(x + at, left) - y[r]) * dy[r])
    }
}

static void log_softmax(long rows, long columns, const float *x, float *y) {
    float normalizers[VW];
    for (; rows > 0; rows -= VW, x += VW * columns, y += VW * columns) {
        log_sum_exp(rows < VW ? rows : VW, columns, x, normalizers);
        for (long r = 0; r < VW && r < rows; r++) {
            // Of +∞ nothing can be told apart: the whole row is NaN.
            float normalizer = normalizers[r] == __builtin_inff() ? __builtin_nanf("") : normalizers[r];
            for (long c = 0; c < columns; c += VW) {
                long at = r * columns + c, left = columns - c;
                store_up_to(y + at, left, load_up_to(x + at, left) - normalizer);
            }
        }
    }
}

static void log_softmax_backward(long rows, long columns, const float *y, const float *dy, float *dx) {
    for (long r = 0; r < rows; r++) {
        float total = sum(columns, dy + r * columns);
        EACH_ADD(dx, load_up_to(dy + at, left) - exponential(load_up_to(y + at, left)) * total)
    }
}

static void softmax(long rows, long columns, const float *x, float *y) {
    log_softmax(rows, columns, x, y);
    unary(rl_exp, rows * columns, 0, 0, y, y);
}

static void softmax_backward(long rows, long columns, const float *y, const float *dy, float *dx) {
    for (long r = 0; r < rows; r++) {
        vf total = {};
        for (long c = 0; c < columns; c += VW) {
            total += load_up_to(y + r * columns + c, columns - c) * load_up_to(dy + r * columns + c, columns - c);
        }
        float mean = horizontal_sum(total);
        EACH_ADD(dx, load_up_to(y + at, left) * (load_up_to(dy + at, left) - mean))
    }
}
