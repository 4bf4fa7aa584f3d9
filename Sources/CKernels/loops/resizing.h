// Images at another size, as PyTorch's `interpolate` makes them.
#pragma once

// Where an output pixel lies between two input pixels, along one axis.
typedef struct {
    long first, second;
    float part;  // of the second
} place;

INLINE place place_of(int mode, long i, long outputs, long inputs) {
    if (mode == rl_nearest) {
        long at = (long)((float)i * ((float)inputs / (float)outputs));
        at = at < inputs - 1 ? at : inputs - 1;
        return (place){at, at, 0};
    }
    float at;
    if (mode == rl_bilinear_corners) {
        at = outputs > 1 ? (float)i * ((float)(inputs - 1) / (float)(outputs - 1)) : 0;
    } else {
        at = ((float)i + 0.5f) * ((float)inputs / (float)outputs) - 0.5f;
        at = at > 0 ? at : 0;
    }
    long first = (long)at < inputs - 1 ? (long)at : inputs - 1;
    float part = at - (float)first;
    return (place){first, first < inputs - 1 ? first + 1 : first, part < 1 ? part : 1};
}

static void resize(int mode, const rl_resizing *s, const float *x, float *y) {
    for (long b = 0; b < s->batch; b++, x += s->height * s->width * s->channels) {
        for (long oy = 0; oy < s->output_height; oy++) {
            place row = place_of(mode, oy, s->output_height, s->height);
            const float *above = x + row.first * s->width * s->channels;
            const float *below = x + row.second * s->width * s->channels;
            for (long ox = 0; ox < s->output_width; ox++, y += s->channels) {
                place column = place_of(mode, ox, s->output_width, s->width);
                if (mode == rl_nearest) {
                    memcpy(y, above + column.first * s->channels, (size_t)s->channels * sizeof(float));
                    continue;
                }
                long left_at = column.first * s->channels, right_at = column.second * s->channels;
                for (long c = 0; c < s->channels; c += VW) {
                    long n = s->channels - c;
                    vf upper = load_up_to(above + left_at + c, n) * (1 - column.part)
                        + load_up_to(above + right_at + c, n) * column.part;
                    vf lower = load_up_to(below + left_at + c, n) * (1 - column.part)
                        + load_up_to(below + right_at + c, n) * column.part;
                    store_up_to(y + c, n, upper * (1 - row.part) + lower * row.part);
                }
            }
        }
    }
}

INLINE void add_share(long n, float share, const float *dy, float *dx) {
    for (long i = 0; i < n; i += VW) {
        store_up_to(dx + i, n - i, load_up_to(dx + i, n - i) + load_up_to(dy + i, n - i) * share);
    }
}

static void resize_backward(int mode, const rl_resizing *s, const float *dy, float *dx) {
    for (long b = 0; b < s->batch; b++, dx += s->height * s->width * s->channels) {
        for (long oy = 0; oy < s->output_height; oy++) {
            place row = place_of(mode, oy, s->output_height, s->height);
            float *above = dx + row.first * s->width * s->channels;
            float *below = dx + row.second * s->width * s->channels;
            for (long ox = 0; ox < s->output_width; ox++, dy += s->channels) {
                place column = place_of(mode, ox, s->output_width, s->width);
                long left_at = column.first * s->channels, right_at = column.second * s->channels;
                add_share(s->channels, (1 - row.part) * (1 - column.part), dy, above + left_at);
                if (mode == rl_nearest) continue;
                add_share(s->channels, (1 - row.part) * column.part, dy, above + right_at);
                add_share(s->channels, row.part * (1 - column.part), dy, below + left_at);
                add_share(s->channels, row.part * column.part, dy, below + right_at);
            }
        }
    }
}
