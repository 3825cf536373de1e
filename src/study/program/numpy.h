/* The signs of derivations as a program in NumPy has them. */
#ifndef BP_STUDY_PROGRAM_NUMPY_H
#define BP_STUDY_PROGRAM_NUMPY_H

#include "note/context/context.h"

/* What an edit puts in, written as the program writes it: A1.T for A1' and for A[1]', @ for a
 * product of matrices.  `program` may be NULL.  NULL where memory is short. */
const char *bp_study_numpy(const struct bp_program *program, const char *text, struct bp_span line,
                           struct bp_arena *arena);

/* A sentence about the line, with the sizes in it called as the program calls them: W2.shape[0] for
 * size3.  NULL where memory is short. */
const char *bp_study_numpy_sentence(const struct bp_program *program, const char *sentence,
                                    struct bp_span line, struct bp_arena *arena);

#endif
