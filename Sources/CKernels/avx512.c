#if defined(__x86_64__)
#include <immintrin.h>

#define VW 16
#define NV 4
#define TABLE rl_kernels_avx512
#define INSTRUCTION_SET rl_avx512

#include "CKernels.h"
#include "tables.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"), min_vector_width(512))), \
    apply_to = function)
#include "loops/all.h"
#pragma clang attribute pop
#endif
