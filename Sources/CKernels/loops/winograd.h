// Convolutions with fewer multiplications (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks",
// with the points 0, 1, -1 and ∞). A tile of 4 × 4 input cells, transformed, times the transformed kernel gives
// 16 products that are transformed into (5 - r) × (5 - r) outputs of an r × r kernel: 16 multiplications for 36. Over
// all tiles each of the 16 is a matrix product. A kernel with a stride is seen as one of stride 1 over cells of
// stride_y · stride_x pixels. The gradients go the same way backwards, through the transposed transformations.
#pragma once

// The transformations of a line of 4; `r` is 2 or 3. Those that end in "_back" are the transposed ones.
INLINE void transform_input(vf *d, long step) {
    vf d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step];
    d[0] = d0 - d2;
    d[step] = d1 + d2;
    d[2 * step] = d2 - d1;
    d[3 * step] = d1 - d3;
}

INLINE void transform_input_back(vf *d, long step) {
    vf d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step];
    d[step] = d1 - d2 + d3;
    d[2 * step] = d1 + d2 - d0;
    d[3 * step] = -d3;
}

INLINE void transform_output(const int r, vf *m, long step) {
    vf m0 = m[0], m1 = m[step], m2 = m[2 * step], m3 = m[3 * step];
    m[0] = m0 + (m1 + m2);
    m[step] = r == 3 ? m1 - m2 - m3 : m1 - m2;
    m[2 * step] = m1 + m2 - m3;
}

INLINE void transform_output_back(const int r, vf *y, long step) {
    vf y0 = y[0], y1 = y[step], y2 = r == 3 ? all(0) : y[2 * step];
    y[step] = y0 + y2 + y1;
    y[2 * step] = y0 + y2 - y1;
    y[3 * step] = r == 3 ? -y1 : -y2;
}

INLINE void transform_kernel(const int r, vf *g, long step) {
    vf g0 = g[0], g1 = g[step], g2 = r == 3 ? g[2 * step] : all(0);
    vf even = (g0 + g2) * 0.5f, odd = g1 * 0.5f;
    g[step] = even + odd;
    g[2 * step] = even - odd;
    g[3 * step] = r == 3 ? g2 : g1;
}

INLINE void transform_kernel_back(const int r, vf *u, long step) {
    vf u0 = u[0], u3 = u[3 * step];
    vf even = (u[step] + u[2 * step]) * 0.5f, odd = (u[step] - u[2 * step]) * 0.5f;
    u[0] = u0 + even;
    u[step] = r == 3 ? odd : odd + u3;
    u[2 * step] = even + u3;
}

#define BOTH_WAYS(TRANSFORMATION) \
    _Pragma("clang loop unroll(full)") for (int x = 0; x < 4; x++) { TRANSFORMATION(x, 4); } \
    _Pragma("clang loop unroll(full)") for (int y = 0; y < 4; y++) { TRANSFORMATION(y * 4, 1); }

// What the passes share: a block of tiles, with room for its 16 transformed inputs [tiles, depth] and products
// [tiles, outputs], and one image with zeros around it that is filled to whole tiles.
typedef struct {
    rl_convolution shape;  // with `bottom` and `right` as far as the last tile reaches
    long outputs_y, outputs_x;
    long tiles_y, tiles_x, block;
    long depth, run;  // of a cell; floats of it that are side by side
    float *image, *input, *product;
    long input_step, product_step;  // between the 16
    long *input_at, *product_at;  // where each tile starts in one of the 16
} winograd;

INLINE winograd take_winograd(const rl_convolution *s, const int r, void **scratch) {
    const long outputs = 5 - r;
    winograd w = {
        .shape = rl_winograd_shape(s, r),
        .outputs_y = rl_convolution_output_height(s),
        .outputs_x = rl_convolution_output_width(s),
        .depth = s->stride_y * s->stride_x * s->channels,
        .run = s->stride_x * s->channels,
    };
    w.tiles_y = (w.outputs_y + outputs - 1) / outputs;
    w.tiles_x = (w.outputs_x + outputs - 1) / outputs;
    w.block = rl_winograd_block(s, r);
    w.image = take(scratch, padded_image(&w.shape) * (long)sizeof(float));
    w.input_step = rl_winograd_step(w.block * w.depth);
    w.product_step = rl_winograd_step(w.block * s->outputs);
    w.input = take(scratch, 16 * w.input_step * (long)sizeof(float));
    w.product = take(scratch, 16 * w.product_step * (long)sizeof(float));
    w.input_at = take(scratch, w.block * (long)sizeof(long));
    w.product_at = take(scratch, w.block * (long)sizeof(long));
    for (long i = 0; i < w.block; i++) {
        w.input_at[i] = i * w.depth;
        w.product_at[i] = i * s->outputs;
    }
    return w;
}

