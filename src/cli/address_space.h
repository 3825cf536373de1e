/* Whether the process has room to work at all. */
#ifndef BP_CLI_ADDRESS_SPACE_H
#define BP_CLI_ADDRESS_SPACE_H

#include <stddef.h>

/* Ends the program with a message when its address space is limited (ulimit -v) to less than the
 * linear algebra needs before the first number is multiplied.  For .preinit_array: it must run
 * before any library is initialised. */
void bp_address_space_require(int argc, char **argv, char **environment);

/* Ends the program with a message when a limited address space has no room for `bytes` more and for
 * the buffers that the linear algebra will take on each of `threads` threads. */
void bp_address_space_reserve(size_t bytes, int threads);

#endif
