// Running sums along an axis.
#pragma once

// One sum after the other, in Double, where the axis is the last.
static void cumulative_sum_of_row(long count, bool reversed, bool accumulate, const float *x, float *y) {
    double total = 0;
    for (long k = 0; k < count; k++) {
        long at = reversed ? count - 1 - k : k;
        total += x[at];
        y[at] = accumulate ? y[at] + (float)total : (float)total;
    }
}

static void cumulative_sum(
    long outer, long count, long inner, bool reversed, bool accumulate, const float *x, float *y) {
    for (long o = 0; o < outer; o++, x += count * inner, y += count * inner) {
        if (inner == 1) {
            cumulative_sum_of_row(count, reversed, accumulate, x, y);
            continue;
        }
        for (long i = 0; i < inner; i += VW) {
            long left = inner - i;
            // What rounding loses is carried along (Kahan's sum), so that a long sum stays exact.
            vf total = {}, lost = {};
            for (long k = 0; k < count; k++) {
                long at = (reversed ? count - 1 - k : k) * inner + i;
                vf value = load_up_to(x + at, left) - lost;
                vf next = total + value;
                vf lost_now = (next - total) - value;
                // An infinite sum has lost nothing.
                lost = pick(lost_now - lost_now == all(0), lost_now, all(0));
                total = next;
                store_up_to(y + at, left, accumulate ? load_up_to(y + at, left) + total : total);
            }
        }
    }
}
