// Movement between lanes: sums and maxima over the lanes of a vector, and transposes.
#pragma once

// Two vectors as rows of blocks of d lanes: EVEN takes blocks 0, 2, … of both in turn, ODD blocks 1, 3, ….
#if VW == 16
#define EVEN_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define ODD_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define EVEN_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define ODD_4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define EVEN_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define ODD_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define EVEN_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define ODD_1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
#define EACH_DISTANCE ROUND(8) ROUND(4) ROUND(2) ROUND(1)
#elif VW == 8
#define EVEN_4 0, 1, 2, 3, 8, 9, 10, 11
#define ODD_4 4, 5, 6, 7, 12, 13, 14, 15
#define EVEN_2 0, 1, 8, 9, 4, 5, 12, 13
#define ODD_2 2, 3, 10, 11, 6, 7, 14, 15
#define EVEN_1 0, 8, 2, 10, 4, 12, 6, 14
#define ODD_1 1, 9, 3, 11, 5, 13, 7, 15
#define EACH_DISTANCE ROUND(4) ROUND(2) ROUND(1)
#else
#define EVEN_2 0, 1, 4, 5
#define ODD_2 2, 3, 6, 7
#define EVEN_1 0, 4, 2, 6
#define ODD_1 1, 5, 3, 7
#define EACH_DISTANCE ROUND(2) ROUND(1)
#endif

// The upper half folded onto the lower one until one lane is left: the same order for every caller.
INLINE float horizontal_sum(vf x) {
#define ROUND(d) x += __builtin_shufflevector(x, x, ODD_##d);
    EACH_DISTANCE
#undef ROUND
    return x[0];
}

INLINE float horizontal_max(vf x) {
#define ROUND(d) x = larger(x, __builtin_shufflevector(x, x, ODD_##d));
    EACH_DISTANCE
#undef ROUND
    return x[0];
}

// A square turned in registers: log₂ VW rounds, each swapping the off-diagonal blocks of 2d × 2d squares.
INLINE void turn_square(vf x[VW]) {
#define ROUND(d) \
    UNROLLED for (int r = 0; r < VW; r++) { \
        if (!(r & d)) { \
            vf upper = x[r], lower = x[r + d]; \
            x[r] = __builtin_shufflevector(upper, lower, EVEN_##d); \
            x[r + d] = __builtin_shufflevector(upper, lower, ODD_##d); \
        } \
    }
    EACH_DISTANCE
#undef ROUND
}

// Lane i of the result is the horizontal sum of x[i], in the same order: the rounds of a transpose, each adding two
// halves.
INLINE vf sums_of(vf x[VW]) {
#define ROUND(d) \
    UNROLLED for (int r = 0; r < d; r++) { \
        x[r] = __builtin_shufflevector(x[r], x[r + d], EVEN_##d) + __builtin_shufflevector(x[r], x[r + d], ODD_##d); \
    }
    EACH_DISTANCE
#undef ROUND
    return x[0];
}

// to [VW, VW] = fromᵀ
INLINE void transpose_square(const float *from, long from_step, float *to, long to_step) {
    vf x[VW];
    UNROLLED for (int r = 0; r < VW; r++) x[r] = load(from + r * from_step);
    turn_square(x);
    UNROLLED for (int r = 0; r < VW; r++) store(to + r * to_step, x[r]);
}

// The same with only some rows and columns of a square.
static void transpose_part(long rows, long columns, const float *from, long from_step, float *to, long to_step) {
    vf x[VW];
    UNROLLED for (int r = 0; r < VW; r++) x[r] = r < rows ? load_up_to(from + r * from_step, columns) : (vf){};
    turn_square(x);
    UNROLLED for (int r = 0; r < VW; r++) {
        if (r < columns) store_up_to(to + r * to_step, rows, x[r]);
    }
}

// to [columns, rows] = fromᵀ
static void transpose(long rows, long columns, const float *from, long from_step, float *to, long to_step) {
    // So few columns that single numbers are quicker than squares that are mostly empty.
    if (columns <= VW / 4) {
        for (long y = 0; y < columns; y++) {
            for (long x = 0; x < rows; x++) to[y * to_step + x] = from[x * from_step + y];
        }
        return;
    }
    for (long x = 0; x < rows; x += VW) {
        for (long y = 0; y < columns; y += VW) {
            const float *square = from + x * from_step + y;
            float *turned = to + y * to_step + x;
            long rows_left = rows - x, columns_left = columns - y;
            if (rows_left >= VW && columns_left >= VW) {
                transpose_square(square, from_step, turned, to_step);
            } else {
                transpose_part(rows_left, columns_left, square, from_step, turned, to_step);
            }
        }
    }
}
