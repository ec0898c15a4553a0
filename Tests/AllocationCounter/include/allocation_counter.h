// SPDX-License-Identifier: Apache-2.0
#pragma once

/// How often this thread has called malloc, calloc, realloc or an aligned variant so far; -1 where it cannot be counted.
long allocation_count(void);

/// How many bytes those calls of this thread have asked for so far, freed ones too; -1 where they cannot be counted.
long allocation_bytes(void);
