// CartPole for many rows, an array of each quantity. Nothing is contracted into fused operations, so that every
// instruction set computes the same bits.
#pragma once

#if defined(__APPLE__)
extern void __sincos(double x, double *sine, double *cosine);
#define both_of __sincos
#else
extern void sincos(double x, double *sine, double *cosine);
#define both_of sincos
#endif

// Rounded to Float32 for whoever observes.
INLINE void observe_cartpole(const double *state, long stride, long r, float *observation) {
    UNROLLED for (long i = 0; i < 4; i++) observation[4 * r + i] = (float)state[i * stride + r];
}

// Sines and cosines are libm's, as the published environment's are; the rest is vectors.
static void cartpole(
    long n, rl_cartpole c, const int32_t *action, double *state, long stride, float *observation,
    bool *terminated) {
#pragma STDC FP_CONTRACT OFF
    enum { block = 64 };
    double sine[block], cosine[block];
    double *x = state, *v = x + stride, *a = v + stride, *w = a + stride;
    for (long begin = 0; begin < n; begin += block) {
        long rows = n - begin < block ? n - begin : block;
        for (long i = 0; i < rows; i++) both_of(a[begin + i], &sine[i], &cosine[i]);
#pragma clang loop vectorize(enable)
        for (long i = 0; i < rows; i++) {
            long r = begin + i;
            double push =
                ((action[r] == 1 ? c.force : -c.force) + c.pole_mass_length * (w[r] * w[r]) * sine[i]) / c.total_mass;
            double inertia = c.half_length * (4.0 / 3.0 - c.pole_mass * (cosine[i] * cosine[i]) / c.total_mass);
            double turn = (c.gravity * sine[i] - cosine[i] * push) / inertia;
            double go = push - c.pole_mass_length * turn * cosine[i] / c.total_mass;
            x[r] += c.time_step * v[r];
            v[r] += c.time_step * go;
            a[r] += c.time_step * w[r];
            w[r] += c.time_step * turn;
        }
#pragma clang loop vectorize(enable)
        for (long i = 0; i < rows; i++) {
            long r = begin + i;
            terminated[r] =
                (__builtin_fabs(x[r]) > c.position_limit) | (__builtin_fabs(a[r]) > c.angle_limit);
        }
        for (long i = 0; i < rows; i++) observe_cartpole(state, stride, begin + i, observation);
    }
}

// The same in Float32, with polynomials for sine and cosine: within 1e-6 of the exact step while the pole leans by less
// than half a radian. Beyond 12 degrees the episode is over. The state holds Float32 numbers.
static void cartpole_float32(
    long n, rl_cartpole c, const int32_t *action, double *state, long stride, float *observation,
    bool *terminated) {
#pragma STDC FP_CONTRACT OFF
    float force = (float)c.force, pole_mass = (float)c.pole_mass, of_mass = (float)(1 / c.total_mass);
    float half_length = (float)c.half_length, pole_mass_length = (float)c.pole_mass_length;
    float gravity = (float)c.gravity, time_step = (float)c.time_step;
    double *position = state, *velocity = position + stride, *angle = velocity + stride;
    double *angular_velocity = angle + stride;
#pragma clang loop vectorize(enable)
    for (long r = 0; r < n; r++) {
        float x = (float)position[r], v = (float)velocity[r], a = (float)angle[r], w = (float)angular_velocity[r];
        float square = a * a;
        float sine = a + a * square * (-1.f / 6 + square * (1.f / 120 - square * (1.f / 5040)));
        float cosine = 1 + square * (-0.5f + square * (1.f / 24 + square * (-1.f / 720 + square * (1.f / 40320))));
        float push = ((action[r] == 1 ? force : -force) + pole_mass_length * (w * w) * sine) * of_mass;
        float inertia = half_length * (4.f / 3 - pole_mass * (cosine * cosine) * of_mass);
        float turn = (gravity * sine - cosine * push) / inertia;
        float go = push - pole_mass_length * turn * cosine * of_mass;
        x += time_step * v;
        v += time_step * go;
        a += time_step * w;
        w += time_step * turn;
        position[r] = x;
        velocity[r] = v;
        angle[r] = a;
        angular_velocity[r] = w;
        terminated[r] =
            (__builtin_fabsf(x) > (float)c.position_limit) | (__builtin_fabsf(a) > (float)c.angle_limit);
    }
    for (long r = 0; r < n; r++) observe_cartpole(state, stride, r, observation);
}

#undef both_of
