// Convolutions as matrix products that read the images where they are. An output pixel is a row of the product: its
// terms are `kernel_height` runs of kernel_width · channels floats of the image.
#pragma once

#include "../convolution_shape.h"

// A matrix product whose rows of A and C start anywhere: row r of A is at a + a_at[r], row r of C at c + c_at[r].
// A row of A is y_runs · x_runs runs of `length` terms each. B lies in panels of 2 VW columns, `panel_step` apart,
// and the last vector of each of its rows can be read whole.
typedef struct {
    const float *a;
    const long *a_at;
    long y_runs, y_step, x_runs, x_step, length;
    const float *b;
    long b_step, panel_step;
    float *c;
    const long *c_at;
    const float *bias;
    bool accumulate;
    int activation;
} gathered_product;

// `rows` × (`vectors` · VW) results from row i and column j, of which `columns` are stored. `b` is the panel.
INLINE void gathered_tile(
    const gathered_product *t, const int rows, const int vectors, const float *b, long columns, long i, long j) {
    vf sum[8][2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
        vf start = {};
        if (t->bias) start = load_up_to(t->bias + j + v * VW, columns - v * VW);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) sum[r][v] = start;
    }
    for (long y = 0; y < t->y_runs; y++) {
        for (long x = 0; x < t->x_runs; x++) {
            const float *from[8];
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) from[r] = t->a + t->a_at[i + r] + y * t->y_step + x * t->x_step;
            for (long p = 0; p < t->length; p++, b += t->b_step) {
                vf row[2];
#pragma clang loop unroll(full)
                for (int v = 0; v < vectors; v++) row[v] = load(b + v * VW);
#pragma clang loop unroll(full)
                for (int r = 0; r < rows; r++) {
                    vf term = all(from[r][p]);
#pragma clang loop unroll(full)
                    for (int v = 0; v < vectors; v++) sum[r][v] += term * row[v];
                }
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
        float *to = t->c + t->c_at[i + r] + j;
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            long left = columns - v * VW;
            vf result = sum[r][v];
            if (t->accumulate) result += load_up_to(to + v * VW, left);
            if (t->activation == rl_relu) result = rectified(result);
            store_up_to(to + v * VW, left, result);
        }
    }
}

// Rows of the next tile when `left` are left, such that all tiles are about equally high: a low one would wait for
// its additions.
INLINE long next_height(long left, long most) {
    long tiles = (left + most - 1) / most;
    return (left + tiles - 1) / tiles;
}

// TILE(1) to TILE(`most`), the one of `height`; `most` is a constant.
#define TILE_OF_HEIGHT(height, most) \
    switch (height) { \
    case 1: TILE(1); break; \
    case 2: TILE(2); break; \
    case 3: TILE(3); break; \
    case 4: TILE(4); break; \
    case 5: TILE(5); break; \
    case 6: TILE(6); break; \
    case 7: if (most >= 7) TILE(7); break; \
    case 8: if (most >= 8) TILE(8); break; \
    }

// As many as leave registers for a row of B and a term.
#define HIGHEST_TILE(vectors) (VW == 16 || (vectors) == 1 ? 8 : 6)

INLINE void gathered_panel(
    const gathered_product *t, long m, const int vectors, const float *b, long columns, long j) {
    for (long i = 0, height; i < m; i += height) {
        height = next_height(m - i, HIGHEST_TILE(vectors));
#define TILE(rows) gathered_tile(t, rows, vectors, b, columns, i, j)
        TILE_OF_HEIGHT(height, HIGHEST_TILE(vectors))
#undef TILE
    }
}

static void gathered_multiply(const gathered_product *t, long m, long n) {
    const float *b = t->b;
    for (long j = 0; j < n; j += 2 * VW, b += t->panel_step) {
        long columns = n - j < 2 * VW ? n - j : 2 * VW;
        if (columns > VW) {
            gathered_panel(t, m, 2, b, columns, j);
        } else {
            gathered_panel(t, m, 1, b, columns, j);
        }
    }
}

// The next piece of the caller's memory.
INLINE void *take(void **scratch, long bytes) {
    void *piece = *scratch;
    *scratch = (char *)piece + (bytes + 63) / 64 * 64;
    return piece;
}

INLINE long panels(long columns) { return (columns + 2 * VW - 1) / (2 * VW); }

// [k, n] to panels of 2 VW columns, zeros behind the last. Returns the floats of a panel.
static long pack(long k, long n, const float *from, float *to) {
    for (long j = 0; j < n; j += 2 * VW) {
        for (long p = 0; p < k; p++, to += 2 * VW) {
            for (long v = j; v < j + 2 * VW; v += VW) {
                store(to + v - j, v < n ? load_up_to(from + p * n + v, n - v) : all(0));
            }
        }
    }
    return k * 2 * VW;
}

