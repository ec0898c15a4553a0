// SPDX-License-Identifier: Apache-2.0

#ifndef PSEUDO_TERMINAL_H
#define PSEUDO_TERMINAL_H

#include <stddef.h>

/// Opens a pseudo-terminal and writes its device's path, with a NUL, to `path`; its descriptor, or -1.
///
/// In C: glibc's headers hide these calls from Swift.
int pseudo_terminal_open(char *_Nonnull path, size_t size);

#endif
