// SPDX-License-Identifier: Apache-2.0
#pragma once

/// How often this thread has called malloc, calloc, realloc or an aligned variant so far; -1 where it cannot be counted.
long allocation_count(void);
