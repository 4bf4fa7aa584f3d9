// Distributions row by row: log-probabilities, entropies, divergences, samples. Rows are short (actions), so that a
// vector holds one column of VW rows, not a row: sums over a row need no shuffles, and are in the order of the columns
// whatever the number of rows.
#pragma once

// p[0], p[stride], …: of `left` rows, at least one. Where these are fewer than VW, the last again behind them.
INLINE vf load_rows(const float *p, long stride, long left) {
    vf x;
    if (left >= VW) {
        for (int i = 0; i < VW; i++) x[i] = p[i * stride];
    } else {
        for (int i = 0; i < VW; i++) x[i] = p[(i < left ? i : left - 1) * stride];
    }
    return x;
}

// log(1 + e⁻ˣ) for x ≥ 0
INLINE vf softplus_of_negative(vf x) { return logarithm_of_one_plus_fraction(exponential(-x)); }

INLINE void add_to(float *p, long left, vf x) { store_up_to(p, left, load_up_to(p, left) + x); }

// ---- Categorical: a row of logits holds `groups` distributions side by side, group g over sizes[g] columns. Indices
// lie row by row, [rows, groups]; what is kept of each row and group lies group by group, [groups, rows]. A normaliser is
// two such numbers, the largest logit and log Σ exp(x - largest): their sum would round away what is small beside large
// logits. ----

// Groups of more columns than this are taken row by row.
enum { few_columns = 32 };

static void mask_logits(long n, const uint8_t *allowed, const float *x, float *y) {
    for (long i = 0; i < n; i++) y[i] = allowed[i] ? x[i] : -__builtin_inff();
}

static void mask_logits_backward(long n, const uint8_t *allowed, const float *dy, float *dx) {
    for (long i = 0; i < n; i++) dx[i] += allowed[i] ? dy[i] : 0;
}

// exp(x - most) of VW rows of a group, and its sum.
typedef struct {
    vf power[few_columns];
    vf most, total;
} group_rows;

INLINE void load_group(const float *x, long stride, long columns, long left, group_rows *g) {
    vf most = all(-__builtin_inff());
    for (long c = 0; c < columns; c++) {
        g->power[c] = load_rows(x + c, stride, left);
        most = larger(most, g->power[c]);
    }
    vf total = {};
    for (long c = 0; c < columns; c++) {
        g->power[c] = exponential(g->power[c] - most);
        total += g->power[c];
    }
    g->most = most;
    g->total = total;
}

INLINE float largest_of_row(long columns, const float *x) {
    vf most = all(-__builtin_inff());
    for (long c = 0; c < columns; c += VW) most = larger(most, load_or(x + c, columns - c, -__builtin_inff()));
    return horizontal_max(most);
}

INLINE long sum_of_sizes(long groups, const int32_t *sizes) {
    long columns = 0;
    for (long g = 0; g < groups; g++) columns += sizes[g];
    return columns;
}

static void categorical_normalizers(
    long rows, long groups, const int32_t *sizes, const float *x, float *most, float *log_total) {
    long stride = sum_of_sizes(groups, sizes);
    for (long g = 0; g < groups; x += sizes[g++], most += rows, log_total += rows) {
        if (sizes[g] <= few_columns) {
            for (long r = 0; r < rows; r += VW) {
                group_rows block;
                load_group(x + r * stride, stride, sizes[g], rows - r, &block);
                store_up_to(most + r, rows - r, block.most);
                store_up_to(log_total + r, rows - r, logarithm(block.total));
            }
            continue;
        }
        for (long r = 0; r < rows; r++) {
            const float *row = x + r * stride;
            most[r] = largest_of_row(sizes[g], row);
            vf total = {};
            for (long c = 0; c < sizes[g]; c += VW) {
                total += exponential(load_or(row + c, sizes[g] - c, -__builtin_inff()) - most[r]);
            }
            log_total[r] = logarithm(all(horizontal_sum(total)))[0];
        }
    }
}

