/* Products of matrices whose digits hang on nothing but the factors.
 *
 * A BLAS adds in an order that its kernel for the processor, the shape and the number of threads
 * decide, and what is left of a difference of two numbers that are nearly the same, which is what
 * reports of networks are about, is then another one on every machine.  Here each entry is summed
 * from its first term to its last, one fused multiplication and addition after the other, wherever
 * it lies and however many there are.  (Processors without these, which are older than 2013, round
 * twice.)  The error of an entry is at most that of any order: terms + 1 roundings of the sum of
 * magnitudes.
 *
 * No factor is empty, the result is none of the factors, and shapes must fit.
 */
#ifndef BP_NUM_PRODUCT_PRODUCT_H
#define BP_NUM_PRODUCT_PRODUCT_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

/* C = A B */
void bp_product(const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *C);

/* C = C + A B, where the sum begins with what is in C. */
void bp_product_onto(const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *C);

/* C = A' B */
void bp_transposed_times(const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *C);

/* C = scale (A B'), where each entry is scaled when it is summed. */
void bp_times_transposed(double scale, const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *C);

/* out = row B; the entries of `out` lie side by side. */
void bp_row_times(const gsl_vector *row, const gsl_matrix *B, gsl_vector *out);

#endif
