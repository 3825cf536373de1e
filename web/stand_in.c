/* What Debian's run-time library for WebAssembly and GMP want and its C library does not have.  GMP
 * sends itself a signal where it is used wrongly. */
#include <stddef.h>
#include <stdint.h>

uintptr_t __stack_chk_guard;

void __stack_chk_fail(void) { __builtin_trap(); }

int kill(int process, int signal);

int kill(int process, int signal) {
  (void)process, (void)signal;
  __builtin_trap();
}