INLINE long tiles_of(const winograd *w) { return w->tiles_y * w->tiles_x; }

// Where tile `t` of its image starts in the padded image.
INLINE float *tile_start(const winograd *w, const int r, long t) {
    const long outputs = 5 - r;
    long y = t / w->tiles_x * outputs * w->shape.stride_y, x = t % w->tiles_x * outputs;
    return w->image + y * padded_width(&w->shape) * w->shape.channels + x * w->run;
}

// One of the four cells' rows of a tile: `line` of the rows of pixels within a cell, from float v of the run.
INLINE float *cell(const winograd *w, float *tile, long y, long x, long line, long v) {
    long row = y * w->shape.stride_y + line;
    return tile + row * padded_width(&w->shape) * w->shape.channels + x * w->run + v;
}

// The inputs of `count` tiles from `first` on, where the tiles before them were gathered last.
INLINE void gather_tiles(const winograd *w, const int r, rl_pixels x, long first, long count) {
    for (long i = 0; i < count; i++) {
        long t = (first + i) % tiles_of(w);
        if (t == 0) pad(&w->shape, x, (first + i) / tiles_of(w), 1, w->image);
        float *tile = tile_start(w, r, t);
        for (long line = 0; line < w->shape.stride_y; line++) {
            for (long v = 0; v < w->run; v += VW) {
                vf d[16];
#pragma clang loop unroll(full)
                for (int p = 0; p < 16; p++) d[p] = load(cell(w, tile, p / 4, p % 4, line, v));
#define TRANSFORM(at, step) transform_input(d + at, step)
                BOTH_WAYS(TRANSFORM)
#undef TRANSFORM
                float *to = w->input + i * w->depth + line * w->run + v;
#pragma clang loop unroll(full)
                for (int p = 0; p < 16; p++) store(to + p * w->input_step, d[p]);
            }
        }
    }
}

// dx += the inputs' gradients, for an image when its last tile is through.
INLINE void scatter_tiles(const winograd *w, const int r, float *dx, long first, long count) {
    for (long i = 0; i < count; i++) {
        long t = (first + i) % tiles_of(w);
        if (t == 0) memset(w->image, 0, (size_t)padded_image(&w->shape) * sizeof(float));
        float *tile = tile_start(w, r, t);
        for (long line = 0; line < w->shape.stride_y; line++) {
            for (long v = 0; v < w->run; v += VW) {
                const float *from = w->input + i * w->depth + line * w->run + v;
                vf d[16];
#pragma clang loop unroll(full)
                for (int p = 0; p < 16; p++) d[p] = load(from + p * w->input_step);
#define TRANSFORM(at, step) transform_input_back(d + at, step)
                BOTH_WAYS(TRANSFORM)
#undef TRANSFORM
#pragma clang loop unroll(full)
                for (int p = 0; p < 16; p++) {
                    float *to = cell(w, tile, p / 4, p % 4, line, v);
                    store(to, load(to) + d[p]);
                }
            }
        }
        if (t == tiles_of(w) - 1) {
            long image = (first + i) / tiles_of(w);
            add_unpadded(&w->shape, 1, w->image, dx + image * w->shape.height * w->shape.width * w->shape.channels);
        }
    }
}

// Output pixel (0, 0) of tile `t`, which is tile `t` of all images, and how many rows and columns of it there are.
INLINE long output_start(const winograd *w, const int r, long t, long *rows, long *columns) {
    const long outputs = 5 - r;
    long image = t / tiles_of(w), y = t % tiles_of(w) / w->tiles_x * outputs, x = t % w->tiles_x * outputs;
    *rows = w->outputs_y - y;
    *columns = w->outputs_x - x;
    return ((image * w->outputs_y + y) * w->outputs_x + x) * w->shape.outputs;
}

