/* Every request for memory refused in one run, each in a copy of the process. */
#ifndef EACH_H
#define EACH_H

#include <stdbool.h>

/* Outcomes go to files whose names begin with this; false where that cannot be. */
bool each_begin(const char *report);

/* Goes on in a copy, waits for its end and writes down what became of it; true in the copy. */
bool each_in_copy(unsigned long number, bool and_all_after);

#endif
