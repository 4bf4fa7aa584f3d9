// Screens of bytes: the larger of two, a smaller one, several in one image.
#pragma once

static void maximum_bytes(long n, const uint8_t *restrict x, uint8_t *restrict y) {
    for (long i = 0; i < n; i++) y[i] = x[i] > y[i] ? x[i] : y[i];
}

// Rounds to nearest, to even when in the middle, from 0 to below 2²³: adding 2²³ leaves no bits for the fraction. A call of
// rintf would cost more than all the rest where the processor is not known to have an instruction for it.
INLINE uint8_t rounded_byte(float x) {
    float shifted = x + 0x1p23f;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return (uint8_t)bits;
}

// One row of pixels at the width of the output.
static void area_row(const rl_area_axis *a, long channels, const uint8_t *restrict x, float *restrict y) {
#pragma STDC FP_CONTRACT OFF
    for (long i = 0; i < a->outputs; i++) {
        for (long c = 0; c < channels; c++) {
            float sum = 0;
            for (long t = 0; t < a->taps; t++) {
                sum += (float)x[(a->first[i] + t) * channels + c] * a->weights[t * a->stride + i];
            }
            y[i * channels + c] = sum;
        }
    }
}

// The same for four taps of one channel: the bytes of an output lie beside each other, so that one load has them all.
static void area_row_of_four(const rl_area_axis *a, const uint8_t *restrict x, float *restrict y) {
#pragma STDC FP_CONTRACT OFF
    const float *w0 = a->weights, *w1 = w0 + a->stride, *w2 = w1 + a->stride, *w3 = w2 + a->stride;
    for (long i = 0; i < a->stride; i += 16) {
        uint32_t taps[16];
        UNROLLED for (long j = 0; j < 16; j++) {
            const uint8_t *p = x + a->first[i + j];
            taps[j] = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
        }
#pragma clang loop vectorize(enable)
        for (long j = 0; j < 16; j++) {
            float sum = (float)(int32_t)(taps[j] & 255) * w0[i + j];
            sum += (float)(int32_t)(taps[j] >> 8 & 255) * w1[i + j];
            sum += (float)(int32_t)(taps[j] >> 16 & 255) * w2[i + j];
            sum += (float)(int32_t)(taps[j] >> 24) * w3[i + j];
            y[i + j] = sum;
        }
    }
}

static void area_resize(
    rl_area_axis rows, rl_area_axis columns, long channels, const uint8_t *x, float *scratch, uint8_t *y) {
#pragma STDC FP_CONTRACT OFF
    bool has_four_taps = channels == 1 && columns.taps == 4 && columns.stride % 16 == 0;
    long line = columns.inputs * channels, out = columns.outputs * channels;
    float *restrict narrow = scratch, *restrict sum = scratch + columns.stride * channels;
    const uint8_t *narrowed = 0;
    for (long i = 0; i < rows.outputs; i++, y += out) {
        bool is_first = true;
        for (long t = 0; t < rows.taps; t++) {
            float weight = rows.weights[t * rows.stride + i];
            if (weight == 0) continue;
            const uint8_t *next = x + (rows.first[i] + t) * line;
            // Two outputs may share a row, and games are painted in bands: many rows are like the one above.
            if (!narrowed || (next != narrowed && memcmp(next, narrowed, (size_t)line) != 0)) {
                if (has_four_taps) {
                    area_row_of_four(&columns, next, narrow);
                } else {
                    area_row(&columns, channels, next, narrow);
                }
            }
            narrowed = next;
            if (is_first) {
                for (long j = 0; j < out; j++) sum[j] = weight * narrow[j];
            } else {
                for (long j = 0; j < out; j++) sum[j] += weight * narrow[j];
            }
            is_first = false;
        }
        for (long j = 0; j < out; j++) y[j] = rounded_byte(sum[j]);
    }
}

static void area_resize_whole(
    long height, long width, long down, long across, long channels, const uint8_t *x, uint8_t *y) {
    float scale = 1.0f / (float)(down * across);
    bool rounds_up = down == 2 && across == 2 && (channels == 1 || channels == 3 || channels == 4);
    long line = width * across * channels;
    for (long i = 0; i < height; i++, x += down * line) {
        for (long j = 0; j < width; j++) {
            for (long c = 0; c < channels; c++) {
                int32_t sum = 0;
                for (long r = 0; r < down; r++) {
                    for (long s = 0; s < across; s++) sum += x[r * line + (j * across + s) * channels + c];
                }
                *y++ = rounds_up ? (uint8_t)((sum + 2) >> 2) : rounded_byte((float)sum * scale);
            }
        }
    }
}

static void push_frame(
    long pixels, long frames, long channels, const uint8_t *restrict x, uint8_t *restrict stack, uint8_t *restrict y) {
    if (frames == 4 && channels == 1) {
        // The bytes of a pixel are a little-endian word.
        for (long i = 0; i < pixels; i++) {
            uint32_t word;
            memcpy(&word, stack + 4 * i, sizeof word);
            word = word >> 8 | (uint32_t)x[i] << 24;
            memcpy(stack + 4 * i, &word, sizeof word);
            memcpy(y + 4 * i, &word, sizeof word);
        }
        return;
    }
    long size = frames * channels, kept = size - channels;
    for (long i = 0; i < pixels; i++) {
        memmove(stack + i * size, stack + i * size + channels, (size_t)kept);
        memcpy(stack + i * size + kept, x + i * channels, (size_t)channels);
    }
    memcpy(y, stack, (size_t)(pixels * size));
}