INLINE void finish_tiles(
    const winograd *w, const int r, const float *bias, int activation, float *y, long first, long count) {
    const int outputs = 5 - r;
    long n = w->shape.outputs;
    for (long i = 0; i < count; i++) {
        long rows, columns, start = output_start(w, r, first + i, &rows, &columns);
        for (long v = 0; v < n; v += VW) {
            const float *from = w->product + i * n + v;
            vf m[16];
#pragma clang loop unroll(full)
            for (int p = 0; p < 16; p++) m[p] = load(from + p * w->product_step);
#define TRANSFORM(at, step) transform_output(r, m + at, step)
            BOTH_WAYS(TRANSFORM)
#undef TRANSFORM
            vf offset = bias ? load(bias + v) : all(0);
#pragma clang loop unroll(full)
            for (int p = 0; p < 16; p++) {
                if (p / 4 >= outputs || p % 4 >= outputs) continue;
                if (p / 4 >= rows || p % 4 >= columns) continue;
                vf result = m[p] + offset;
                if (activation == rl_relu) result = rectified(result);
                store(y + start + (p / 4 * w->outputs_x + p % 4) * n + v, result);
            }
        }
    }
}

// The products' gradients of `count` tiles from `first` on.
INLINE void unfinish_tiles(const winograd *w, const int r, const float *dy, long first, long count) {
    const int outputs = 5 - r;
    long n = w->shape.outputs;
    for (long i = 0; i < count; i++) {
        long rows, columns, start = output_start(w, r, first + i, &rows, &columns);
        for (long v = 0; v < n; v += VW) {
            vf m[16];
#pragma clang loop unroll(full)
            for (int p = 0; p < 16; p++) {
                bool inside = p / 4 < outputs && p % 4 < outputs && p / 4 < rows && p % 4 < columns;
                m[p] = inside ? load(dy + start + (p / 4 * w->outputs_x + p % 4) * n + v) : all(0);
            }
#define TRANSFORM(at, step) transform_output_back(r, m + at, step)
            BOTH_WAYS(TRANSFORM)
#undef TRANSFORM
            float *to = w->product + i * n + v;
#pragma clang loop unroll(full)
            for (int p = 0; p < 16; p++) store(to + p * w->product_step, m[p]);
        }
    }
}

// Row `d` of the depth of tap (y, x) in the weights [kernel_height, kernel_width, channels, outputs].
INLINE long weight_at(const winograd *w, long y, long x, long d) {
    const rl_convolution *s = &w->shape;
    long row = (y * s->stride_y + d / w->run) * s->kernel_width * s->channels + x * w->run + d % w->run;
    return row * s->outputs;
}

// u [16, depth, outputs], each of the 16 in panels of 2 VW columns, `panel_step` apart, with rows `row_step` apart.
INLINE void transform_weights(
    const winograd *w, const int r, const float *weights, float *u, long row_step, long panel_step, long u_step) {
    for (long d = 0; d < w->depth; d++) {
        for (long v = 0; v < w->shape.outputs; v += VW) {
            vf g[16];
#pragma clang loop unroll(full)
            for (int p = 0; p < 16; p++) {
                g[p] = p / 4 < r && p % 4 < r ? load(weights + weight_at(w, p / 4, p % 4, d) + v) : all(0);
            }
#define TRANSFORM(at, step) transform_kernel(r, g + at, step)
            BOTH_WAYS(TRANSFORM)
#undef TRANSFORM
            float *to = u + d * row_step + v / (2 * VW) * panel_step + v % (2 * VW);
#pragma clang loop unroll(full)
            for (int p = 0; p < 16; p++) store(to + p * u_step, g[p]);
        }
    }
}

INLINE void add_transformed_weights(const winograd *w, const int r, const float *u, float *weights) {
    long n = w->shape.outputs;
    for (long d = 0; d < w->depth; d++) {
        for (long v = 0; v < n; v += VW) {
            vf g[16];
#pragma clang loop unroll(full)
            for (int p = 0; p < 16; p++) g[p] = load(u + (p * w->depth + d) * n + v);
#define TRANSFORM(at, step) transform_kernel_back(r, g + at, step)
            BOTH_WAYS(TRANSFORM)
#undef TRANSFORM
#pragma clang loop unroll(full)
            for (int p = 0; p < 16; p++) {
                if (p / 4 >= r || p % 4 >= r) continue;
                float *to = weights + weight_at(w, p / 4, p % 4, d) + v;
                store(to, load(to) + g[p]);
            }
        }
    }
}

