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

// The same for four taps of one channel, whose bytes lie beside each other, so that one word has them all.
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

#if VW >= 8
enum { widest_shuffled = 256 };

// How the taps of four outputs are picked, each as a word, from 16 bytes that hold them all; for all outputs of an axis.
typedef struct {
    int32_t begin[widest_shuffled / 4];
    uint32_t order[4][widest_shuffled];
    // Of eight outputs.
    bool has_fourth_tap[widest_shuffled / 8];
} area_shuffles;

// Whether there are such bytes everywhere.
static bool find_area_shuffles(const rl_area_axis *a, area_shuffles *found) {
    if (a->inputs < 16 || a->stride > widest_shuffled) return false;
    // A byte that is not there is 0.
    memset(found, 0, sizeof *found);
    memset(found->order, 0x80, sizeof found->order);
    for (long i = 0; i < a->outputs; i++) {
        if (i % 4 == 0) found->begin[i / 4] = a->first[i] < a->inputs - 16 ? a->first[i] : (int32_t)a->inputs - 16;
        long offset = a->first[i] - found->begin[i / 4];
        if (offset > 12) return false;
        for (long t = 0; t < 4; t++) found->order[t][i] = 0x80808000u | (uint32_t)(offset + t);
        if (a->weights[3 * a->stride + i] != 0) found->has_fourth_tap[i / 8] = true;
    }
    return true;
}

INLINE __m256 area_tap(__m256i bytes, const uint32_t *order, const float *weights) {
    __m256i tap = _mm256_shuffle_epi8(bytes, _mm256_loadu_si256((const __m256i *)order));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(tap), _mm256_loadu_ps(weights));
}

static void area_row_shuffled(
    const rl_area_axis *a, const area_shuffles *s, const uint8_t *restrict x, float *restrict y) {
#pragma STDC FP_CONTRACT OFF
    const float *w = a->weights;
    long stride = a->stride;
    for (long i = 0; i < stride; i += 8) {
        const int32_t *begin = s->begin + i / 4;
        __m256i bytes = _mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(x + begin[0]))),
            _mm_loadu_si128((const __m128i *)(x + begin[1])), 1);
        __m256 sum = area_tap(bytes, s->order[0] + i, w + i);
        sum = _mm256_add_ps(sum, area_tap(bytes, s->order[1] + i, w + stride + i));
        sum = _mm256_add_ps(sum, area_tap(bytes, s->order[2] + i, w + 2 * stride + i));
        if (s->has_fourth_tap[i / 8]) sum = _mm256_add_ps(sum, area_tap(bytes, s->order[3] + i, w + 3 * stride + i));
        _mm256_storeu_ps(y + i, sum);
    }
}
#endif

enum { parts_at_once = 4 };

INLINE float area_sum(long n, const float *const *rows, const float *weights, long j) {
#pragma STDC FP_CONTRACT OFF
    float sum = weights[0] * rows[0][j];
    UNROLLED for (long t = 1; t < parts_at_once; t++) {
        if (t < n) sum += weights[t] * rows[t][j];
    }
    return sum;
}

// A row of the output from n rows at its width, with their weights.
INLINE void area_blend(long n, const float *const *rows, const float *weights, long count, uint8_t *restrict y) {
    for (long j = 0; j < count; j++) y[j] = rounded_byte(area_sum(n, rows, weights, j));
}

static void area_resize(
    rl_area_axis rows, rl_area_axis columns, long channels, const uint8_t *x, float *scratch, uint8_t *y) {
    float own[rl_area_floats];
    if (!scratch) scratch = own;
    bool has_four_taps = channels == 1 && columns.taps == 4 && columns.stride % 16 == 0;
#if VW >= 8
    area_shuffles shuffles;
    bool is_shuffled = has_four_taps && find_area_shuffles(&columns, &shuffles);
#endif
    long line = columns.inputs * channels, out = columns.outputs * channels, size = columns.stride * channels;
    // The last rows that were made narrow, and a sum of more of them than are added at once.
    float *sum = scratch + parts_at_once * size, *narrow = 0;
    const uint8_t *narrowed = 0;
    long slot = 0;
    for (long i = 0; i < rows.outputs; i++, y += out) {
        const float *parts[parts_at_once] = {0};
        float weights[parts_at_once];
        long n = 0;
        for (long t = 0; t < rows.taps; t++) {
            float weight = rows.weights[t * rows.stride + i];
            if (weight == 0) continue;
            const uint8_t *next = x + (rows.first[i] + t) * line;
            if (n == parts_at_once) {
                // The sum so far goes on as a row of weight 1.
                for (long j = 0; j < out; j++) sum[j] = area_sum(n, parts, weights, j);
                parts[0] = sum;
                weights[0] = 1;
                n = 1;
            }
            // Two outputs may share a row, and games are painted in bands: many rows are like the one above.
            if (!narrowed || (next != narrowed && memcmp(next, narrowed, (size_t)line) != 0)) {
                narrow = scratch + slot * size;
                slot = (slot + 1) % parts_at_once;
#if VW >= 8
                if (is_shuffled) {
                    area_row_shuffled(&columns, &shuffles, next, narrow);
                } else
#endif
                if (has_four_taps) {
                    area_row_of_four(&columns, next, narrow);
                } else {
                    area_row(&columns, channels, next, narrow);
                }
            }
            narrowed = next;
            parts[n] = narrow;
            weights[n++] = weight;
        }
        switch (n) {
        case 2: area_blend(2, parts, weights, out, y); break;
        case 3: area_blend(3, parts, weights, out, y); break;
        default: area_blend(n, parts, weights, out, y);
        }
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
