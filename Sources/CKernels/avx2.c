#if defined(__x86_64__)
#include <immintrin.h>

#define VW 8
#define NV 2
#define TABLE rl_kernels_avx2
#define INSTRUCTION_SET rl_avx2

#include "CKernels.h"
#include "tables.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"), min_vector_width(256))), apply_to = function)
#include "loops/all.h"
#pragma clang attribute pop
#endif
