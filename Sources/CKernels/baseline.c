#define VW 4
#define NV 2
#define TABLE rl_kernels_baseline
#define INSTRUCTION_SET rl_baseline

#include "loops/all.h"