// The same of the transposed of [n, k]; its panels are `panel_step` apart.
static void pack_transposed(long k, long n, const float *from, float *to, long panel_step) {
    for (long j = 0; j < n; j += VW) {
        float *column = to + j / (2 * VW) * panel_step + j % (2 * VW);
        for (long p = 0; p < k; p += VW) {
            if (n - j >= VW && k - p >= VW) {
                transpose_square(from + j * k + p, k, column + p * 2 * VW, 2 * VW);
                continue;
            }
            for (long row = p; row < k && row < p + VW; row++) {
                for (long v = 0; v < VW; v++) column[row * 2 * VW + v] = j + v < n ? from[(j + v) * k + row] : 0;
            }
        }
    }
}

typedef uint8_t vb __attribute__((vector_size(VW), aligned(1)));

INLINE void copy_pixels(long n, rl_pixels x, long at, float *to) {
    if (x.floats) {
        memcpy(to, x.floats + at, (size_t)n * sizeof(float));
        return;
    }
    long i = 0;
    for (; n - i >= VW; i += VW) {
        store(to + i, __builtin_convertvector(*(const vb *)(x.bytes + at + i), vf) * x.scale);
    }
    for (; i < n; i++) to[i] = (float)x.bytes[at + i] * x.scale;
}

INLINE bool is_padded(const rl_convolution *s) { return s->top || s->bottom || s->left || s->right; }

INLINE long padded_width(const rl_convolution *s) { return s->width + s->left + s->right; }

// Floats of an image with zeros around it.
INLINE long padded_image(const rl_convolution *s) {
    return (s->height + s->top + s->bottom) * padded_width(s) * s->channels;
}

INLINE void clear(float *to, long n) {
    if (n > 0) memset(to, 0, (size_t)n * sizeof(float));
}

INLINE long least(long a, long b) { return a < b ? a : b; }

// Padding that is negative below or to the right leaves those pixels away.
static void pad(const rl_convolution *s, rl_pixels x, long first, long count, float *to) {
    long row = s->width * s->channels, whole_row = padded_width(s) * s->channels;
    long before = s->left * s->channels, copied = least(row, whole_row - before);
    for (long image = first; image < first + count; image++) {
        clear(to, s->top * whole_row);
        to += s->top * whole_row;
        for (long y = 0; y < least(s->height, s->height + s->bottom); y++, to += whole_row) {
            clear(to, before);
            copy_pixels(copied, x, (image * s->height + y) * row, to + before);
            clear(to + before + copied, whole_row - before - copied);
        }
        clear(to, s->bottom * whole_row);
        to += s->bottom > 0 ? s->bottom * whole_row : 0;
    }
}

// x += the images without what is around them.
static void add_unpadded(const rl_convolution *s, long count, const float *from, float *x) {
    long row = s->width * s->channels, whole_row = padded_width(s) * s->channels;
    long before = s->left * s->channels, added = least(row, whole_row - before);
    for (long image = 0; image < count; image++, from += padded_image(s), x += s->height * row) {
        const float *inside = from + s->top * whole_row + before;
        for (long y = 0; y < least(s->height, s->height + s->bottom); y++) {
            float *to = x + y * row;
            for (long i = 0; i < added; i += VW) {
                store_up_to(to + i, added - i, load_up_to(to + i, added - i) + load_up_to(inside + i, added - i));
            }
            inside += whole_row;
        }
    }
}

// A group of images as a pass sees them.
typedef struct {
    long group, pixels;          // images in it; output pixels of one image
    float *images;               // their padded copies, or null where the images are read in place
    long *input_at, *output_at;  // where each output pixel starts in the padded images and in the output
} image_group;

INLINE image_group take_group(const rl_convolution *s, bool in_place, void **scratch) {
    long height = rl_convolution_output_height(s), width = rl_convolution_output_width(s);
    image_group g = {.group = rl_convolution_group(s), .pixels = height * width};
    g.input_at = take(scratch, g.group * g.pixels * (long)sizeof(long));
    g.output_at = take(scratch, g.group * g.pixels * (long)sizeof(long));
    if (!in_place) g.images = take(scratch, g.group * padded_image(s) * (long)sizeof(float));
    long p = 0;
    for (long image = 0; image < g.group; image++) {
        for (long y = 0; y < height; y++) {
            for (long x = 0; x < width; x++, p++) {
                long pixel = y * s->stride_y * padded_width(s) + x * s->stride_x;
                g.input_at[p] = image * padded_image(s) + pixel * s->channels;
                g.output_at[p] = p * s->outputs;
            }
        }
    }
    return g;
}

