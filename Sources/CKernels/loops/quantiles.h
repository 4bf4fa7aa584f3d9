// The quantile Huber loss.
#pragma once

// |τ - 1{u < 0}| times the Huber function at u = target - prediction, and its slope. With κ = 0 that function is |u|.
INLINE vf quantile_weight(vf u, float level) { return pick(u < all(0), all(1.0f - level), all(level)); }

INLINE vf huber_of(vf u, float kappa) {
    vf size = magnitude(u);
    if (kappa == 0) return size;
    return pick(size > all(kappa), (size - 0.5f * kappa) * kappa, 0.5f * u * u);
}

INLINE vf huber_slope(vf u, float kappa) {
    if (kappa == 0) return pick(u > all(0), all(1), pick(u < all(0), all(-1), u));
    return at_most(at_least(u, -kappa), kappa);
}

static void quantile_huber(
    long rows, long quantiles, long targets, float kappa, const float *levels, long level_step,
    const float *prediction, const float *target, float *y) {
    for (long r = 0; r < rows; r++, levels += level_step, prediction += quantiles, target += targets) {
        vf total = {};
        for (long i = 0; i < quantiles; i++) {
            for (long j = 0; j < targets; j += VW) {
                vf u = load_up_to(target + j, targets - j) - prediction[i];
                total += only_below(quantile_weight(u, levels[i]) * huber_of(u, kappa), targets - j);
            }
        }
        y[r] = horizontal_sum(total) / (float)targets;
    }
}

static void quantile_huber_backward(
    long rows, long quantiles, long targets, float kappa, const float *levels, long level_step,
    const float *prediction, const float *target, const float *dy, float *dprediction, float *dtarget) {
    for (long r = 0; r < rows; r++, levels += level_step, prediction += quantiles, target += targets) {
        float factor = dy[r] / (float)targets;
        for (long i = 0; i < quantiles; i++) {
            vf total = {};
            for (long j = 0; j < targets; j += VW) {
                long left = targets - j, at = r * targets + j;
                vf u = load_up_to(target + j, left) - prediction[i];
                vf slope = only_below(quantile_weight(u, levels[i]) * huber_slope(u, kappa), left);
                total += slope;
                if (dtarget) store_up_to(dtarget + at, left, load_up_to(dtarget + at, left) + slope * factor);
            }
            if (dprediction) dprediction[r * quantiles + i] -= horizontal_sum(total) * factor;
        }
    }
}
