// Matrix products: which of the ways to make one suits which sizes.
#pragma once

INLINE long divided_up(long n, long by) { return (n + by - 1) / by; }

// Up to `block_depth` terms of a panel of columns, as wide as the widest tile. Copied, they lie one after the other
// and stay in the first cache level (32 KB of 48 with AVX-512, 16 of 32 otherwise); where they are, their rows, often
// a power of two apart, would push each other out.
enum { block_width = NV * VW, block_depth = NV == 4 ? 128 : 256 };

// Rows of A that are used against one block after the other: with `block_depth` columns of A, half a megabyte at most,
// they stay in the second cache level.
enum { block_rows = 256 };

// All m rows of the columns from j. Tiles are of as equal height as can be: 8 rows as 4 + 4 and not as 6 + 2, because
// lower tiles use what they load less. With `copy`, the first tile copies its columns of B as it reads them, which is
// nearly free among its multiplications, and the others read the copy.
static void multiply_panel(
    const product *t, long m, tile_list tiles, tile_list copying, float *copy, long vectors, long tail, long j) {
    const float *b = t->b + j;
    long b_step = t->b_step;
    long count = divided_up(m, tile_rows);
    long rows = m / count, higher = m % count;
    for (long i = 0, x = 0; x < count; x++) {
        long height = rows + (x < higher);
        if (copy && x == 0) {
            copying[height](t, b, b_step, tail, copy, i, j);
            b = copy;
            b_step = vectors * VW;
        } else {
            tiles[height](t, b, b_step, tail, copy, i, j);
        }
        i += height;
    }
}

static void multiply_panels(const product *t, long m, long n, float *copy) {
    if (m == 0) return;
    long j = 0;
    if (m == 1) {
        for (; n - j >= 8 * VW; j += 8 * VW) wide_1_by_8(t, t->b + j, t->b_step, 0, 0, 0, j);
    }
#if NV < 4
    if (m == 2) {
        for (; n - j >= 4 * VW; j += 4 * VW) wide_2_by_4(t, t->b + j, t->b_step, 0, 0, 0, j);
    }
#endif
    for (; n - j >= block_width; j += block_width) {
        multiply_panel(t, m, whole_tiles, whole_copying_tiles, copy, NV, 0, j);
    }
    if (j < n) {
        long vectors = divided_up(n - j, VW);
        long tail = n - j - (vectors - 1) * VW;
        multiply_panel(t, m, cut_tiles[vectors], cut_copying_tiles[vectors], copy, vectors, tail, j);
    }
}

// The part of a product with the terms p ..< p + depth: bias goes in with the first, the activation comes after the
// last.
INLINE product with_terms(const product *whole, long p, long depth) {
    product t = *whole;
    t.a += p * whole->column_step;
    t.k = whole->k - p < depth ? whole->k - p : depth;
    t.accumulate = whole->accumulate || p > 0;
    if (p > 0) t.bias = 0;
    if (p + t.k < whole->k) t.activation = rl_identity;
    return t;
}

// Equal blocks of at most `block_depth` terms.
INLINE long depth_of_blocks(long k) { return divided_up(k, k == 0 ? 1 : divided_up(k, block_depth)); }

// B is [k, n] or, `turned`, [n, k]; then each block is turned before its panel is made.
static void multiply_blocks(const product *whole, bool turned, long m, long n) {
    float block[block_depth * block_width] __attribute__((aligned(64)));
    // A single panel lies together as it is, and a small B stays in the cache anyway.
    float *copy = n > block_width && whole->k * n > 4096 ? block : 0;
    long depth = depth_of_blocks(whole->k);
    long rows = divided_up(m, divided_up(m, block_rows));
    for (long i = 0; i < m; i += rows) {
        long height = m - i < rows ? m - i : rows;
        // At least one round, so that a product without terms is zero.
        long p = 0;
        do {
            product t = with_terms(whole, p, depth);
            p += t.k;
            t.a += i * t.row_step;
            t.c += i * t.c_step;
            if (!turned) {
                t.b += (p - t.k) * t.b_step;
                multiply_panels(&t, height, n, copy);
                continue;
            }
            const float *b = t.b + p - t.k;
            t.b = block;
            t.b_step = block_width;
            for (long j = 0; j < n; j += block_width) {
                long columns = n - j < block_width ? n - j : block_width;
                transpose(columns, t.k, b + j * whole->b_step, whole->b_step, block, block_width);
                multiply_panels(&t, height, columns, 0);
                t.c += block_width;
                if (t.bias) t.bias += block_width;
            }
        } while (p < whole->k);
    }
}

static void multiply(const product *t, long m, long n) {
    // The rows of a single tile use B once: there is nothing to gain from blocks.
    if (m <= tile_rows) {
        multiply_panels(t, m, n, 0);
    } else {
        multiply_blocks(t, false, m, n);
    }
}

