// Numeric inner loops over raw pointers, in C because there a plain build can compile one function for
// several instruction sets and choose at run time. Matrices are row-major and dense. Every reduction runs in
// an order that depends on the sizes and the instruction set only, so the same call gives the same bits on
// every run.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "rl_thread_local.h"

#pragma clang assume_nonnull begin

enum { rl_baseline = 0, rl_avx2 = 1, rl_avx512 = 2 };

enum { rl_identity = 0, rl_relu = 1, rl_tanh = 2 };

// Unary operations of one element x with two numbers p and q.
enum {
    rl_affine = 0,       // p x + q
    rl_reciprocal,       // p / x
    rl_exp,
    rl_log,
    rl_unary_tanh,
    rl_unary_relu,
    rl_sigmoid,
    rl_squared,
    rl_square_root,
    rl_absolute,
    rl_clamped,          // to p ... q
    rl_exp_minus_one,
    rl_log_one_plus,
    rl_sine,
    rl_cosine,
    rl_power,            // xᵖ
    rl_softplus,         // log(1 + exp x)
    rl_log_sigmoid,      // log(1 / (1 + exp(-x)))
    rl_normal,           // Φ(x), the standard normal distribution function
    rl_gelu,             // x Φ(x)
    rl_silu,             // x / (1 + exp(-x))
    rl_elu,              // x > 0 ? x : p (exp(x) - 1)
    rl_leaky_relu,       // x > 0 ? x : p x
    rl_softsign,         // x / (1 + |x|)
};

enum { rl_add = 0, rl_subtract, rl_multiply, rl_divide, rl_minimum, rl_maximum };

// An operand of a binary operation: element (r, c) is at data[r * row_stride + c * column_stride], and
// column_stride is 0 or 1. Zero strides broadcast.
typedef struct {
    const float *data;
    long row_stride;
    long column_stride;
} rl_operand;

// Settings of an optimizer's step; the formulas are at the functions of these names.
typedef struct {
    float one_minus_beta1, beta2, one_minus_beta2, step, root_correction, epsilon, penalty, keep;
} rl_adam;

typedef struct {
    float rate, decay, one_minus_decay, epsilon, momentum, penalty;
    bool is_epsilon_inside;
} rl_rmsprop;

typedef struct {
    float rate, momentum, share, penalty;
    bool is_nesterov;
} rl_sgd;

// The constants of CartPole, in SI units.
typedef struct {
    double gravity, total_mass, pole_mass, half_length, pole_mass_length, force, time_step;
    double position_limit, angle_limit;
} rl_cartpole;

// How the pixels of an axis are averaged into fewer: output i is Σₜ weights[t · stride + i] · input[first[i] + t], all of
// which exist; a weight is 0 where there is nothing to add. `stride` is the number of outputs or, up to a multiple of 16,
// more, with weights 0.
typedef struct {
    long inputs, outputs, taps, stride;
    const int32_t *first;  // [stride]
    const float *weights;  // [taps, stride]
} rl_area_axis;

// An LSTM (four gates a unit: in, forget, candidate, out) or a GRU (three: reset, update, candidate) over time, as in
// PyTorch. Arrays are time-major; H is `units` and G the number of gates.
typedef struct {
    long steps, rows, units;
    // [steps, rows]: a row that is not 0 starts step t from a state of zeros.
    const uint8_t *_Nullable starts;
    // [H, G H] and [G H]: from the hidden state to the gates.
    const float *weight;
    const float *_Nullable bias;
    // [rows, H]; zeros where null. A GRU has no cell.
    const float *_Nullable first_hidden;
    const float *_Nullable first_cell;
    // [steps, rows, G H]: what the inputs give to the gates; the forward pass leaves the activated gates here.
    float *gates;
    // [steps, rows, H]: the hidden state that each step began with, after resets.
    float *previous;
    // [steps, rows, H]: an LSTM's cells; what a GRU's candidate gets from the hidden state.
    float *cells;
    // [steps, rows, H]: the tanh of an LSTM's cells.
    float *_Nullable squashed;
    // [steps, rows, H]: the result.
    float *hidden;
    // A GRU's forward pass needs 3 rows H floats.
    float *_Nullable scratch;
} rl_recurrence;