// Walks every group of every row: it has `size` columns from `at` on, and what is kept of it is number `kept`.
#define EACH_GROUP(...) \
    long stride = sum_of_sizes(groups, sizes); \
    for (long r = 0; r < rows; r++) { \
        long at = r * stride; \
        for (long g = 0; g < groups; at += sizes[g++]) { \
            long size = sizes[g], kept = g * rows + r; \
            (void)size, (void)kept; \
            __VA_ARGS__ \
        } \
    }

// log p of a vector of columns.
INLINE vf log_probabilities(const float *x, long left, const float *normalizer, long numbers, long kept) {
    return load_up_to(x, left) - normalizer[kept] - normalizer[numbers + kept];
}

static void categorical_log_probability(
    long rows, long groups, const int32_t *sizes, const float *x, const int32_t *index, float *normalizer, float *y) {
    long numbers = groups * rows;
    categorical_normalizers(rows, groups, sizes, x, normalizer, normalizer + numbers);
    for (long r = 0; r < rows; r++) y[r] = 0;
    EACH_GROUP({ y[r] += x[at + index[r * groups + g]] - normalizer[kept] - normalizer[numbers + kept]; })
}

static void categorical_log_probability_backward(
    long rows, long groups, const int32_t *sizes, const float *x, const int32_t *index, const float *normalizer,
    const float *dy, float *dx) {
    EACH_GROUP({
        for (long c = at; c < at + size; c += VW) {
            long left = at + size - c;
            vf logarithms = log_probabilities(x + c, left, normalizer, groups * rows, kept);
            add_to(dx + c, left, exponential(logarithms) * -dy[r]);
        }
        dx[at + index[r * groups + g]] += dy[r];
    })
}

// H = log Σ eᵈ - Σ d eᵈ / Σ eᵈ with d = x - most: neither term is negative, so nothing cancels.
static void categorical_entropy(
    long rows, long groups, const int32_t *sizes, const float *x, float *normalizer, float *entropy, float *y) {
    long stride = sum_of_sizes(groups, sizes), numbers = groups * rows;
    categorical_normalizers(rows, groups, sizes, x, normalizer, normalizer + numbers);
    for (long r = 0; r < rows; r++) y[r] = 0;
    for (long g = 0; g < groups; x += sizes[g++], entropy += rows) {
        const float *most = normalizer + g * rows;
        const float *log_total = most + numbers;
        for (long r = 0; r < rows; r += VW) {
            long left = rows - r;
            vf weighted = {};
            vf inverse = exponential(-load_up_to(log_total + r, left));
            for (long c = 0; c < sizes[g]; c++) {
                vf distance = load_rows(x + r * stride + c, stride, left) - load_up_to(most + r, left);
                vf power = exponential(distance);
                weighted += pick(power > all(0), power * distance, power);
            }
            vf h = load_up_to(log_total + r, left) - weighted * inverse;
            store_up_to(entropy + r, left, h);
            add_to(y + r, left, h);
        }
    }
}

// ∂H/∂xᵢ = -pᵢ (log pᵢ + H)
static void categorical_entropy_backward(
    long rows, long groups, const int32_t *sizes, const float *x, const float *normalizer, const float *entropy,
    const float *dy, float *dx) {
    EACH_GROUP({
        for (long c = at; c < at + size; c += VW) {
            long left = at + size - c;
            vf logarithms = log_probabilities(x + c, left, normalizer, groups * rows, kept);
            vf probabilities = exponential(logarithms);
            vf slope = pick(probabilities > all(0), probabilities * (logarithms + entropy[kept]), probabilities);
            add_to(dx + c, left, slope * -dy[r]);
        }
    })
}

// p (log p - log q); what p never chooses counts nothing.
INLINE vf divergence_terms(vf logarithms, vf other) {
    vf probabilities = exponential(logarithms);
    return pick(probabilities > all(0), probabilities * (logarithms - other), probabilities);
}