// Pixels of a kernel's row that lie side by side in the image.
INLINE long run_pixels(const rl_convolution *s) { return s->dilation_x == 1 ? s->kernel_width : 1; }

// y = activation(x * w + bias), or += without either, when t holds the weights and these.
static void convolve(const rl_convolution *s, rl_pixels x, gathered_product t, float *y, void *scratch) {
    bool in_place = x.floats && !is_padded(s);
    image_group g = take_group(s, in_place, &scratch);
    t.a_at = g.input_at;
    t.c_at = g.output_at;
    t.y_runs = s->kernel_height;
    t.y_step = s->dilation_y * padded_width(s) * s->channels;
    t.x_runs = s->kernel_width / run_pixels(s);
    t.x_step = s->dilation_x * s->channels;
    t.length = run_pixels(s) * s->channels;
    for (long first = 0; first < s->batch; first += g.group) {
        long count = s->batch - first < g.group ? s->batch - first : g.group;
        if (in_place) {
            t.a = x.floats + first * padded_image(s);
        } else {
            pad(s, x, first, count, g.images);
            t.a = g.images;
        }
        t.c = y + first * g.pixels * s->outputs;
        gathered_multiply(&t, count * g.pixels, s->outputs);
        if (t.activation == rl_tanh) finish_linear(1, count * g.pixels * s->outputs, 0, rl_tanh, t.c);
    }
}

static void direct_convolution(
    const rl_convolution *s, rl_pixels x, const float *w, const float *bias, int activation, float *y,
    void *scratch) {
    long terms = s->kernel_height * s->kernel_width * s->channels;
    gathered_product t = {.b = w, .b_step = s->outputs, .panel_step = 2 * VW, .bias = bias, .activation = activation};
    // Wide weights are copied, because their rows, a power of two apart, would push each other out of the cache.
    if (s->outputs % VW || s->outputs > 4 * VW) {
        float *packed = take(&scratch, panels(s->outputs) * terms * 2 * VW * (long)sizeof(float));
        t.b = packed;
        t.b_step = 2 * VW;
        t.panel_step = pack(terms, s->outputs, w, packed);
    }
    convolve(s, x, t, y, scratch);
}

// As a convolution of dy with the kernel turned round.
static void reversed_convolution(
    const rl_convolution *s, const float *dy, const float *w, float *dx, void *scratch) {
    rl_convolution r = rl_convolution_reversed(s);
    long taps = s->kernel_height * s->kernel_width;
    long panel_step = taps * s->outputs * 2 * VW;
    float *packed = take(&scratch, panels(s->channels) * panel_step * (long)sizeof(float));
    for (long tap = 0; tap < taps; tap++) {
        pack_transposed(
            s->outputs, s->channels, w + (taps - 1 - tap) * s->channels * s->outputs,
            packed + tap * s->outputs * 2 * VW, panel_step);
    }
    gathered_product t = {.b = packed, .b_step = 2 * VW, .panel_step = panel_step, .accumulate = true};
    convolve(&r, (rl_pixels){.floats = dy}, t, dx, scratch);
}

// Each output pixel's part is added to the pixels that it was made from, `stride_x` of them at a time: then the rows
// of one product do not overlap.
static void direct_input_gradient(
    const rl_convolution *s, const float *dy, const float *w, float *dx, void *scratch) {
    if (rl_convolution_is_reversible(s)) {
        reversed_convolution(s, dy, w, dx, scratch);
        return;
    }
    long run = s->dilation_x == 1 && s->stride_x < s->kernel_width ? s->stride_x : run_pixels(s);
    long panel_step = s->outputs * 2 * VW, run_step = panels(run * s->channels) * panel_step;
    long runs = (s->kernel_width + run - 1) / run;
    float *packed = take(&scratch, s->kernel_height * runs * run_step * (long)sizeof(float));
    for (long y = 0; y < s->kernel_height; y++) {
        for (long x = 0; x < runs; x++) {
            long columns = (s->kernel_width - x * run < run ? s->kernel_width - x * run : run) * s->channels;
            pack_transposed(
                s->outputs, columns, w + (y * s->kernel_width + x * run) * s->channels * s->outputs,
                packed + (y * runs + x) * run_step, panel_step);
        }
    }
    bool in_place = !is_padded(s);
    image_group g = take_group(s, in_place, &scratch);
    for (long first = 0; first < s->batch; first += g.group) {
        long count = s->batch - first < g.group ? s->batch - first : g.group;
        float *to = dx + first * s->height * s->width * s->channels;
        float *images = in_place ? to : g.images;
        if (!in_place) memset(images, 0, (size_t)(count * padded_image(s)) * sizeof(float));
        for (long y = 0; y < s->kernel_height; y++) {
            for (long x = 0; x < runs; x++) {
                long columns = (s->kernel_width - x * run < run ? s->kernel_width - x * run : run) * s->channels;
                long pixel = y * s->dilation_y * padded_width(s) + x * run * s->dilation_x;
                gathered_product t = {
                    .a = dy + first * g.pixels * s->outputs,
                    .a_at = g.output_at,
                    .y_runs = 1,
                    .x_runs = 1,
                    .length = s->outputs,
                    .b = packed + (y * runs + x) * run_step,
                    .b_step = 2 * VW,
                    .panel_step = panel_step,
                    .c = images + pixel * s->channels,
                    .c_at = g.input_at,
                    .accumulate = true,
                };
                gathered_multiply(&t, count * g.pixels, columns);
            }
        }
        if (!in_place) add_unpadded(s, count, images, to);
    }
}

