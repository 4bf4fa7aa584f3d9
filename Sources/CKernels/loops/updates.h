// Optimizer steps and other changes in place.
#pragma once

// Zero where |x| is below the limit. Subnormal numbers cost a hundred cycles an operation, and the mean of gradients of
// a unit that has died would decay into them and, by rounding, stay there for ever.
INLINE vf without_traces(vf x, float limit) {
    return pick((vf)((vi)x & 0x7fffffff) < all(limit), all(0), x);
}

// Calls a step at each vector: whole ones first, so that their loop has no branch, then what remains.
#define EACH_VECTOR(step) \
    long i = 0; \
    for (long left = VW; n - i >= VW; i += VW) { step; } \
    for (long left = n - i; left > 0; left = 0) { step; }

// What is taken for zero (means below 10⁻³⁵, squares below 10⁻³⁶) is far below what ε lets pass.
INLINE void adam_step(rl_adam s, float inverse, const float *g, float *m, float *v, float *p, long left) {
    vf parameter = load_up_to(p, left);
    vf gradient = load_up_to(g, left) + parameter * s.penalty;
    vf first = load_up_to(m, left);
    vf second = load_up_to(v, left);
    vf visible = without_traces(gradient, 1e-17f);
    first = without_traces(first + (gradient - first) * s.one_minus_beta1, 1e-35f);
    second = without_traces(second * s.beta2 + visible * visible * s.one_minus_beta2, 1e-36f);
    vf root = __builtin_elementwise_sqrt(second) * inverse + s.epsilon;
    store_up_to(m, left, first);
    store_up_to(v, left, second);
    store_up_to(p, left, parameter * s.keep - first / root * s.step);
}

static void adam(long n, rl_adam s, const float *g, float *m, float *v, float *p) {
    float inverse = 1.0f / s.root_correction;
    EACH_VECTOR(adam_step(s, inverse, g + i, m + i, v + i, p + i, left))
}

INLINE void rmsprop_step(
    rl_rmsprop s, const float *g, float *v, float *m, float *b, float *p, long left) {
    vf parameter = load_up_to(p, left);
    vf gradient = load_up_to(g, left) + parameter * s.penalty;
    vf visible = without_traces(gradient, 1e-17f);
    vf second = load_up_to(v, left);
    second = without_traces(second * s.decay + visible * visible * s.one_minus_decay, 1e-36f);
    store_up_to(v, left, second);
    if (m) {
        vf first = load_up_to(m, left);
        first = without_traces(first + (gradient - first) * s.one_minus_decay, 1e-35f);
        store_up_to(m, left, first);
        // No variance is negative, but for rounding.
        second = at_least(second - first * first, 0);
    }
    vf root = s.is_epsilon_inside ? __builtin_elementwise_sqrt(second + s.epsilon)
                                  : __builtin_elementwise_sqrt(second) + s.epsilon;
    vf change = gradient / root;
    if (b) {
        change = without_traces(load_up_to(b, left) * s.momentum + change, 1e-35f);
        store_up_to(b, left, change);
    }
    store_up_to(p, left, parameter - change * s.rate);
}

static void rmsprop(
    long n, rl_rmsprop s, const float *g, float *v, float *m, float *b, float *p) {
    EACH_VECTOR(rmsprop_step(s, g + i, v + i, m ? m + i : m, b ? b + i : b, p + i, left))
}

INLINE void sgd_step(rl_sgd s, const float *g, float *b, float *p, long left) {
    vf parameter = load_up_to(p, left);
    vf change = load_up_to(g, left) + parameter * s.penalty;
    if (b) {
        vf velocity = without_traces(load_up_to(b, left) * s.momentum + change * s.share, 1e-35f);
        store_up_to(b, left, velocity);
        change = s.is_nesterov ? change + velocity * s.momentum : velocity;
    }
    store_up_to(p, left, parameter - change * s.rate);
}

static void sgd(long n, rl_sgd s, const float *g, float *b, float *p) {
    EACH_VECTOR(sgd_step(s, g + i, b ? b + i : b, p + i, left))
}
#undef EACH_VECTOR

static void add_scaled(long n, float s, const float *x, float *y) {
    for (long i = 0; i < n; i += VW) {
        store_up_to(y + i, n - i, load_up_to(y + i, n - i) + load_up_to(x + i, n - i) * s);
    }
}

static void mix(long n, float rate, const float *x, float *y) {
    for (long i = 0; i < n; i += VW) {
        vf from = load_up_to(y + i, n - i);
        store_up_to(y + i, n - i, from + (load_up_to(x + i, n - i) - from) * rate);
    }
}

static void scale(long n, float s, float *x) {
    for (long i = 0; i < n; i += VW) store_up_to(x + i, n - i, load_up_to(x + i, n - i) * s);
}

static void bytes_to_floats(long n, float s, const uint8_t *x, float *y) {
    for (long i = 0; i < n; i++) y[i] = s * (float)x[i];
}
