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
