// Normalization of rows (layer, root mean square), and of channels over positions (group, instance, batch). Squares are
// summed about the mean, in a second pass, so that a large mean costs no digits.
#pragma once

// x, but 0 in the lanes at or behind `left`.
INLINE vf only_below(vf x, long left) { return left >= VW ? x : pick(lanes_below(left), x, all(0)); }

INLINE vf load_scale(const float *scale, long c, long left) { return scale ? load_up_to(scale + c, left) : all(1); }

static float sum_squares_about(long n, const float *x, float center) {
    vf part[4] = {};
    long i = 0;
    for (; n - i >= 4 * VW; i += 4 * VW) {
        for (int u = 0; u < 4; u++) {
            vf deviation = load(x + i + u * VW) - center;
            part[u] += deviation * deviation;
        }
    }
    for (; i < n; i += VW) {
        vf deviation = only_below(load_up_to(x + i, n - i) - center, n - i);
        part[0] += deviation * deviation;
    }
    return horizontal_sum((part[0] + part[1]) + (part[2] + part[3]));
}

static void layer_norm(
    long rows, long columns, float epsilon, const float *x, const float *scale, const float *shift, float *mean,
    float *inverse, float *y) {
    for (long r = 0; r < rows; r++, x += columns, y += columns) {
        float center = mean ? sum(columns, x) / (float)columns : 0;
        float variance = sum_squares_about(columns, x, center) / (float)columns;
        float factor = 1.0f / __builtin_sqrtf(variance + epsilon);
        if (mean) mean[r] = center;
        inverse[r] = factor;
        for (long c = 0; c < columns; c += VW) {
            long left = columns - c;
            vf normal = (load_up_to(x + c, left) - center) * factor;
            store_up_to(y + c, left, normal * load_scale(scale, c, left) + load_if(shift, c, left));
        }
    }
}

static void layer_norm_backward(
    long rows, long columns, const float *x, const float *scale, const float *mean, const float *inverse,
    const float *dy, float *dx, float *dscale, float *dshift) {
    for (long r = 0; r < rows; r++) {
        const float *from = x + r * columns, *slope = dy + r * columns;
        float center = mean ? mean[r] : 0, factor = inverse[r];
        // With n = (x - mean) / σ and g = dy · scale, both averaged over the row: dx = (g - mean(g) - n mean(g n)) / σ
        vf plain = {}, along = {};
        for (long c = 0; c < columns; c += VW) {
            long left = columns - c;
            vf normal = (load_up_to(from + c, left) - center) * factor;
            vf g = load_up_to(slope + c, left) * load_scale(scale, c, left);
            plain += g;
            along += g * normal;
        }
        float average = mean ? horizontal_sum(plain) / (float)columns : 0;
        float projection = horizontal_sum(along) / (float)columns;
        for (long c = 0; c < columns; c += VW) {
            long left = columns - c;
            vf normal = (load_up_to(from + c, left) - center) * factor;
            vf d = load_up_to(slope + c, left);
            if (dscale) store_up_to(dscale + c, left, load_up_to(dscale + c, left) + d * normal);
            if (dshift) store_up_to(dshift + c, left, load_up_to(dshift + c, left) + d);
            if (!dx) continue;
            float *to = dx + r * columns + c;
            vf g = d * load_scale(scale, c, left);
            store_up_to(to, left, load_up_to(to, left) + (g - average - normal * projection) * factor);
        }
    }
}

// Sums over positions are made in blocks of so many, so that rounding errors do not pile up over a large image.
enum { positions_in_block = 64 };

// first[c] = Σ x, or Σ (x - center[c])² with centers. With dy: first[c] = Σ dy and second[c] = Σ dy (x - center[c]).
INLINE void channel_sums(
    long positions, long channels, const float *x, const float *center, const float *dy, float *first,
    float *second) {
    for (long c = 0; c < channels; c += VW) {
        long left = channels - c;
        vf middle = load_if(center, c, left), total = {}, other = {};
        for (long start = 0; start < positions; start += positions_in_block) {
            long end = positions - start < positions_in_block ? positions : start + positions_in_block;
            vf part = {}, other_part = {};
            for (long p = start; p < end; p++) {
                vf value = load_up_to(x + p * channels + c, left);
                if (dy) {
                    vf d = load_up_to(dy + p * channels + c, left);
                    part += d;
                    other_part += d * (value - middle);
                } else if (center) {
                    part += (value - middle) * (value - middle);
                } else {
                    part += value;
                }
            }
            total += part;
            other += other_part;
        }
        store_up_to(first + c, left, total);
        if (dy) store_up_to(second + c, left, other);
    }
}

