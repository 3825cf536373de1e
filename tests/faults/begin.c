/* A library to be loaded before all others (LD_PRELOAD): when it is readied, all others have been,
 * and the program begins.  fail.c waits for this call, which nothing else makes. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((constructor)) static void begin(void) { syscall(SYS_getpgid, 0); }