// What the ways of making a product cost, in multiplications of vectors: measured, and near enough to choose by. The
// sums over lanes at the end of a tile of inner products take as long as 48, turning VW elements as long as 6.
INLINE long tiles_cost(long m, long n, long k) { return m * divided_up(n, VW) * k; }
INLINE long inner_cost(long m, long n, long k) { return m * n * (divided_up(k, VW) + 48 / VW); }
INLINE long turning_cost(long n, long k) { return 6 * divided_up(n, VW) * k; }

// A product with less than two vectors of columns, B turned for inner products: the heads of networks.
enum { narrow = 2 * VW };

static void multiply_narrow(const product *whole, long m, long n) {
    enum { depth = 512 };
    float turned[narrow * depth] __attribute__((aligned(64)));
    long p = 0;
    do {
        product t = with_terms(whole, p, depth);
        transpose(t.k, n, whole->b + p * whole->b_step, whole->b_step, turned, depth);
        t.b = turned;
        t.b_step = depth;
        multiply_inner(&t, m, n);
        p += t.k;
    } while (p < whole->k);
}

static void multiply_rows(const product *t, long m, long n) {
    if (n == 1) {
        product column = *t;
        column.b_step = t->k;
        multiply_inner(&column, m, 1);
    } else if (n < narrow && inner_cost(m, n, t->k) + n * t->k < tiles_cost(m, n, t->k) + m * t->k / 2) {
        multiply_narrow(t, m, n);
    } else {
        multiply(t, m, n);
    }
}

static void product_nn(long m, long n, long k, const float *a, const float *b, float *c, bool accumulate) {
    product t = {k, a, k, 1, b, n, 0, c, n, accumulate, rl_identity};
    multiply_rows(&t, m, n);
}

static void product_nt(long m, long n, long k, const float *a, const float *b, float *c, bool accumulate) {
    product t = {k, a, k, 1, b, k, 0, c, n, accumulate, rl_identity};
    // All of A is read for every four columns, so it should not be larger than the second cache level.
    bool is_small = m * k <= 131072;
    if (is_small && inner_cost(m, n, k) <= tiles_cost(m, n, k) + turning_cost(n, k)) {
        multiply_inner(&t, m, n);
    } else if (m > 0) {
        multiply_blocks(&t, true, m, n);
    }
}

// Few columns leave most lanes idle, so Cᵀ = Bᵀ A is made instead, whose columns are A's, and turned: the weight
// gradients of heads.
static void multiply_mirrored(const product *t, long m, long n) {
    enum { width = 256 };
    float turned[narrow * width] __attribute__((aligned(64)));
    for (long i = 0; i < m; i += width) {
        long columns = m - i < width ? m - i : width;
        product mirrored = {t->k, t->b, 1, t->b_step, t->a + i, t->column_step, 0, turned, width, false, rl_identity};
        multiply(&mirrored, n, columns);
        float *c = t->c + i * n;
        const bool accumulate = t->accumulate;
        for (long x = 0; x < columns; x++) {
            for (long j = 0; j < n; j++, c++) *c = turned[j * width + x] + (accumulate ? *c : 0);
        }
    }
}

static void product_tn(long m, long n, long k, const float *a, const float *b, float *c, bool accumulate) {
    product t = {k, a, 1, m, b, n, 0, c, n, accumulate, rl_identity};
    if (n == 1) {
        product row = {k, b, 1, n, a, m, 0, c, m, accumulate, rl_identity};
        multiply(&row, 1, m);
    } else if (n < narrow && tiles_cost(n, m, k) + m * n < tiles_cost(m, n, k)) {
        multiply_mirrored(&t, m, n);
    } else {
        multiply(&t, m, n);
    }
}

static void finish_linear(long m, long n, const float *bias, int activation, float *y) {
    for (long r = 0; r < m; r++, y += n) {
        for (long j = 0; j < n; j += VW) {
            vf x = load_up_to(y + j, n - j);
            if (bias) x += load_up_to(bias + j, n - j);
            if (activation == rl_relu) x = rectified(x);
            if (activation == rl_tanh) x = hyperbolic_tangent(x);
            store_up_to(y + j, n - j, x);
        }
    }
}

static void linear(
    long m, long n, long k, const float *x, const float *w, const float *bias, int activation, float *y) {
    product t = {k, x, k, 1, w, n, bias, y, n, false, activation};
    multiply_rows(&t, m, n);
    // In a pass of its own: inside each tile the code of tanh would be repeated for every tile shape.
    if (activation == rl_tanh) finish_linear(1, m * n, 0, rl_tanh, y);
}

static void activation_backward(long n, int activation, const float *y, float *g) {
    if (activation == rl_identity) return;
    for (long i = 0; i < n; i += VW) {
        vf value = load_up_to(y + i, n - i);
        vf gradient = load_up_to(g + i, n - i);
        if (activation == rl_relu) {
            gradient = pick(value > all(0), gradient, all(0));
        } else {
            gradient = gradient * (1.0f - value * value);
        }
        store_up_to(g + i, n - i, gradient);
    }
}
