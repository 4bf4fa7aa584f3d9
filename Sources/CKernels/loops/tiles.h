// The register tile, the innermost part of a matrix product: `rows` × (`vectors` · VW) sums stay in registers
// while one loop runs over the terms. For each term it loads `vectors` vectors of B's row and, one after the
// other, `rows` numbers of A's column, and every loaded vector is used `rows` times, every number `vectors` times.
#pragma once

// c [m, n] = activation(a · b + bias), or += when accumulating. Element (i, p) of A is at
// a[i * row_step + p * column_step], so that one tile serves A and Aᵀ. The steps are between rows of B and of C.
typedef struct {
    long k;
    const float *a;
    long row_step, column_step;
    const float *b;
    long b_step;
    const float *bias;
    float *c;
    long c_step;
    bool accumulate;
    int activation;
} product;

// Computes rows i, i + 1, … of the columns from j. `b` is B's column j (or a copy of it) with its own step, the last
// vector has `tail` columns, and a copying tile leaves the vectors of B that it reads in `copy`, one after the other.
typedef void tile_function(
    const product *t, const float *b, long b_step, long tail, float *copy, long i, long j);

// One addition takes about four cycles and two can start in each, so fewer sums than this would wait for each other.
// A small tile then has several sets of sums, which take turns with the terms.
enum { sums_in_flight = 8 };

// All loops but those over k have constant bounds and unroll into registers.
INLINE void tile(
    const int rows, const int vectors, const bool cut, const bool copying, const product *t, const float *b,
    long b_step, long tail, float *copy, long i, long j) {
    const int sets = rows * vectors >= sums_in_flight ? 1 : sums_in_flight / (rows * vectors);
    // Into registers: the compiler cannot know that writing to C leaves *t alone.
    const long k = t->k, row_step = t->row_step, column_step = t->column_step, c_step = t->c_step;
    const float *a = t->a + i * row_step;
    float *c = t->c + i * c_step + j;
    vf sum[sums_in_flight][6][8];

#define LOAD(p) (cut && v == vectors - 1 ? load_partial(p, tail) : load(p))
    UNROLLED for (int s = 0; s < sets; s++) {
        UNROLLED for (int r = 0; r < rows; r++) {
            UNROLLED for (int v = 0; v < vectors; v++) sum[s][r][v] = (vf){};
        }
    }
    if (t->accumulate) {
        UNROLLED for (int r = 0; r < rows; r++) {
            UNROLLED for (int v = 0; v < vectors; v++) sum[0][r][v] = LOAD(c + r * c_step + v * VW);
        }
    } else if (t->bias) {
        UNROLLED for (int v = 0; v < vectors; v++) {
            vf bias = LOAD(t->bias + j + v * VW);
            UNROLLED for (int r = 0; r < rows; r++) sum[0][r][v] = bias;
        }
    }

    // The rows of B that a copying tile reads are far apart, where the processor does not guess the next by itself.
    enum { rows_ahead = 8 };
#define TERM(s) \
    { \
        vf row[8]; \
        UNROLLED for (int v = 0; v < vectors; v++) { \
            row[v] = LOAD(b + v * VW); \
            if (copying) { \
                __builtin_prefetch(b + rows_ahead * b_step + v * VW); \
                store(copy + v * VW, row[v]); \
            } \
        } \
        UNROLLED for (int r = 0; r < rows; r++) { \
            vf x = all(a[r * row_step]); \
            UNROLLED for (int v = 0; v < vectors; v++) sum[s][r][v] += x * row[v]; \
        } \
        a += column_step; \
        b += b_step; \
        if (copying) copy += vectors * VW; \
    }
    long p = 0;
    if (sets > 1) {
        for (; k - p >= sets; p += sets) {
            UNROLLED for (int s = 0; s < sets; s++) TERM(s)
        }
    }
    for (; p < k; p++) TERM(0)
#undef TERM

    UNROLLED for (int half = sets / 2; half >= 1; half /= 2) {
        UNROLLED for (int s = 0; s < half; s++) {
            UNROLLED for (int r = 0; r < rows; r++) {
                UNROLLED for (int v = 0; v < vectors; v++) sum[s][r][v] += sum[s + half][r][v];
            }
        }
    }
    if (t->activation == rl_relu) {
        UNROLLED for (int r = 0; r < rows; r++) {
            UNROLLED for (int v = 0; v < vectors; v++) sum[0][r][v] = rectified(sum[0][r][v]);
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int v = 0; v < vectors; v++) {
            float *to = c + r * c_step + v * VW;
            if (cut && v == vectors - 1) {
                store_partial(to, tail, sum[0][r][v]);
            } else {
                store(to, sum[0][r][v]);
            }
        }
    }
#undef LOAD
}

// The tiles by their number of rows: with all NV vectors whole, or with up to NV vectors, the last one cut.
#define TILE(rows, vectors, kind, cut, copying) \
    static void kind##_##rows##_by_##vectors( \
        const product *t, const float *b, long b_step, long tail, float *copy, long i, long j) { \
        tile(rows, vectors, cut, copying, t, b, b_step, tail, copy, i, j); \
    }
#define TILES(vectors, kind, cut, copying) \
    TILE(1, vectors, kind, cut, copying) TILE(2, vectors, kind, cut, copying) TILE(3, vectors, kind, cut, copying) \
    TILE(4, vectors, kind, cut, copying) TILE(5, vectors, kind, cut, copying) TILE(6, vectors, kind, cut, copying)
#define LISTED(vectors, kind) \
    { \
        0, kind##_1_by_##vectors, kind##_2_by_##vectors, kind##_3_by_##vectors, kind##_4_by_##vectors, \
            kind##_5_by_##vectors, kind##_6_by_##vectors \
    }

// Six rows: 24 or 12 sums, what 32 or 16 registers hold beside the vectors of B and one number of A.
enum { tile_rows = 6 };
typedef tile_function *const tile_list[tile_rows + 1];

TILES(1, cut, true, false)
TILES(1, cut_copying, true, true)
TILES(2, cut, true, false)
TILES(2, cut_copying, true, true)
#if NV == 4
TILES(3, cut, true, false)
TILES(3, cut_copying, true, true)
TILES(4, cut, true, false)
TILES(4, cut_copying, true, true)
TILES(4, whole, false, false)
TILES(4, whole_copying, false, true)
static tile_list whole_tiles = LISTED(4, whole), whole_copying_tiles = LISTED(4, whole_copying);
static tile_list cut_tiles[NV + 1] = {{0}, LISTED(1, cut), LISTED(2, cut), LISTED(3, cut), LISTED(4, cut)};
static tile_list cut_copying_tiles[NV + 1] = {
    {0}, LISTED(1, cut_copying), LISTED(2, cut_copying), LISTED(3, cut_copying), LISTED(4, cut_copying)};
#else
TILES(2, whole, false, false)
TILES(2, whole_copying, false, true)
TILE(2, 4, wide, false, false)
static tile_list whole_tiles = LISTED(2, whole), whole_copying_tiles = LISTED(2, whole_copying);
static tile_list cut_tiles[NV + 1] = {{0}, LISTED(1, cut), LISTED(2, cut)};
static tile_list cut_copying_tiles[NV + 1] = {{0}, LISTED(1, cut_copying), LISTED(2, cut_copying)};
#endif
// A single row reuses nothing of B: the wider, the longer the pieces that are read in one go.
TILE(1, 8, wide, false, false)
#undef LISTED
#undef TILES
#undef TILE