// dw [rows, n] += Σ over pixels of x [pixels, rows]ᵀ dy [pixels, n], where pixel p of x is at x + x_at[p].
typedef struct {
    const float *x;
    const long *x_at;
    const float *dy;
    long pixels, n;
    float *dw;
} weight_sum;

INLINE void weight_tile(
    const weight_sum *t, const int rows, const int vectors, const bool partial, long columns, long i, long j) {
    vf sum[8][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            sum[r][v] = load_up_to(t->dw + (i + r) * t->n + j + v * VW, columns - v * VW);
        }
    }
    const float *dy = t->dy + j;
    for (long p = 0; p < t->pixels; p++, dy += t->n) {
        const float *x = t->x + t->x_at[p] + i;
        vf row[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            row[v] = partial && v == vectors - 1 ? load_partial(dy + v * VW, columns - v * VW) : load(dy + v * VW);
        }
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            vf term = all(x[r]);
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[r][v] += term * row[v];
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            store_up_to(t->dw + (i + r) * t->n + j + v * VW, columns - v * VW, sum[r][v]);
        }
    }
}

INLINE void weight_panel(
    const weight_sum *t, long rows_left, const int vectors, const bool partial, long columns, long j) {
    for (long i = 0, height; i < rows_left; i += height) {
        height = next_height(rows_left - i, HIGHEST_TILE(vectors));
#define TILE(rows) weight_tile(t, rows, vectors, partial, columns, i, j)
        TILE_OF_HEIGHT(height, HIGHEST_TILE(vectors))
#undef TILE
    }
}

static void add_weights(const weight_sum *t, long rows) {
    for (long j = 0; j < t->n; j += 2 * VW) {
        long left = t->n - j;
        if (left >= 2 * VW) {
            weight_panel(t, rows, 2, false, 2 * VW, j);
        } else if (left > VW) {
            weight_panel(t, rows, 2, true, left, j);
        } else if (left == VW) {
            weight_panel(t, rows, 1, false, VW, j);
        } else {
            weight_panel(t, rows, 1, true, left, j);
        }
    }
}

enum { block_pixels = 160 };  // whose gradients stay in the first cache level while all weights are passed

static void direct_weight_gradient(
    const rl_convolution *s, rl_pixels x, const float *dy, float *dw, void *scratch) {
    bool in_place = x.floats && !is_padded(s);
    image_group g = take_group(s, in_place, &scratch);
    long length = run_pixels(s) * s->channels;
    for (long first = 0; first < s->batch; first += g.group) {
        long count = s->batch - first < g.group ? s->batch - first : g.group;
        if (!in_place) pad(s, x, first, count, g.images);
        const float *images = in_place ? x.floats + first * padded_image(s) : g.images;
        for (long p = 0, pixels; p < count * g.pixels; p += pixels) {
            pixels = next_height(count * g.pixels - p, block_pixels);
            weight_sum t = {
                .x_at = g.input_at + p,
                .dy = dy + (first * g.pixels + p) * s->outputs,
                .pixels = pixels,
                .n = s->outputs,
                .dw = dw,
            };
            for (long ky = 0; ky < s->kernel_height; ky++) {
                for (long kx = 0; kx < s->kernel_width; kx += run_pixels(s), t.dw += length * s->outputs) {
                    long pixel = ky * s->dilation_y * padded_width(s) + kx * s->dilation_x;
                    t.x = images + pixel * s->channels;
                    add_weights(&t, length);
                }
            }
        }
    }
}
