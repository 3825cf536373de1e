/* Whether the process has room to work at all. */
#ifndef BP_CLI_ROOM_H
#define BP_CLI_ROOM_H

/* Ends the program with a message when its address space is limited (ulimit -v) to less than the
 * linear algebra needs before the first number is multiplied.  Call before any matrix product. */
void bp_room_require(void);

#endif
