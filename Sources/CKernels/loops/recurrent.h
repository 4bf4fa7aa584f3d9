// LSTM and GRU over time, from a finished input projection, and their gradients. A step is one product with the
// recurrent weights and one pass over the gates.
#pragma once

// What row r finds at step t: the state before it, the first one, or zeros (a null pointer).
INLINE const float *state_before(const rl_recurrence *s, const float *states, const float *first, long t, long r) {
    if (s->starts && s->starts[t * s->rows + r]) return 0;
    const float *from = t ? states + (t - 1) * s->rows * s->units : first;
    return from ? from + r * s->units : 0;
}

static void copy_or_clear(long n, const float *from, float *to) {
    if (from) {
        memcpy(to, from, (unsigned long)n * sizeof(float));
    } else {
        memset(to, 0, (unsigned long)n * sizeof(float));
    }
}

// Fills previous[t]; false when no row brings a state along.
static bool find_previous(const rl_recurrence *s, long t) {
    bool found = false;
    for (long r = 0; r < s->rows; r++) {
        const float *from = state_before(s, s->hidden, s->first_hidden, t, r);
        copy_or_clear(s->units, from, s->previous + (t * s->rows + r) * s->units);
        found = found || from;
    }
    return found;
}

static void lstm_forward(const rl_recurrence *s) {
    long rows = s->rows, units = s->units;
    for (long t = 0; t < s->steps; t++) {
        float *gates = s->gates + t * rows * 4 * units;
        if (find_previous(s, t)) {
            product_nn(rows, 4 * units, units, s->previous + t * rows * units, s->weight, gates, true);
        }
        for (long r = 0; r < rows; r++, gates += 4 * units) {
            const float *before = state_before(s, s->cells, s->first_cell, t, r);
            for (long j = 0; j < units; j += VW) {
                long left = units - j, at = (t * rows + r) * units + j;
                vf sum[4];
                for (int k = 0; k < 4; k++) {
                    sum[k] = load_up_to(gates + k * units + j, left) + load_if(s->bias, k * units + j, left);
                }
                vf in = logistic(sum[0]), forget = logistic(sum[1]);
                vf candidate = hyperbolic_tangent(sum[2]), out = logistic(sum[3]);
                vf cell = forget * load_if(before, j, left) + in * candidate;
                vf squashed = hyperbolic_tangent(cell);
                store_up_to(gates + j, left, in);
                store_up_to(gates + units + j, left, forget);
                store_up_to(gates + 2 * units + j, left, candidate);
                store_up_to(gates + 3 * units + j, left, out);
                store_up_to(s->cells + at, left, cell);
                store_up_to(s->squashed + at, left, squashed);
                store_up_to(s->hidden + at, left, out * squashed);
            }
        }
    }
}

static void gru_forward(const rl_recurrence *s) {
    long rows = s->rows, units = s->units;
    for (long t = 0; t < s->steps; t++) {
        float *gates = s->gates + t * rows * 3 * units;
        const float *recurrent = s->scratch;
        bool found = find_previous(s, t);
        if (found) {
            product_nn(rows, 3 * units, units, s->previous + t * rows * units, s->weight, s->scratch, false);
        }
        for (long r = 0; r < rows; r++, gates += 3 * units, recurrent += 3 * units) {
            for (long j = 0; j < units; j += VW) {
                long left = units - j, at = (t * rows + r) * units + j;
                vf sum[3];
                for (int k = 0; k < 3; k++) {
                    sum[k] = load_if(found ? recurrent : 0, k * units + j, left)
                        + load_if(s->bias, k * units + j, left);
                }
                vf reset = logistic(sum[0] + load_up_to(gates + j, left));
                vf update = logistic(sum[1] + load_up_to(gates + units + j, left));
                vf candidate = hyperbolic_tangent(sum[2] * reset + load_up_to(gates + 2 * units + j, left));
                vf before = load_up_to(s->previous + at, left);
                store_up_to(gates + j, left, reset);
                store_up_to(gates + units + j, left, update);
                store_up_to(gates + 2 * units + j, left, candidate);
                store_up_to(s->cells + at, left, sum[2]);
                store_up_to(s->hidden + at, left, (before - candidate) * update + candidate);
            }
        }
    }
}

// Nothing flows back from rows that started afresh at step t.
static void stop_at_starts(const rl_recurrence *s, long t, float *gradient) {
    if (!s->starts) return;
    for (long r = 0; r < s->rows; r++) {
        if (s->starts[t * s->rows + r]) copy_or_clear(s->units, 0, gradient + r * s->units);
    }
}

