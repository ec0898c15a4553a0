#include "lstmc_kernels.h"
