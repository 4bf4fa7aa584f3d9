// Operations on each element, and their derivatives.
#pragma once

#define EACH(result) \
    for (long i = 0; i < n; i += VW) { \
        vf v = load_up_to(x + i, n - i); \
        store_up_to(y + i, n - i, (result)); \
    } \
    break

static void unary(int operation, long n, float p, float q, const float *x, float *y) {
    vf density;
    switch (operation) {
    case rl_affine: EACH(v * p + q);
    case rl_reciprocal: EACH(p / v);
    case rl_exp: EACH(exponential(v));
    case rl_log: EACH(logarithm(v));
    case rl_unary_tanh: EACH(hyperbolic_tangent(v));
    case rl_unary_relu: EACH(rectified(v));
    case rl_sigmoid: EACH(logistic(v));
    case rl_squared: EACH(v * v);
    case rl_square_root: EACH(__builtin_elementwise_sqrt(v));
    case rl_absolute: EACH(magnitude(v));
    case rl_clamped: EACH(at_most(at_least(v, p), q));
    case rl_exp_minus_one: EACH(exponential_minus_one(v));
    case rl_log_one_plus: EACH(logarithm_of_one_plus(v));
    case rl_sine: EACH(sine(v, false));
    case rl_cosine: EACH(sine(v, true));
    case rl_power: EACH(power(v, p));
    case rl_softplus: EACH(softplus(v));
    case rl_log_sigmoid: EACH(-softplus(-v));
    case rl_normal: EACH(normal_distribution(v, &density));
    case rl_gelu: EACH(v * normal_distribution(v, &density));
    case rl_silu: EACH(v * logistic(v));
    case rl_elu: EACH(pick(v > all(0), v, exponential_minus_one(v) * p));
    case rl_leaky_relu: EACH(pick(v > all(0), v, v * p));
    case rl_softsign: EACH(v / (magnitude(v) + 1.0f));
    }
}
#undef EACH

// Without the case 0, whose power below it is infinite at 0.
INLINE vf power_slope(vf x, float p) { return p == 0 ? all(0) : power(x, p - 1) * p; }

INLINE vf normal_density(vf x) {
    vf density;
    normal_distribution(x, &density);
    return density;
}

INLINE vf gelu_slope(vf x) {
    vf density;
    vf below = normal_distribution(x, &density);
    return x * density + below;
}

INLINE vf silu_slope(vf x) {
    vf gate = logistic(x);
    return gate * (x * (1.0f - gate) + 1.0f);
}

INLINE vf softsign_slope(vf x) {
    vf inverse = 1.0f / (magnitude(x) + 1.0f);
    return inverse * inverse;
}

#define EACH(slope) \
    for (long i = 0; i < n; i += VW) { \
        vf v = load_up_to(x + i, n - i); \
        vf u = load_up_to(y + i, n - i); \
        (void)v, (void)u; \
        vf sum = load_up_to(dx + i, n - i) + load_up_to(dy + i, n - i) * (slope); \
        store_up_to(dx + i, n - i, sum); \
    } \
    break

static void unary_backward(
    int operation, long n, float p, float q, const float *x, const float *y, const float *dy, float *dx) {
    vf zero = all(0), one = all(1);
    switch (operation) {
    case rl_affine: EACH(p);
    case rl_reciprocal: EACH(-u / v);
    case rl_exp: EACH(u);
    case rl_log: EACH(1.0f / v);
    case rl_unary_tanh: EACH(1.0f - u * u);
    case rl_unary_relu: EACH(pick(u <= zero, zero, one));
    case rl_sigmoid: EACH(u * (1.0f - u));
    case rl_squared: EACH(v * 2.0f);
    case rl_square_root: EACH(0.5f / u);
    case rl_absolute: EACH(pick(v > zero, one, pick(v < zero, -one, zero)));
    case rl_clamped: EACH(pick((v >= all(p)) & (v <= all(q)), one, zero));
    case rl_exp_minus_one: EACH(exponential(v));
    case rl_log_one_plus: EACH(1.0f / (v + 1.0f));
    case rl_sine: EACH(sine(v, true));
    case rl_cosine: EACH(-sine(v, false));
    case rl_power: EACH(power_slope(v, p));
    case rl_softplus: EACH(logistic(v));
    case rl_log_sigmoid: EACH(logistic(-v));
    case rl_normal: EACH(normal_density(v));
    case rl_gelu: EACH(gelu_slope(v));
    case rl_silu: EACH(silu_slope(v));
    case rl_elu: EACH(pick(v > zero, one, exponential(v) * p));
    case rl_leaky_relu: EACH(pick(v > zero, one, all(p)));
    case rl_softsign: EACH(softsign_slope(v));
    }
}
#undef EACH

INLINE vf operand_at(rl_operand o, long row, long column, long left) {
    const float *p = o.data + row * o.row_stride;
    return o.column_stride ? load_up_to(p + column, left) : all(*p);
}

#define EACH(result) \
    for (long r = 0; r < rows; r++) { \
        for (long c = 0; c < columns; c += VW) { \
            vf a = operand_at(first, r, c, columns - c), b = operand_at(second, r, c, columns - c); \
            store_up_to(y + r * columns + c, columns - c, (result)); \
        } \
    } \
    break

static void binary(int operation, long rows, long columns, rl_operand first, rl_operand second, float *y) {
    switch (operation) {
    case rl_add: EACH(a + b);
    case rl_subtract: EACH(a - b);
    case rl_multiply: EACH(a * b);
    case rl_divide: EACH(a / b);
    case rl_minimum: EACH(smaller(a, b));
    case rl_maximum: EACH(larger(a, b));
    }
}
#undef EACH

#define EACH(slope) \
    for (long r = 0; r < rows; r++) { \
        for (long c = 0; c < columns; c += VW) { \
            vf a = operand_at(first, r, c, columns - c), b = operand_at(second, r, c, columns - c); \
            (void)a, (void)b; \
            long at = r * columns + c, left = columns - c; \
            store_up_to(d + at, left, load_up_to(d + at, left) + load_up_to(dy + at, left) * (slope)); \
        } \
    } \
    break

// Where two operands of a minimum or maximum are equal, each gets half, as in PyTorch; where one is NaN, both get all.
static void binary_backward(
    int operation, int side, long rows, long columns, rl_operand first, rl_operand second, const float *dy,
    float *d) {
    vf half = all(0.5f), one = all(1), zero = all(0);
    switch (operation * 2 + side) {
    case rl_add * 2:
    case rl_add * 2 + 1:
    case rl_subtract * 2: EACH(one);
    case rl_subtract * 2 + 1: EACH(-one);
    case rl_multiply * 2: EACH(b);
    case rl_multiply * 2 + 1: EACH(a);
    case rl_divide * 2: EACH(1.0f / b);
    // Not by b², which overflows where the quotient does not.
    case rl_divide * 2 + 1: EACH(-(a / b) / b);
    case rl_minimum * 2: EACH(pick(a > b, zero, pick(a == b, half, one)));
    case rl_minimum * 2 + 1: EACH(pick(b > a, zero, pick(a == b, half, one)));
    case rl_maximum * 2: EACH(pick(a < b, zero, pick(a == b, half, one)));
    case rl_maximum * 2 + 1: EACH(pick(b < a, zero, pick(a == b, half, one)));
    }
}
#undef EACH