typedef struct {
    // [steps, rows, H]: the gradient of `hidden`, and what the last states have besides; zeros where null.
    const float *_Nullable hidden;
    const float *_Nullable last_hidden;
    const float *_Nullable last_cell;
    // [steps, rows, G H], written: the gradient of the gates before their activation, as the inputs gave them. May be
    // the memory of the activated gates, which are lost then.
    float *gates;
    // The same as the hidden state gave them: [steps, rows, G H] for a GRU, not used for an LSTM, where they are equal.
    float *_Nullable recurrent_gates;
    // += [rows, H]: of the first states.
    float *_Nullable first_hidden;
    float *_Nullable first_cell;
    // H (G H + 2 rows) floats.
    float *scratch;
} rl_recurrence_gradients;

// An array [samples, positions, channels], whose channels are in groups of the same size.
typedef struct {
    long samples, positions, channels, groups;
} rl_groups;

// A convolution of images [batch, height, width, channels] by weights [kernel_height, kernel_width, channels, outputs].
// Zeros are put around an image: `top` rows above it and so on; none of the four is negative.
typedef struct {
    long batch, height, width, channels;
    long kernel_height, kernel_width, outputs;
    long stride_y, stride_x;
    long dilation_y, dilation_x;
    long top, bottom, left, right;
} rl_convolution;

// The rows and columns of a convolution's output; 0 or less where the kernel is larger than the padded image.
long rl_convolution_output_height(const rl_convolution *shape);
long rl_convolution_output_width(const rl_convolution *shape);

// Bytes of scratch memory that each pass of a convolution may use; it has to start at a multiple of 64.
long rl_convolution_scratch(const rl_convolution *shape);

// Windows over images [batch, height, width, channels]. An adaptive window of output pixel i of n covers from
// ⌊i · size / n⌋ up to ⌈(i + 1) · size / n⌉, and ignores kernel, stride and padding. Each window has to hold a pixel.
typedef struct {
    long batch, height, width, channels;
    long output_height, output_width;
    long kernel_height, kernel_width;
    long stride_y, stride_x;
    long top, left;       // pixels of padding above and to the left of an image
    bool counts_padding;  // in a mean
    bool adaptive;
} rl_pooling;

// Images [batch, height, width, channels] to be made [batch, output_height, output_width, channels].
typedef struct {
    long batch, height, width, channels;
    long output_height, output_width;
} rl_resizing;

// As PyTorch's `interpolate`: nearest, bilinear, and bilinear with align_corners.
enum { rl_nearest = 0, rl_bilinear = 1, rl_bilinear_corners = 2 };

// Pixels: `floats`, or each of `bytes` times `scale`.
typedef struct {
    const float *_Nullable floats;
    const uint8_t *_Nullable bytes;
    float scale;
} rl_pixels;

// What a resize has room for by itself.
enum { rl_area_floats = 2560 };