static void categorical_divergence(
    long rows, long groups, const int32_t *sizes, const float *x, const float *z, float *x_normalizer,
    float *z_normalizer, float *divergence, float *y) {
    long stride = sum_of_sizes(groups, sizes), numbers = groups * rows;
    categorical_normalizers(rows, groups, sizes, x, x_normalizer, x_normalizer + numbers);
    categorical_normalizers(rows, groups, sizes, z, z_normalizer, z_normalizer + numbers);
    for (long r = 0; r < rows; r++) y[r] = 0;
    for (long g = 0; g < groups; x += sizes[g], z += sizes[g++], divergence += rows) {
        for (long r = 0; r < rows; r += VW) {
            long left = rows - r, kept = g * rows + r;
            vf x_most = load_up_to(x_normalizer + kept, left), z_most = load_up_to(z_normalizer + kept, left);
            vf x_log = load_up_to(x_normalizer + numbers + kept, left);
            vf z_log = load_up_to(z_normalizer + numbers + kept, left);
            vf total = {};
            for (long c = 0; c < sizes[g]; c++) {
                total += divergence_terms(
                    load_rows(x + r * stride + c, stride, left) - x_most - x_log,
                    load_rows(z + r * stride + c, stride, left) - z_most - z_log);
            }
            store_up_to(divergence + r, left, total);
            add_to(y + r, left, total);
        }
    }
}

// ∂D/∂xᵢ = pᵢ (log pᵢ - log qᵢ - D), ∂D/∂zᵢ = qᵢ - pᵢ
static void categorical_divergence_backward(
    long rows, long groups, const int32_t *sizes, const float *x, const float *z, const float *x_normalizer,
    const float *z_normalizer, const float *divergence, const float *dy, float *dx, float *dz) {
    EACH_GROUP({
        for (long c = at; c < at + size; c += VW) {
            long left = at + size - c;
            vf logarithms = log_probabilities(x + c, left, x_normalizer, groups * rows, kept);
            vf other = log_probabilities(z + c, left, z_normalizer, groups * rows, kept);
            vf probabilities = exponential(logarithms);
            if (dx) {
                vf slope = divergence_terms(logarithms, other) - probabilities * divergence[kept];
                add_to(dx + c, left, slope * dy[r]);
            }
            if (dz) add_to(dz + c, left, (exponential(other) - probabilities) * dy[r]);
        }
    })
}

// The first column at which the sum of exp(x - most) exceeds u · total. The sum of all is made in the same order, and
// u · total is less, so there is one, and it is not one of probability 0. For more than a few columns.
static int32_t sample_row(long columns, const float *x, float u) {
    float most = largest_of_row(columns, x), target = __builtin_inff();
    for (int pass = 0; pass < 2; pass++) {
        float total = 0;
        for (long c = 0; c < columns; c += VW) {
            float power[VW];
            store(power, exponential(load_or(x + c, columns - c, -__builtin_inff()) - most));
            for (long i = 0; i < VW && c + i < columns; i++) {
                total += power[i];
                if (total > target) return (int32_t)(c + i);
            }
        }
        target = u * total;
    }
    return 0;
}

static void categorical_sample(
    long rows, long groups, const int32_t *sizes, const float *x, const float *u, int32_t *index) {
    long stride = sum_of_sizes(groups, sizes);
    for (long g = 0; g < groups; x += sizes[g++], u++, index++) {
        if (sizes[g] > few_columns) {
            for (long r = 0; r < rows; r++) index[r * groups] = sample_row(sizes[g], x + r * stride, u[r * groups]);
            continue;
        }
        for (long r = 0; r < rows; r += VW) {
            group_rows block;
            load_group(x + r * stride, stride, sizes[g], rows - r, &block);
            vf target = load_rows(u + r * groups, groups, rows - r) * block.total;
            vf sum = {};
            vi at = {};
            for (long c = 0; c < sizes[g]; c++) {
                sum += block.power[c];
                at -= sum <= target;
            }
            for (long i = 0; i < VW && r + i < rows; i++) index[(r + i) * groups] = at[i];
        }
    }
}

