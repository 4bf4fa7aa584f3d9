// Maxima and means over windows of images, vectors of channels at a time.
#pragma once

INLINE long within(long x, long low, long high) { return x < low ? low : x > high ? high : x; }

// The window of an output pixel along one axis, less what is outside the image.
typedef struct {
    long from, to;
} span;

INLINE span rows_of(const rl_pooling *s, long y) {
    if (s->adaptive) return (span){y * s->height / s->output_height, ((y + 1) * s->height - 1) / s->output_height + 1};
    long from = y * s->stride_y - s->top;
    return (span){within(from, 0, s->height), within(from + s->kernel_height, 0, s->height)};
}

INLINE span columns_of(const rl_pooling *s, long x) {
    if (s->adaptive) return (span){x * s->width / s->output_width, ((x + 1) * s->width - 1) / s->output_width + 1};
    long from = x * s->stride_x - s->left;
    return (span){within(from, 0, s->width), within(from + s->kernel_width, 0, s->width)};
}

static void max_pool(const rl_pooling *s, const float *x, float *y, int32_t *index) {
    long image = s->height * s->width * s->channels;
    for (long b = 0; b < s->batch; b++, x += image) {
        for (long oy = 0; oy < s->output_height; oy++) {
            span rows = rows_of(s, oy);
            for (long ox = 0; ox < s->output_width; ox++, y += s->channels, index += s->channels) {
                span columns = columns_of(s, ox);
                for (long c = 0; c < s->channels; c += VW) {
                    long left = s->channels - c;
                    vf best = all(-__builtin_inff());
                    vi at = (vi){} + (int32_t)(rows.from * s->width + columns.from);
                    for (long iy = rows.from; iy < rows.to; iy++) {
                        for (long ix = columns.from; ix < columns.to; ix++) {
                            long pixel = iy * s->width + ix;
                            vf value = load_up_to(x + pixel * s->channels + c, left);
                            vi larger = (value > best) | (value != value);
                            best = pick(larger, value, best);
                            at = ((vi){} + (int32_t)pixel & larger) | (at & ~larger);
                        }
                    }
                    store_up_to(y + c, left, best);
                    store_up_to((float *)index + c, left, (vf)at);
                }
            }
        }
    }
}

static void max_pool_backward(const rl_pooling *s, const int32_t *index, const float *dy, float *dx) {
    long image = s->height * s->width * s->channels;
    for (long b = 0; b < s->batch; b++, dx += image) {
        for (long oy = 0; oy < s->output_height; oy++) {
            span rows = rows_of(s, oy);
            for (long ox = 0; ox < s->output_width; ox++, dy += s->channels, index += s->channels) {
                span columns = columns_of(s, ox);
                for (long c = 0; c < s->channels; c += VW) {
                    long left = s->channels - c;
                    vf gradient = load_up_to(dy + c, left);
                    vi at = (vi)load_up_to((const float *)index + c, left);
                    for (long iy = rows.from; iy < rows.to; iy++) {
                        for (long ix = columns.from; ix < columns.to; ix++) {
                            long pixel = iy * s->width + ix;
                            float *to = dx + pixel * s->channels + c;
                            vf part = pick(at == (vi){} + (int32_t)pixel, gradient, all(0));
                            store_up_to(to, left, load_up_to(to, left) + part);
                        }
                    }
                }
            }
        }
    }
}

// 1 / the pixels of a window; with padding counted, those outside the image too.
INLINE float share(const rl_pooling *s, span rows, span columns) {
    bool whole = s->counts_padding && !s->adaptive;
    long pixels = (rows.to - rows.from) * (columns.to - columns.from);
    return 1 / (float)(whole ? s->kernel_height * s->kernel_width : pixels);
}

static void average_pool(const rl_pooling *s, const float *x, float *y) {
    long image = s->height * s->width * s->channels;
    for (long b = 0; b < s->batch; b++, x += image) {
        for (long oy = 0; oy < s->output_height; oy++) {
            span rows = rows_of(s, oy);
            for (long ox = 0; ox < s->output_width; ox++, y += s->channels) {
                span columns = columns_of(s, ox);
                for (long c = 0; c < s->channels; c += VW) {
                    long left = s->channels - c;
                    vf total = {};
                    for (long iy = rows.from; iy < rows.to; iy++) {
                        for (long ix = columns.from; ix < columns.to; ix++) {
                            total += load_up_to(x + (iy * s->width + ix) * s->channels + c, left);
                        }
                    }
                    store_up_to(y + c, left, total * share(s, rows, columns));
                }
            }
        }
    }
}

static void average_pool_backward(const rl_pooling *s, const float *dy, float *dx) {
    long image = s->height * s->width * s->channels;
    for (long b = 0; b < s->batch; b++, dx += image) {
        for (long oy = 0; oy < s->output_height; oy++) {
            span rows = rows_of(s, oy);
            for (long ox = 0; ox < s->output_width; ox++, dy += s->channels) {
                span columns = columns_of(s, ox);
                for (long c = 0; c < s->channels; c += VW) {
                    long left = s->channels - c;
                    vf part = load_up_to(dy + c, left) * share(s, rows, columns);
                    for (long iy = rows.from; iy < rows.to; iy++) {
                        for (long ix = columns.from; ix < columns.to; ix++) {
                            float *to = dx + (iy * s->width + ix) * s->channels + c;
                            store_up_to(to, left, load_up_to(to, left) + part);
                        }
                    }
                }
            }
        }
    }
}
