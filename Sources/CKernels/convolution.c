#include "CKernels.h"
#include "convolution_shape.h"

long rl_convolution_output_height(const rl_convolution *s) {
    long reach = (s->kernel_height - 1) * s->dilation_y + 1;
    return (s->height + s->top + s->bottom - reach + s->stride_y) / s->stride_y;
}

long rl_convolution_output_width(const rl_convolution *s) {
    long reach = (s->kernel_width - 1) * s->dilation_x + 1;
    return (s->width + s->left + s->right - reach + s->stride_x) / s->stride_x;
}

static long smaller(long a, long b) { return a < b ? a : b; }

static long larger(long a, long b) { return a > b ? a : b; }

static long whole_panels(long columns) { return (columns + packed_width - 1) / packed_width * packed_width; }

static long image_floats(const rl_convolution *s) {
    return (s->height + s->top + s->bottom) * (s->width + s->left + s->right) * s->channels;
}

// In each sum, 64 for each piece, because each starts at a multiple of 64.

// Two tables of pixels, and the images with zeros around them.
static long group_bytes(const rl_convolution *s) {
    long pixels = larger(rl_convolution_output_height(s) * rl_convolution_output_width(s), 0);
    return rl_convolution_group(s) * (pixels * 2 * (long)sizeof(long) + image_floats(s) * (long)sizeof(float)) + 3 * 64;
}

static long direct_bytes(const rl_convolution *s) {
    long columns = (s->dilation_x == 1 ? smaller(s->stride_x, s->kernel_width) : 1) * s->channels;
    long weights = larger(s->channels * whole_panels(s->outputs), s->outputs * whole_panels(columns));
    long images = group_bytes(s);
    if (rl_convolution_is_reversible(s)) {
        rl_convolution reversed = rl_convolution_reversed(s);
        images = larger(images, group_bytes(&reversed));
    }
    return s->kernel_height * s->kernel_width * weights * (long)sizeof(float) + 64 + images;
}

static long winograd_bytes(const rl_convolution *s, long r) {
    rl_convolution whole = rl_winograd_shape(s, r);
    long block = rl_winograd_block(s, r), depth = s->stride_y * s->stride_x * s->channels;
    long matrices = rl_winograd_step(block * depth) + rl_winograd_step(block * s->outputs);
    long weights = whole_panels(depth) * whole_panels(s->outputs) * 2;
    return (image_floats(&whole) + 16 * (matrices + weights)) * (long)sizeof(float) + block * 2 * (long)sizeof(long)
        + 7 * 64;
}

long rl_convolution_scratch(const rl_convolution *s) {
    int r = rl_winograd_kernel(s);
    return r ? winograd_bytes(s, r) : direct_bytes(s);
}