static void categorical_mode(long rows, long groups, const int32_t *sizes, const float *x, int32_t *index) {
    EACH_GROUP({
        long best = 0;
        for (long c = 1; c < size; c++) {
            float value = x[at + c];
            float largest = x[at + best];
            if (value > largest || (value != value && largest == largest)) best = c;
        }
        index[r * groups + g] = (int32_t)best;
    })
}
#undef EACH_GROUP

// ---- Normal: the log deviations of two rows are deviation_stride apart: the number of columns, or 0 where every row has
// the same. ----

static const float half_log_two_pi = 0.918938533204672742f;

static void normal_log_probability(
    long rows, long columns, const float *x, const float *mean, const float *log_deviation, long deviation_stride,
    float *y) {
    for (long r = 0; r < rows; r += VW) {
        long left = rows - r;
        vf total = {};
        for (long c = 0; c < columns; c++) {
            long at = r * columns + c;
            vf s = load_rows(log_deviation + r * deviation_stride + c, deviation_stride, left);
            vf z = load_rows(x + at, columns, left) - load_rows(mean + at, columns, left);
            z *= exponential(-s);
            total += z * z * -0.5f - s - half_log_two_pi;
        }
        store_up_to(y + r, left, total);
    }
}

// With z = (x - mean) / deviation: ∂/∂mean = z / deviation = -∂/∂x, ∂/∂log deviation = z² - 1
static void normal_log_probability_backward(
    long rows, long columns, const float *x, const float *mean, const float *log_deviation, long deviation_stride,
    const float *dy, float *dx, float *dmean, float *dlog_deviation) {
    for (long r = 0; r < rows; r++) {
        for (long c = 0; c < columns; c += VW) {
            long left = columns - c, at = r * columns + c, shared = r * deviation_stride + c;
            vf inverse = exponential(-load_up_to(log_deviation + shared, left));
            vf z = (load_up_to(x + at, left) - load_up_to(mean + at, left)) * inverse;
            vf slope = z * inverse * dy[r];
            if (dx) add_to(dx + at, left, -slope);
            if (dmean) add_to(dmean + at, left, slope);
            if (dlog_deviation) add_to(dlog_deviation + shared, left, (z * z - 1.0f) * dy[r]);
        }
    }
}

// ---- Squashed: the hyperbolic tangent a of a normal number u = mean + offset, where offset = deviation · noise. ----

// -½ noise² - log deviation - ½ log 2π - log(1 - a²), the last as 2 (log 2 - |u| - log(1 + e^(-2|u|))).
INLINE vf squashed_terms(vf u, vf noise, vf s) {
    vf size = magnitude(u);
    vf slope = 0.693147180559945309f - size - softplus_of_negative(size * 2.0f);
    return noise * noise * -0.5f - s - half_log_two_pi - slope * 2.0f;
}

static void squashed_sample(
    long rows, long columns, const float *mean, const float *log_deviation, long deviation_stride, const float *noise,
    float *offset, float *action, float *terms, float *y) {
    // As one row where nothing depends on the row, so that short rows cost nothing.
    long lines = deviation_stride == columns ? 1 : rows, length = rows * columns / (lines > 0 ? lines : 1);
    for (long r = 0; r < lines; r++) {
        for (long c = 0; c < length; c += VW) {
            long left = length - c, at = r * length + c;
            vf s = load_up_to(log_deviation + r * deviation_stride + c, left);
            vf epsilon = load_up_to(noise + at, left);
            vf distance = exponential(s) * epsilon;
            vf u = load_up_to(mean + at, left) + distance;
            store_up_to(offset + at, left, distance);
            store_up_to(action + at, left, hyperbolic_tangent(u));
            store_up_to(terms + at, left, squashed_terms(u, epsilon, s));
        }
    }
    for (long r = 0; r < rows; r += VW) {
        vf total = {};
        for (long c = 0; c < columns; c++) total += load_rows(terms + r * columns + c, columns, rows - r);
        store_up_to(y + r, rows - r, total);
    }
}