static void lstm_backward(const rl_recurrence *s, const rl_recurrence_gradients *g) {
    long rows = s->rows, units = s->units;
    float *transposed = g->scratch, *hidden = transposed + 4 * units * units, *cells = hidden + rows * units;
    transpose(units, 4 * units, s->weight, 4 * units, transposed, units);
    copy_or_clear(rows * units, g->last_hidden, hidden);
    copy_or_clear(rows * units, g->last_cell, cells);
    for (long t = s->steps - 1; t >= 0; t--) {
        const float *gates = s->gates + t * rows * 4 * units;
        float *slopes = g->gates + t * rows * 4 * units;
        for (long r = 0; r < rows; r++, gates += 4 * units, slopes += 4 * units) {
            const float *before = state_before(s, s->cells, s->first_cell, t, r);
            for (long j = 0; j < units; j += VW) {
                long left = units - j, here = r * units + j, at = t * rows * units + here;
                vf in = load_up_to(gates + j, left), forget = load_up_to(gates + units + j, left);
                vf candidate = load_up_to(gates + 2 * units + j, left);
                vf out = load_up_to(gates + 3 * units + j, left);
                vf squashed = load_up_to(s->squashed + at, left);
                vf dh = load_up_to(hidden + here, left) + load_if(g->hidden, at, left);
                vf dc = load_up_to(cells + here, left) + dh * out * (1.0f - squashed * squashed);
                store_up_to(slopes + j, left, dc * candidate * in * (1.0f - in));
                store_up_to(slopes + units + j, left, dc * load_if(before, j, left) * forget * (1.0f - forget));
                store_up_to(slopes + 2 * units + j, left, dc * in * (1.0f - candidate * candidate));
                store_up_to(slopes + 3 * units + j, left, dh * squashed * out * (1.0f - out));
                store_up_to(cells + here, left, dc * forget);
            }
        }
        if (t || g->first_hidden) {
            product_nn(rows, units, 4 * units, g->gates + t * rows * 4 * units, transposed, hidden, false);
        }
        stop_at_starts(s, t, hidden);
        stop_at_starts(s, t, cells);
    }
    if (g->first_hidden) add_scaled(rows * units, 1, hidden, g->first_hidden);
    if (g->first_cell) add_scaled(rows * units, 1, cells, g->first_cell);
}

static void gru_backward(const rl_recurrence *s, const rl_recurrence_gradients *g) {
    long rows = s->rows, units = s->units;
    float *transposed = g->scratch, *hidden = transposed + 3 * units * units;
    transpose(units, 3 * units, s->weight, 3 * units, transposed, units);
    copy_or_clear(rows * units, g->last_hidden, hidden);
    for (long t = s->steps - 1; t >= 0; t--) {
        const float *gates = s->gates + t * rows * 3 * units;
        float *slopes = g->gates + t * rows * 3 * units;
        float *recurrent = g->recurrent_gates + t * rows * 3 * units;
        for (long r = 0; r < rows; r++, gates += 3 * units, slopes += 3 * units, recurrent += 3 * units) {
            for (long j = 0; j < units; j += VW) {
                long left = units - j, here = r * units + j, at = t * rows * units + here;
                vf reset = load_up_to(gates + j, left), update = load_up_to(gates + units + j, left);
                vf candidate = load_up_to(gates + 2 * units + j, left);
                vf dh = load_up_to(hidden + here, left) + load_if(g->hidden, at, left);
                vf change = load_up_to(s->previous + at, left) - candidate;
                vf for_candidate = dh * (1.0f - update) * (1.0f - candidate * candidate);
                vf for_update = dh * change * update * (1.0f - update);
                vf for_reset = for_candidate * load_up_to(s->cells + at, left) * reset * (1.0f - reset);
                store_up_to(slopes + j, left, for_reset);
                store_up_to(slopes + units + j, left, for_update);
                store_up_to(slopes + 2 * units + j, left, for_candidate);
                store_up_to(recurrent + j, left, for_reset);
                store_up_to(recurrent + units + j, left, for_update);
                store_up_to(recurrent + 2 * units + j, left, for_candidate * reset);
                store_up_to(hidden + here, left, dh * update);
            }
        }
        if (t || g->first_hidden) {
            product_nn(
                rows, units, 3 * units, g->recurrent_gates + t * rows * 3 * units, transposed, hidden, true);
        }
        stop_at_starts(s, t, hidden);
    }
    if (g->first_hidden) add_scaled(rows * units, 1, hidden, g->first_hidden);
}
