// SPDX-License-Identifier: Apache-2.0

// SwiftPM builds a C target from at least one file; what is declared here is in LSTMLibrary.
#include "lstmc.h"

_Static_assert(sizeof(lstmc_tensor) == 24 + 8 * LSTMC_MAX_RANK, "the Python package writes this layout");
_Static_assert(sizeof(lstmc_shape) == 8 + 8 * LSTMC_MAX_RANK, "the Python package reads this layout");