// The 16 products of `count` rows a [count, k] by b [k, n] in panels, one for each tile.
INLINE void multiply_tiles(
    long count, long k, const float *a, long a_step, const long *a_at, const float *b, long n, float *c, long c_step,
    const long *c_at) {
    for (int p = 0; p < 16; p++) {
        gathered_product t = {
            .a = a + p * a_step,
            .a_at = a_at,
            .y_runs = 1,
            .x_runs = 1,
            .length = k,
            .b = b + p * panels(n) * k * 2 * VW,
            .b_step = 2 * VW,
            .panel_step = k * 2 * VW,
            .c = c + p * c_step,
            .c_at = c_at,
        };
        gathered_multiply(&t, count, n);
    }
}

INLINE void winograd_forward(
    const rl_convolution *s, const int r, rl_pixels x, const float *weights, const float *bias, int activation,
    float *y, void *scratch) {
    winograd w = take_winograd(s, r, &scratch);
    long panel_step = w.depth * 2 * VW, u_step = panels(s->outputs) * panel_step;
    float *u = take(&scratch, 16 * u_step * (long)sizeof(float));
    transform_weights(&w, r, weights, u, 2 * VW, panel_step, u_step);
    long tiles = s->batch * tiles_of(&w);
    for (long first = 0, count; first < tiles; first += count) {
        count = next_height(tiles - first, w.block);
        gather_tiles(&w, r, x, first, count);
        multiply_tiles(
            count, w.depth, w.input, w.input_step, w.input_at, u, s->outputs, w.product, w.product_step, w.product_at);
        finish_tiles(&w, r, bias, activation, y, first, count);
    }
    if (activation == rl_tanh) {
        finish_linear(1, s->batch * w.outputs_y * w.outputs_x * s->outputs, 0, rl_tanh, y);
    }
}

INLINE void winograd_input_gradient(
    const rl_convolution *s, const int r, const float *dy, const float *weights, float *dx, void *scratch) {
    winograd w = take_winograd(s, r, &scratch);
    long size = w.depth * s->outputs, turned_size = panels(w.depth) * s->outputs * 2 * VW;
    float *u = take(&scratch, 16 * size * (long)sizeof(float));
    float *turned = take(&scratch, 16 * turned_size * (long)sizeof(float));
    transform_weights(&w, r, weights, u, s->outputs, 2 * VW, size);
    for (int p = 0; p < 16; p++) {
        pack_transposed(s->outputs, w.depth, u + p * size, turned + p * turned_size, s->outputs * 2 * VW);
    }
    long tiles = s->batch * tiles_of(&w);
    for (long first = 0, count; first < tiles; first += count) {
        count = next_height(tiles - first, w.block);
        unfinish_tiles(&w, r, dy, first, count);
        multiply_tiles(
            count, s->outputs, w.product, w.product_step, w.product_at, turned, w.depth, w.input, w.input_step,
            w.input_at);
        scatter_tiles(&w, r, dx, first, count);
    }
}

INLINE void winograd_weight_gradient(
    const rl_convolution *s, const int r, rl_pixels x, const float *dy, float *dw, void *scratch) {
    winograd w = take_winograd(s, r, &scratch);
    long size = w.depth * s->outputs;
    float *du = take(&scratch, 16 * size * (long)sizeof(float));
    memset(du, 0, (size_t)(16 * size) * sizeof(float));
    long tiles = s->batch * tiles_of(&w);
    for (long first = 0, count; first < tiles; first += count) {
        count = next_height(tiles - first, w.block);
        gather_tiles(&w, r, x, first, count);
        unfinish_tiles(&w, r, dy, first, count);
        for (int p = 0; p < 16; p++) {
            weight_sum t = {
                .x = w.input + p * w.input_step,
                .x_at = w.input_at,
                .dy = w.product + p * w.product_step,
                .pixels = count,
                .n = s->outputs,
                .dw = du + p * size,
            };
            add_weights(&t, w.depth);
        }
    }
    add_transformed_weights(&w, r, du, dw);
}
