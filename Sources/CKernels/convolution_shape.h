// Sizes that follow from the shape of a convolution, for the loops and for who gives them memory.
#pragma once

#include "CKernels.h"

enum { packed_width = 32 };  // columns of a panel of packed weights: two vectors of the widest instruction set

// Images that are worked on together: about 64 output pixels, so that tiles are full and the weights are read once
// for all of them, but not so many that their copies would leave the second cache level.
static inline long rl_convolution_group(const rl_convolution *s) {
    long pixels = rl_convolution_output_height(s) * rl_convolution_output_width(s);
    long image = (s->height + s->top + s->bottom) * (s->width + s->left + s->right) * s->channels;
    long group = pixels > 0 ? 64 / pixels : 1;
    if (group * image > 1 << 17) group = (1 << 17) / image;
    if (group > s->batch) group = s->batch;
    return group > 1 ? group : 1;
}

// The input gradient of a convolution of stride 1 as a convolution of the output's gradient.
static inline rl_convolution rl_convolution_reversed(const rl_convolution *s) {
    rl_convolution r = *s;
    r.height = rl_convolution_output_height(s);
    r.width = rl_convolution_output_width(s);
    r.channels = s->outputs;
    r.outputs = s->channels;
    r.top = (s->kernel_height - 1) * s->dilation_y - s->top;
    r.bottom = (s->kernel_height - 1) * s->dilation_y - s->bottom;
    r.left = (s->kernel_width - 1) * s->dilation_x - s->left;
    r.right = (s->kernel_width - 1) * s->dilation_x - s->right;
    return r;
}

// Whether that is cheaper than adding each output pixel's part to the input: it is where padding keeps the size, for
// then few of its terms are the zeros around.
static inline bool rl_convolution_is_reversible(const rl_convolution *s) {
    if (s->stride_y != 1 || s->stride_x != 1) return false;
    rl_convolution r = rl_convolution_reversed(s);
    if (r.top < 0 || r.bottom < 0 || r.left < 0 || r.right < 0) return false;
    return s->height * s->width * 4 <= r.height * r.width * 5;
}

// Tiles of an image in Winograd's method (loops/winograd.h), for a kernel of `r` × `r` cells.
static inline long rl_winograd_tiles(const rl_convolution *s, long r) {
    long outputs = 5 - r;
    long height = rl_convolution_output_height(s), width = rl_convolution_output_width(s);
    return (height + outputs - 1) / outputs * ((width + outputs - 1) / outputs);
}

// Rows and columns of the kernel in cells of stride_y · stride_x pixels, 2 or 3, where Winograd's method is clearly
// cheaper; otherwise 0.
static inline int rl_winograd_kernel(const rl_convolution *s) {
    if (s->dilation_y != 1 || s->dilation_x != 1) return 0;
    if (s->kernel_height % s->stride_y || s->kernel_width % s->stride_x) return 0;
    long r = s->kernel_height / s->stride_y;
    if (r != s->kernel_width / s->stride_x || r < 2 || r > 3) return 0;
    // Whole vectors of every instruction set.
    if (s->stride_x * s->channels % 16 || s->outputs % 16) return 0;
    long tiles = s->batch * rl_winograd_tiles(s, r);
    long pixels = s->batch * rl_convolution_output_height(s) * rl_convolution_output_width(s);
    long depth = s->stride_y * s->stride_x * s->channels, product = depth * s->outputs;
    // Measured: a transformed number costs as much as six multiplications of a tile, a weight as many as nine tiles.
    long cost = tiles * (product + 6 * (depth + s->outputs)) + 9 * product;
    return cost * 18 < pixels * r * r * product ? (int)r : 0;
}

// Tiles that are worked on together: their numbers fill less than half of a second cache level of 1 MB.
static inline long rl_winograd_block(const rl_convolution *s, long r) {
    long floats = 16 * (s->stride_y * s->stride_x * s->channels + s->outputs);
    long block = (384 << 8) / floats, tiles = s->batch * rl_winograd_tiles(s, r);
    if (block > tiles) block = tiles;
    return block < 8 ? 8 : block / 8 * 8;
}

// Floats between the 16 matrices of a block: such that the same place in all of them is not in the same set of the
// first cache level.
static inline long rl_winograd_step(long floats) { return floats + (64 - floats % 1024 + 1024) % 1024; }

// The shape with as much below and to the right as the last tile needs, or with less than there is.
static inline rl_convolution rl_winograd_shape(const rl_convolution *s, long r) {
    long outputs = 5 - r;
    long tiles_y = (rl_convolution_output_height(s) + outputs - 1) / outputs;
    long tiles_x = (rl_convolution_output_width(s) + outputs - 1) / outputs;
    rl_convolution whole = *s;
    whole.bottom = (tiles_y * outputs + r - 1) * s->stride_y - s->height - s->top;
    whole.right = (tiles_x * outputs + r - 1) * s->stride_x - s->width - s->left;
    return whole;
}