// ∂a/∂mean = 1 - a², ∂a/∂log deviation = (1 - a²) offset
static void squashed_action_backward(
    long rows, long columns, const float *action, const float *offset, const float *da, float *dmean,
    float *dlog_deviation, long deviation_stride) {
    for (long r = 0; r < rows; r++) {
        for (long c = 0; c < columns; c += VW) {
            long left = columns - c, at = r * columns + c;
            vf a = load_up_to(action + at, left);
            vf slope = load_up_to(da + at, left) * (1.0f - a * a);
            if (dmean) add_to(dmean + at, left, slope);
            if (dlog_deviation) {
                add_to(dlog_deviation + r * deviation_stride + c, left, slope * load_up_to(offset + at, left));
            }
        }
    }
}

// With the noise held: ∂y/∂mean = 2a, ∂y/∂log deviation = 2a offset - 1
static void squashed_log_probability_backward(
    long rows, long columns, const float *action, const float *offset, const float *dy, float *dmean,
    float *dlog_deviation, long deviation_stride) {
    for (long r = 0; r < rows; r++) {
        for (long c = 0; c < columns; c += VW) {
            long left = columns - c, at = r * columns + c;
            vf slope = load_up_to(action + at, left) * 2.0f;
            if (dmean) add_to(dmean + at, left, slope * dy[r]);
            if (dlog_deviation) {
                vf change = slope * load_up_to(offset + at, left) - 1.0f;
                add_to(dlog_deviation + r * deviation_stride + c, left, change * dy[r]);
            }
        }
    }
}

// ---- Bernoulli: bits of a row, each by its own logit. ----

static void bernoulli_log_probability(long rows, long columns, const float *x, const float *bits, float *y) {
    for (long r = 0; r < rows; r += VW) {
        long left = rows - r;
        vf total = {};
        for (long c = 0; c < columns; c++) {
            vf logit = load_rows(x + r * columns + c, columns, left);
            vf chosen = pick(load_rows(bits + r * columns + c, columns, left) > all(0.5f), logit, -logit);
            total += at_most(chosen, 0) - softplus_of_negative(magnitude(chosen));
        }
        store_up_to(y + r, left, total);
    }
}

static void bernoulli_log_probability_backward(
    long rows, long columns, const float *x, const float *bits, const float *dy, float *dx) {
    for (long r = 0; r < rows; r++) {
        for (long c = r * columns; c < (r + 1) * columns; c += VW) {
            long left = (r + 1) * columns - c;
            vf bit = pick(load_up_to(bits + c, left) > all(0.5f), all(1), all(0));
            add_to(dx + c, left, (bit - logistic(load_up_to(x + c, left))) * dy[r]);
        }
    }
}

// H = log(1 + e^-|x|) + |x| / (1 + e^|x|); a certain bit has none.
static void bernoulli_entropy(long rows, long columns, const float *x, float *y) {
    for (long r = 0; r < rows; r += VW) {
        long left = rows - r;
        vf total = {};
        for (long c = 0; c < columns; c++) {
            vf size = magnitude(load_rows(x + r * columns + c, columns, left));
            vf rest = pick(size == all(__builtin_inff()), all(0), size * logistic(-size));
            total += softplus_of_negative(size) + rest;
        }
        store_up_to(y + r, left, total);
    }
}

// ∂H/∂x = -x p (1 - p)
static void bernoulli_entropy_backward(long rows, long columns, const float *x, const float *dy, float *dx) {
    for (long r = 0; r < rows; r++) {
        for (long c = r * columns; c < (r + 1) * columns; c += VW) {
            long left = (r + 1) * columns - c;
            vf logit = load_up_to(x + c, left);
            vf slope = logit * logistic(logit) * logistic(-logit);
            add_to(dx + c, left, pick(magnitude(logit) == all(__builtin_inff()), all(0), slope) * -dy[r]);
        }
    }
}

static void bernoulli_sample(long n, const float *x, const float *u, float *bits) {
    for (long i = 0; i < n; i += VW) {
        vi is_set = load_up_to(u + i, n - i) < logistic(load_up_to(x + i, n - i));
        store_up_to(bits + i, n - i, pick(is_set, all(1), all(0)));
    }
}
