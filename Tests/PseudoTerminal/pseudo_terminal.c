// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#include "pseudo_terminal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int pseudo_terminal_open(char *path, size_t size) {
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0) return -1;
    const char *name = grantpt(terminal) == 0 && unlockpt(terminal) == 0 ? ptsname(terminal) : NULL;
    if (name == NULL || snprintf(path, size, "%s", name) >= (int)size) {
        close(terminal);
        return -1;
    }
    return terminal;
}
