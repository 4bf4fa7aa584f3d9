// The loops of one instruction set. A file that includes this defines
//   VW               floats in a vector: 4, 8 or 16
//   NV               vectors in a row of the widest tile of a matrix product: 4 with 32 registers, 2 with 16
//   TABLE, INSTRUCTION_SET
// and, around it, the target attribute. Everything is static; only the table leaves the file.
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "../include/CKernels.h"
#include "../tables.h"

#include "vector.h"
#include "lanes.h"
#include "functions.h"
#include "wide_functions.h"
#include "tiles.h"
#include "inner_products.h"
#include "products.h"
#include "sparse.h"
#include "convolution.h"
#include "winograd.h"
#include "convolution_passes.h"
#include "pooling.h"
#include "resizing.h"
#include "elementwise.h"
#include "reductions.h"
#include "softmax.h"
#include "updates.h"
#include "random.h"
#include "recurrent.h"
#include "normalization.h"
#include "scans.h"
#include "quantiles.h"
#include "peak.h"
#include "distributions.h"
#include "cartpole.h"
#include "screens.h"

const rl_kernels TABLE = {
    .instruction_set = INSTRUCTION_SET,
    .peak_multiply_adds = 12 * VW,
    .multiply_add_peak = multiply_add_peak,
    .product_nn = product_nn,
    .product_nt = product_nt,
    .product_tn = product_tn,
    .linear = linear,
    .finish_linear = finish_linear,
    .is_sparse = is_sparse,
    .sparse_linear = sparse_linear,
    .sparse_weight_gradient = sparse_weight_gradient,
    .activation_backward = activation_backward,
    .convolution = convolution,
    .convolution_input_gradient = convolution_input_gradient,
    .convolution_weight_gradient = convolution_weight_gradient,
    .max_pool = max_pool,
    .max_pool_backward = max_pool_backward,
    .average_pool = average_pool,
    .average_pool_backward = average_pool_backward,
    .resize = resize,
    .resize_backward = resize_backward,
    .unary = unary,
    .unary_backward = unary_backward,
    .binary = binary,
    .binary_backward = binary_backward,
    .sum = sum,
    .sum_squares = sum_squares,
    .huber_sum = huber_sum,
    .huber_backward = huber_backward,
    .row_sums = row_sums,
    .column_sums = column_sums,
    .row_max = row_max,
    .log_sum_exp = log_sum_exp,
    .log_sum_exp_backward = log_sum_exp_backward,
    .softmax = softmax,
    .softmax_backward = softmax_backward,
    .log_softmax = log_softmax,
    .log_softmax_backward = log_softmax_backward,
    .categorical_log_probability = categorical_log_probability,
    .categorical_log_probability_backward = categorical_log_probability_backward,
    .categorical_entropy = categorical_entropy,
    .categorical_entropy_backward = categorical_entropy_backward,
    .lstm_forward = lstm_forward,
    .lstm_backward = lstm_backward,
    .gru_forward = gru_forward,
    .gru_backward = gru_backward,
    .layer_norm = layer_norm,
    .layer_norm_backward = layer_norm_backward,
    .group_moments = group_moments,
    .group_norm = group_norm,
    .group_norm_backward = group_norm_backward,
    .cumulative_sum = cumulative_sum,
    .quantile_huber = quantile_huber,
    .quantile_huber_backward = quantile_huber_backward,
    .mask_logits = mask_logits,
    .mask_logits_backward = mask_logits_backward,
    .categorical_divergence = categorical_divergence,
    .categorical_divergence_backward = categorical_divergence_backward,
    .categorical_sample = categorical_sample,
    .categorical_mode = categorical_mode,
    .normal_log_probability = normal_log_probability,
    .normal_log_probability_backward = normal_log_probability_backward,
    .squashed_sample = squashed_sample,
    .squashed_action_backward = squashed_action_backward,
    .squashed_log_probability_backward = squashed_log_probability_backward,
    .bernoulli_log_probability = bernoulli_log_probability,
    .bernoulli_log_probability_backward = bernoulli_log_probability_backward,
    .bernoulli_entropy = bernoulli_entropy,
    .bernoulli_entropy_backward = bernoulli_entropy_backward,
    .bernoulli_sample = bernoulli_sample,
    .adam = adam,
    .rmsprop = rmsprop,
    .sgd = sgd,
    .add_scaled = add_scaled,
    .mix = mix,
    .scale = scale,
    .bytes_to_floats = bytes_to_floats,
    .random_bits = random_bits,
    .random_uniform = random_uniform,
    .random_normal = random_normal,
    .random_gumbel = random_gumbel,
    .random_mask = random_mask,
    .dropout = dropout,
    .cartpole = cartpole,
    .cartpole_float32 = cartpole_float32,
    .maximum_bytes = maximum_bytes,
    .area_resize = area_resize,
    .area_resize_whole = area_resize_whole,
    .push_frame = push_frame,
};
