// SPDX-License-Identifier: Apache-2.0
//
// What the kernels call of C's library, for targets that the toolchain has no headers of: a program brings the functions.

#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
int memcmp(const void *a, const void *b, size_t count);
int strcmp(const char *a, const char *b);
size_t strlen(const char *text);
