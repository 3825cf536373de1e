/* The functions of the language, for who reads documents.
 *
 * Names are constants of the tables of functions. */
#ifndef BP_VALUE_VOCABULARY_H
#define BP_VALUE_VOCABULARY_H

#include "lang/parse.h"

/* Every name of every function: of whole matrices and of numbers, in each spelling. */
extern const struct bp_vocabulary bp_vocabulary;

/* The name of a function that is nearest to what was written, or NULL. */
const char *bp_vocabulary_nearest(const char *written);

#endif
