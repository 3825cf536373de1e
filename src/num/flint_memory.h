/* A limit for the memory that FLINT and GMP take for themselves.
 *
 * Neither checks what an allocation returns, and a jump out of one leaves their caches broken, so
 * both always get memory here.  What a limit does is: once a thread meets it, or that of the budget
 * in force (base/budget.h), every further operation on balls in that thread has no result, until
 * bp_flint_memory_resume.  The operation
 * under way may use the reserve beyond the limit; where that is gone too, `gone` has to end the
 * process.
 *
 * A program installs this for good, before it starts threads.  A library inside another program
 * borrows the allocators for as long as it works, and only if its host has left them as they were.
 */
#ifndef BP_NUM_FLINT_MEMORY_H
#define BP_NUM_FLINT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

struct bp_flint_memory {
  size_t limit;   /* bytes, of all threads together; 0: none */
  size_t reserve; /* bytes beyond it, for operations that are under way */
  void (*gone)(void) __attribute__((noreturn)); /* says so and ends the process */
};

/* False, and nothing is changed, where there is no memory for the reserve. */
bool bp_flint_memory_install(const struct bp_flint_memory *memory);

/* For the library: until they are given back, FLINT and GMP work on through a refused allocation,
 * from a reserve, and the operation has no result; where the system has no memory at all they end
 * the process, as they do by themselves.  Does nothing where the program has installed the above,
 * or where the host has allocators of its own, which may have blocks of another kind.  One thread
 * at a time may call these. */
void bp_flint_memory_borrow(void);
void bp_flint_memory_give_back(void);

/* Bytes that are in use; 0 when not installed. */
size_t bp_flint_memory_used(void);

/* Whether this thread has met the limit.  Never when not installed. */
bool bp_flint_memory_stopped(void);

/* Lets this thread work again, after memory was given back: at the next document, say. */
void bp_flint_memory_resume(void);

/* To be called in a thread of one's own before it works with balls: when it ends, the constants and
 * numbers that FLINT keeps for each thread are freed.  Never in a thread of somebody else, who may
 * have FLINT numbers in it. */
void bp_flint_thread(void);

#endif
