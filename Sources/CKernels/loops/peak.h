// How fast this processor multiplies and adds: what products are measured by.
#pragma once

// Twelve sums hide the latency of an addition on every processor and fit into 16 registers.
static float multiply_add_peak(long rounds) {
    vf sum[12];
    vf x = all(0.999f), y = all(0.001f);
    // Starts that the compiler does not know: one that stays what it is would be left out.
    for (int i = 0; i < 12; i++) sum[i] = all((float)(rounds + i));
    for (long r = 0; r < rounds; r++) {
        UNROLLED for (int i = 0; i < 12; i++) sum[i] = sum[i] * x + y;
    }
    vf total = {};
    for (int i = 0; i < 12; i++) total += sum[i];
    return horizontal_sum(total);
}
