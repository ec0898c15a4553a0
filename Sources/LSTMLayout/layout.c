// SPDX-License-Identifier: Apache-2.0

#include "lstmc_layout.h"
