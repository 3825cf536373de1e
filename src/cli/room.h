/* Whether the process has room to work at all. */
#ifndef BP_CLI_ROOM_H
#define BP_CLI_ROOM_H

/* Ends the program with a message when its address space is limited (ulimit -v) to less than the
 * linear algebra needs before the first number is multiplied.  For .preinit_array: it must run
 * before any library is initialised. */
void bp_room_require(int argc, char **argv, char **environment);

#endif