// One number from the channels of group g.
static float group_sum(rl_groups s, const float *x, const float *scale, long g) {
    long size = s.channels / s.groups;
    double total = 0;
    for (long c = g * size; c < (g + 1) * size; c++) total += scale ? (double)x[c] * scale[c] : x[c];
    return (float)total;
}

static void spread_over_groups(rl_groups s, const float *of_group, float *of_channel) {
    long size = s.channels / s.groups;
    for (long c = 0; c < s.channels; c++) of_channel[c] = of_group[c / size];
}

static void group_moments(rl_groups s, const float *x, float *scratch, float *mean, float *variance) {
    float *sums = scratch, *center = scratch + s.channels;
    float count = (float)(s.positions * (s.channels / s.groups));
    for (long n = 0; n < s.samples; n++, x += s.positions * s.channels, mean += s.groups, variance += s.groups) {
        channel_sums(s.positions, s.channels, x, 0, 0, sums, 0);
        for (long g = 0; g < s.groups; g++) mean[g] = group_sum(s, sums, 0, g) / count;
        spread_over_groups(s, mean, center);
        channel_sums(s.positions, s.channels, x, center, 0, sums, 0);
        for (long g = 0; g < s.groups; g++) variance[g] = group_sum(s, sums, 0, g) / count;
    }
}

static void group_norm(
    rl_groups s, float epsilon, const float *x, const float *mean, const float *variance, const float *scale,
    const float *shift, float *scratch, float *y) {
    float *center = scratch, *factor = scratch + s.channels;
    for (long n = 0; n < s.samples; n++, mean += s.groups, variance += s.groups) {
        spread_over_groups(s, mean, center);
        spread_over_groups(s, variance, factor);
        for (long c = 0; c < s.channels; c += VW) {
            long left = s.channels - c;
            vf root = __builtin_elementwise_sqrt(load_up_to(factor + c, left) + epsilon);
            store_up_to(factor + c, left, load_scale(scale, c, left) / root);
        }
        for (long p = 0; p < s.positions; p++, x += s.channels, y += s.channels) {
            for (long c = 0; c < s.channels; c += VW) {
                long left = s.channels - c;
                vf deviation = load_up_to(x + c, left) - load_up_to(center + c, left);
                store_up_to(y + c, left, deviation * load_up_to(factor + c, left) + load_if(shift, c, left));
            }
        }
    }
}

static void group_norm_backward(
    rl_groups s, float epsilon, bool constant, const float *x, const float *mean, const float *variance,
    const float *scale, const float *dy, float *scratch, float *dx, float *dscale, float *dshift) {
    float *center = scratch, *inverse = center + s.channels, *plain = inverse + s.channels;
    float *along = plain + s.channels, count = (float)(s.positions * (s.channels / s.groups));
    for (long n = 0; n < s.samples; n++, mean += s.groups, variance += s.groups) {
        spread_over_groups(s, mean, center);
        spread_over_groups(s, variance, inverse);
        channel_sums(s.positions, s.channels, x, center, dy, plain, along);
        for (long c = 0; c < s.channels; c += VW) {
            long left = s.channels - c;
            vf factor = 1.0f / __builtin_elementwise_sqrt(load_up_to(inverse + c, left) + epsilon);
            vf weighted = load_up_to(along + c, left) * factor;
            store_up_to(inverse + c, left, factor);
            store_up_to(along + c, left, weighted);
            if (dscale) store_up_to(dscale + c, left, load_up_to(dscale + c, left) + weighted);
            if (dshift) store_up_to(dshift + c, left, load_up_to(dshift + c, left) + load_up_to(plain + c, left));
        }
        if (dx) {
            // dx = (g - mean(g) - n mean(g n)) / σ as for a row; constant moments leave g / σ.
            long size = s.channels / s.groups;
            for (long g = 0; g < s.groups; g++) {
                float average = constant ? 0 : group_sum(s, plain, scale, g) / count;
                float projection = constant ? 0 : group_sum(s, along, scale, g) / count;
                for (long c = g * size; c < (g + 1) * size; c++) {
                    plain[c] = average * inverse[c];
                    along[c] = projection * inverse[c] * inverse[c];
                    inverse[c] = scale ? inverse[c] * scale[c] : inverse[c];
                }
            }
            for (long p = 0; p < s.positions; p++) {
                for (long c = 0; c < s.channels; c += VW) {
                    long left = s.channels - c, at = p * s.channels + c;
                    vf deviation = load_up_to(x + at, left) - load_up_to(center + c, left);
                    vf d = load_up_to(dy + at, left) * load_up_to(inverse + c, left) - load_up_to(plain + c, left);
                    d -= deviation * load_up_to(along + c, left);
                    store_up_to(dx + at, left, load_up_to(dx + at, left) + d);
                }
            }
            dx += s.positions * s.channels;
        }
        x += s.positions * s.channels;
        dy += s.positions * s.channels;
    }
}