// One instruction set's functions. "+=" in a comment means that the result is added to what the memory holds.
typedef struct {
    int instruction_set;

    // Multiplications with an addition in one round of `multiply_add_peak`, which does nothing but these.
    int peak_multiply_adds;
    float (*_Nonnull multiply_add_peak)(long rounds);

    // c [m, n] = a [m, k] · b [k, n], += when accumulating. `nt` reads b as [n, k], `tn` reads a as [k, m].
    void (*_Nonnull product_nn)(long m, long n, long k, const float *a, const float *b, float *c, bool accumulate);
    void (*_Nonnull product_nt)(long m, long n, long k, const float *a, const float *b, float *c, bool accumulate);
    void (*_Nonnull product_tn)(long m, long n, long k, const float *a, const float *b, float *c, bool accumulate);
    // y [m, n] = activation(x [m, k] · w [k, n] + bias [n])
    void (*_Nonnull linear)(
        long m, long n, long k, const float *x, const float *w, const float *_Nullable bias, int activation, float *y);
    // y [m, n] = activation(y + bias [n]) in place, for a product made elsewhere.
    void (*_Nonnull finish_linear)(long m, long n, const float *_Nullable bias, int activation, float *y);
    // Whether so few of x [m, k] are not 0, judged by some of its rows, that the two that skip zeros pay: `linear`, and
    // dw [k, n] = xᵀ · dy.
    bool (*_Nonnull is_sparse)(long m, long k, const float *x);
    void (*_Nonnull sparse_linear)(
        long m, long n, long k, const float *x, const float *w, const float *_Nullable bias, int activation, float *y);
    void (*_Nonnull sparse_weight_gradient)(
        long m, long n, long k, const float *x, const float *dy, float *dw, bool accumulate);
    // g *= activation'(y), from the activation's result y.
    void (*_Nonnull activation_backward)(long n, int activation, const float *y, float *g);

    // y [batch, output height, output width, outputs] = activation(x * w + bias [outputs])
    void (*_Nonnull convolution)(
        const rl_convolution *shape, rl_pixels x, const float *w, const float *_Nullable bias, int activation, float *y,
        void *scratch);
    // dx += dy * w, turned round
    void (*_Nonnull convolution_input_gradient)(
        const rl_convolution *shape, const float *dy, const float *w, float *dx, void *scratch);
    // dw += x * dy
    void (*_Nonnull convolution_weight_gradient)(
        const rl_convolution *shape, rl_pixels x, const float *dy, float *dw, void *scratch);

    // `index` is the pixel y · width + x, in its image, of each maximum: the first of equals. A NaN wins.
    void (*_Nonnull max_pool)(const rl_pooling *shape, const float *x, float *y, int32_t *index);
    // dx += dy at the maxima
    void (*_Nonnull max_pool_backward)(const rl_pooling *shape, const int32_t *index, const float *dy, float *dx);
    void (*_Nonnull average_pool)(const rl_pooling *shape, const float *x, float *y);
    // dx += dy / pixels of the window
    void (*_Nonnull average_pool_backward)(const rl_pooling *shape, const float *dy, float *dx);
    void (*_Nonnull resize)(int mode, const rl_resizing *shape, const float *x, float *y);
    // dx += each dy times the parts that its neighbours had in it
    void (*_Nonnull resize_backward)(int mode, const rl_resizing *shape, const float *dy, float *dx);

    void (*_Nonnull unary)(int operation, long n, float p, float q, const float *x, float *y);
    // dx += dy · dy/dx
    void (*_Nonnull unary_backward)(
        int operation, long n, float p, float q, const float *x, const float *y, const float *dy, float *dx);
    // y [rows, columns] = a (operation) b
    void (*_Nonnull binary)(int operation, long rows, long columns, rl_operand a, rl_operand b, float *y);
    // d [rows, columns] += dy · dy/da (side 0) or dy/db (side 1)
    void (*_Nonnull binary_backward)(
        int operation, int side, long rows, long columns, rl_operand a, rl_operand b, const float *dy, float *d);

    float (*_Nonnull sum)(long n, const float *x);
    double (*_Nonnull sum_squares)(long n, const float *x);
    float (*_Nonnull huber_sum)(long n, float delta, const float *x);
    // dx += g · clamp(x, ±delta)
    void (*_Nonnull huber_backward)(long n, float delta, float g, const float *x, float *dx);
    void (*_Nonnull row_sums)(long rows, long columns, const float *x, float *y);
    void (*_Nonnull column_sums)(long rows, long columns, const float *x, float *y, bool accumulate);
    // The first of equal maxima wins; a NaN wins over everything.
    void (*_Nonnull row_max)(long rows, long columns, const float *x, float *y, int32_t *index);

    void (*_Nonnull log_sum_exp)(long rows, long columns, const float *x, float *y);
    void (*_Nonnull log_sum_exp_backward)(
        long rows, long columns, const float *x, const float *y, const float *dy, float *dx);
    void (*_Nonnull softmax)(long rows, long columns, const float *x, float *y);
    void (*_Nonnull softmax_backward)(long rows, long columns, const float *y, const float *dy, float *dx);
    void (*_Nonnull log_softmax)(long rows, long columns, const float *x, float *y);
    void (*_Nonnull log_softmax_backward)(long rows, long columns, const float *y, const float *dy, float *dx);
    // Categorical distributions, `groups` of them side by side in a row of logits x, group g over sizes[g] columns (1 or
    // more); index is [rows, groups]. A normaliser has 2 groups · rows numbers and what else is kept of each group
    // groups · rows. A logit of -∞ is never chosen and contributes nothing.
    // y [rows] = Σ over groups of log p(index)
    void (*_Nonnull categorical_log_probability)(
        long rows, long groups, const int32_t *sizes, const float *x, const int32_t *index, float *normalizer,
        float *y);
    void (*_Nonnull categorical_log_probability_backward)(
        long rows, long groups, const int32_t *sizes, const float *x, const int32_t *index, const float *normalizer,
        const float *dy, float *dx);
    // y [rows] = Σ over groups of the entropy -Σ p log p, of which `entropy` keeps each group's.
    void (*_Nonnull categorical_entropy)(
        long rows, long groups, const int32_t *sizes, const float *x, float *normalizer, float *entropy, float *y);
    void (*_Nonnull categorical_entropy_backward)(
        long rows, long groups, const int32_t *sizes, const float *x, const float *normalizer, const float *entropy,
        const float *dy, float *dx);
    // y [rows] = Σ over groups of Σ p (log p - log q), p of the logits x and q of z; `divergence` keeps each group's.
    void (*_Nonnull categorical_divergence)(
        long rows, long groups, const int32_t *sizes, const float *x, const float *z, float *x_normalizer,
        float *z_normalizer, float *divergence, float *y);
    void (*_Nonnull categorical_divergence_backward)(
        long rows, long groups, const int32_t *sizes, const float *x, const float *z, const float *x_normalizer,
        const float *z_normalizer, const float *divergence, const float *dy, float *_Nullable dx, float *_Nullable dz);
    // Choices by uniform numbers u [rows, groups] in 0 ..< 1. A row that holds NaN chooses its first.
    void (*_Nonnull categorical_sample)(
        long rows, long groups, const int32_t *sizes, const float *x, const float *u, int32_t *index);
    // The first of the largest logits; a NaN wins over everything.
    void (*_Nonnull categorical_mode)(long rows, long groups, const int32_t *sizes, const float *x, int32_t *index);

    // y = x where allowed is not 0, -∞ elsewhere; dx += dy where it is not 0
    void (*_Nonnull mask_logits)(long n, const uint8_t *allowed, const float *x, float *y);
    void (*_Nonnull mask_logits_backward)(long n, const uint8_t *allowed, const float *dy, float *dx);

    // Normal distributions of mean [rows, columns] and log deviation, rows of which are deviation_stride apart: `columns`,
    // or 0 where every row has the same; its gradient lies alike.
    // y [rows] = Σ over columns of log p(x)
    void (*_Nonnull normal_log_probability)(
        long rows, long columns, const float *x, const float *mean, const float *log_deviation, long deviation_stride,
        float *y);
    void (*_Nonnull normal_log_probability_backward)(
        long rows, long columns, const float *x, const float *mean, const float *log_deviation, long deviation_stride,
        const float *dy, float *_Nullable dx, float *_Nullable dmean, float *_Nullable dlog_deviation);
    // action [rows, columns] = tanh(mean + offset) with offset = deviation · noise, and y [rows] = Σ over columns of its
    // log-probability. `terms` is scratch of rows · columns.
    void (*_Nonnull squashed_sample)(
        long rows, long columns, const float *mean, const float *log_deviation, long deviation_stride,
        const float *noise, float *offset, float *action, float *terms, float *y);
    void (*_Nonnull squashed_action_backward)(
        long rows, long columns, const float *action, const float *offset, const float *da, float *_Nullable dmean,
        float *_Nullable dlog_deviation, long deviation_stride);
    void (*_Nonnull squashed_log_probability_backward)(
        long rows, long columns, const float *action, const float *offset, const float *dy, float *_Nullable dmean,
        float *_Nullable dlog_deviation, long deviation_stride);

    // Bits [rows, columns], 0 or 1, each by its own logit x. y [rows] = Σ over columns of log p(bit)
    void (*_Nonnull bernoulli_log_probability)(long rows, long columns, const float *x, const float *bits, float *y);
    void (*_Nonnull bernoulli_log_probability_backward)(
        long rows, long columns, const float *x, const float *bits, const float *dy, float *dx);
    void (*_Nonnull bernoulli_entropy)(long rows, long columns, const float *x, float *y);
    void (*_Nonnull bernoulli_entropy_backward)(long rows, long columns, const float *x, const float *dy, float *dx);
    // 1 where u < 1 / (1 + e⁻ˣ), otherwise 0.
    void (*_Nonnull bernoulli_sample)(long n, const float *x, const float *u, float *bits);

    // With g += penalty · p first: m += (1 - β₁)(g - m), v = β₂ v + (1 - β₂) g²,
    // p = keep · p - step · m / (√v / root_correction + ε)
    void (*_Nonnull adam)(long n, rl_adam settings, const float *g, float *m, float *v, float *p);
    // With g += penalty · p first: v = decay · v + (1 - decay) g² and, where there is an m, m += (1 - decay)(g - m) and
    // then v - m² in place of v; d = g / (√v + ε) or g / √(v + ε); where there is a b, b = momentum · b + d and then b in
    // place of d; p -= rate · d.
    void (*_Nonnull rmsprop)(
        long n, rl_rmsprop settings, const float *g, float *v, float *_Nullable m, float *_Nullable b, float *p);
    // With g += penalty · p first: where there is a b, b = momentum · b + share · g and then b, or g + momentum · b
    // (Nesterov), in place of g; p -= rate · g.
    void (*_Nonnull sgd)(long n, rl_sgd settings, const float *g, float *_Nullable b, float *p);
    // hidden, from the input's part of the gates: i, f, o through the logistic function and g through tanh,
    // cell = f · cell + i · g, hidden = o · tanh(cell).
    void (*_Nonnull lstm_forward)(const rl_recurrence *s);
    void (*_Nonnull lstm_backward)(const rl_recurrence *s, const rl_recurrence_gradients *g);
    // The same with r, z through the logistic function, n = tanh(x's part + r · hidden's part),
    // hidden = (1 - z) · n + z · hidden.
    void (*_Nonnull gru_forward)(const rl_recurrence *s);
    void (*_Nonnull gru_backward)(const rl_recurrence *s, const rl_recurrence_gradients *g);

    // y = (x - mean) · inverse · scale + shift with inverse = 1 / √(variance + ε), row by row; keeps mean and inverse.
    // Without `mean` nothing is subtracted and the variance is the mean square.
    void (*_Nonnull layer_norm)(
        long rows, long columns, float epsilon, const float *x, const float *_Nullable scale,
        const float *_Nullable shift, float *_Nullable mean, float *inverse, float *y);
    // +=, where not null.
    void (*_Nonnull layer_norm_backward)(
        long rows, long columns, const float *x, const float *_Nullable scale, const float *_Nullable mean,
        const float *inverse, const float *dy, float *_Nullable dx, float *_Nullable dscale, float *_Nullable dshift);
    // Mean and variance (divided by the count) [samples, groups]. `scratch` holds 2 channels floats.
    void (*_Nonnull group_moments)(rl_groups s, const float *x, float *scratch, float *mean, float *variance);
    // y = (x - mean) / √(variance + ε) · scale + shift, scale and shift by channel. With one sample and as many groups
    // as channels this is batch normalization. `scratch` holds 2 channels floats.
    void (*_Nonnull group_norm)(
        rl_groups s, float epsilon, const float *x, const float *mean, const float *variance,
        const float *_Nullable scale, const float *_Nullable shift, float *scratch, float *y);
    // +=, where not null. The moments are those of x, or constants. `scratch` holds 4 channels floats.
    void (*_Nonnull group_norm_backward)(
        rl_groups s, float epsilon, bool constant, const float *x, const float *mean, const float *variance,
        const float *_Nullable scale, const float *dy, float *scratch, float *_Nullable dx, float *_Nullable dscale,
        float *_Nullable dshift);

    // x, y [outer, count, inner]; y, or what is added to y, is the sum of x up to and with each of `count` positions,
    // or from it on when reversed.
    void (*_Nonnull cumulative_sum)(
        long outer, long count, long inner, bool reversed, bool accumulate, const float *x, float *y);
    // y [rows] = Σᵢ meanⱼ |τᵢ - 1{u < 0}| L(u), u = target[r, j] - prediction[r, i], L the Huber function with
    // threshold kappa or, with 0, |u|. Row r's levels τ begin at levels[r * level_step].
    void (*_Nonnull quantile_huber)(
        long rows, long quantiles, long targets, float kappa, const float *levels, long level_step,
        const float *prediction, const float *target, float *y);
    // +=, where not null.
    void (*_Nonnull quantile_huber_backward)(
        long rows, long quantiles, long targets, float kappa, const float *levels, long level_step,
        const float *prediction, const float *target, const float *dy, float *_Nullable dprediction,
        float *_Nullable dtarget);

    // y += s · x
    void (*_Nonnull add_scaled)(long n, float s, const float *x, float *y);
    // y += rate · (x - y)
    void (*_Nonnull mix)(long n, float rate, const float *x, float *y);
    // x *= s
    void (*_Nonnull scale)(long n, float s, float *x);
    // y = s · x
    void (*_Nonnull bytes_to_floats)(long n, float s, const uint8_t *x, float *y);

    // Elements position ..< position + n of the stream of a key, a 32-bit word each: the same bits on every instruction
    // set, and whatever pieces a stream is made in.
    void (*_Nonnull random_bits)(long n, uint64_t key, uint64_t position, uint32_t *y);
    // In 0 ..< 1, multiples of 2⁻²⁴.
    void (*_Nonnull random_uniform)(long n, uint64_t key, uint64_t position, float *y);
    // Mean 0, variance 1; up to 6.8.
    void (*_Nonnull random_normal)(long n, uint64_t key, uint64_t position, float *y);
    // -log(-log u); from -3.2 to 22.9.
    void (*_Nonnull random_gumbel)(long n, uint64_t key, uint64_t position, float *y);
    // 1 where the word is `bound` or above, otherwise 0.
    void (*_Nonnull random_mask)(long n, uint64_t key, uint64_t position, uint32_t bound, uint8_t *y);
    // y = s · x where the mask is 1 and 0 · x elsewhere, += when accumulating.
    void (*_Nonnull dropout)(
        long n, uint64_t key, uint64_t position, uint32_t bound, float s, const float *x, float *y, bool accumulate);

    // One step of n rows in place: positions, velocities, angles and angular velocities, `stride` apart. Writes
    // observations [n, 4] and whether a row's pole or cart is out of its range. The first with libm's sine and cosine in
    // Double, the second in Float32; the same bits on every instruction set.
    void (*_Nonnull cartpole)(
        long n, rl_cartpole constants, const int32_t *action, double *state, long stride, float *observation,
        bool *terminated);
    void (*_Nonnull cartpole_float32)(
        long n, rl_cartpole constants, const int32_t *action, double *state, long stride, float *observation,
        bool *terminated);

    // y = max(x, y)
    void (*_Nonnull maximum_bytes)(long n, const uint8_t *x, uint8_t *y);
    // An image x [rows.inputs, columns.inputs, channels] at a smaller size y [rows.outputs, columns.outputs, channels],
    // each pixel the mean of the area it covers, rounded to nearest, to even when in the middle. Sums are made in Float32,
    // first along a row, then down a column, each from its first tap to its last, and nothing is fused: the bytes of OpenCV's
    // INTER_AREA, on every instruction set. `scratch` holds 5 columns.stride channels floats; up to `rl_area_floats` of them
    // it may be absent.
    void (*_Nonnull area_resize)(
        rl_area_axis rows, rl_area_axis columns, long channels, const uint8_t *x, float *_Nullable scratch, uint8_t *y);
    // The same where `down` by `across` whole pixels become one: their sum is an integer, and OpenCV rounds the mean of
    // 2 by 2 pixels of 1, 3 or 4 channels up when in the middle. `height` and `width` are those of y.
    void (*_Nonnull area_resize_whole)(
        long height, long width, long down, long across, long channels, const uint8_t *x, uint8_t *y);
    // Images [pixels, frames, channels], newest frame last: drops the oldest frame of `stack`, puts x [pixels, channels]
    // behind, and copies the result to y.
    void (*_Nonnull push_frame)(
        long pixels, long frames, long channels, const uint8_t *x, uint8_t *stack, uint8_t *y);
} rl_kernels;

// The table of an instruction set, or the best below it that this processor runs.
const rl_kernels *rl_kernels_at_most(int instruction_set);

// The table to use: the best this processor runs, or below when the environment says
// RL_KERNELS=avx512|avx2|baseline. Any other text is ignored, as is a set that the processor lacks.
const rl_kernels *rl_kernels_default(void);

// Movement by index, the same on every instruction set. The caller has checked the indices.
// y[r] = x[r, index[r]]
void rl_gather_columns(long rows, long columns, const float *x, const int32_t *index, float *y);
// dx[r, index[r]] += dy[r]
void rl_scatter_columns(long rows, long columns, const int32_t *index, const float *dy, float *dx);
// y[i, ·] = x[index[i], ·]
void rl_gather_rows(long count, long columns, const float *x, const int32_t *index, float *y);
// dx[index[i], ·] += dy[i, ·]
void rl_scatter_rows(long count, long columns, const int32_t *index, const float *dy, float *dx);
// The first position whose index is outside 0 ..< bound, or -1.
long rl_first_outside(long n, const int32_t *index, long bound);

#pragma clang assume_nonnull end
