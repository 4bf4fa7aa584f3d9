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

// Two tables of pixels, and the images with zeros around them. Each piece starts at a multiple of 64.
static long image_bytes(const rl_convolution *s) {
    long pixels = larger(rl_convolution_output_height(s) * rl_convolution_output_width(s), 0);
    long image = (s->height + s->top + s->bottom) * (s->width + s->left + s->right) * s->channels;
    return rl_convolution_group(s) * (pixels * 2 * (long)sizeof(long) + image * (long)sizeof(float)) + 3 * 64;
}

long rl_convolution_scratch(const rl_convolution *s) {
    long taps = s->kernel_height * s->kernel_width;
    long columns = s->dilation_x == 1 ? smaller(s->stride_x, s->kernel_width) * s->channels : s->channels;
    long weights = larger(s->channels * whole_panels(s->outputs), s->outputs * whole_panels(columns));
    long images = image_bytes(s);
    if (rl_convolution_is_reversible(s)) {
        rl_convolution reversed = rl_convolution_reversed(s);
        images = larger(images, image_bytes(&reversed));
    }
    return taps * weights * (long)sizeof(float) + 64 + images;
}
