// The three passes of a convolution: by fewer multiplications where they pay, directly elsewhere.
#pragma once

// `direct` or `winograd` with a constant kernel of cells.
#define BEST_WAY(s, direct, winograd) \
    switch (rl_winograd_kernel(s)) { \
    case 2: winograd(2); break; \
    case 3: winograd(3); break; \
    default: direct; \
    }

static void convolution(
    const rl_convolution *s, rl_pixels x, const float *w, const float *bias, int activation, float *y,
    void *scratch) {
#define WINOGRAD(r) winograd_forward(s, r, x, w, bias, activation, y, scratch)
    BEST_WAY(s, direct_convolution(s, x, w, bias, activation, y, scratch), WINOGRAD)
#undef WINOGRAD
}

static void convolution_input_gradient(
    const rl_convolution *s, const float *dy, const float *w, float *dx, void *scratch) {
#define WINOGRAD(r) winograd_input_gradient(s, r, dy, w, dx, scratch)
    BEST_WAY(s, direct_input_gradient(s, dy, w, dx, scratch), WINOGRAD)
#undef WINOGRAD
}

static void convolution_weight_gradient(
    const rl_convolution *s, rl_pixels x, const float *dy, float *dw, void *scratch) {
#define WINOGRAD(r) winograd_weight_gradient(s, r, x, dy, dw, scratch)
    BEST_WAY(s, direct_weight_gradient(s, x, dy, dw, scratch), WINOGRAD)
#undef WINOGRAD
}
