/* Fisher's iris data, the file examples/iris.csv, built into the program so that `backproof run`
 * finds it wherever it is installed. */
#ifndef BP_CLI_VERB_IRIS_H
#define BP_CLI_VERB_IRIS_H

#include <stddef.h>

extern const char bp_iris_text[];
extern const size_t bp_iris_length;

#endif
