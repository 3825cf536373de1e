/* Kronecker products and vec.
 *
 * vec stacks columns, so entry (i, j) of an n-row matrix is entry j n + i of its vec, and
 * vec(A X B) = (B' ⊗ A) vec(X).  A sparse matrix that is returned belongs to the caller, for
 * gsl_spmatrix_free; everything else is written into what the caller passes.
 */
#ifndef BP_NUM_KRON_H
#define BP_NUM_KRON_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_spmatrix.h>
#include <gsl/gsl_vector.h>

/* result = A ⊗ B; it must be (A->size1 B->size1) x (A->size2 B->size2).  O(its entries). */
void bp_kron(const gsl_matrix *A, const gsl_matrix *B, gsl_matrix *result);

/* out = row (A' ⊗ I(n)) and, of out = row (I(m) ⊗ W), what columns [from, to) of W give, entry by
 * entry of the Jacobian and row by row, but for its zeros, which are not built.  Vectors are
 * without gaps.  O(nonzeros). */
void bp_row_times_transposed_identity(const gsl_vector *row, const gsl_matrix *A, size_t n,
                                      gsl_vector *out);
void bp_row_times_identity(const gsl_vector *row, size_t m, const gsl_matrix *W, size_t from,
                           size_t to, gsl_vector *out);

/* The same with |a| + least in the place of each entry a of A or W. */
void bp_row_times_transposed_magnitudes(const gsl_vector *row, const gsl_matrix *A, double least,
                                        size_t n, gsl_vector *out);
void bp_row_times_identity_magnitudes(const gsl_vector *row, size_t m, const gsl_matrix *W,
                                      double least, size_t from, size_t to, gsl_vector *out);

/* Diag(d) as compressed rows.  NULL when memory is short. */
gsl_spmatrix *bp_sparse_diagonal(const gsl_vector *d);

/* An empty matrix of compressed rows with room for `nonzeros`; NULL when memory is short. */
gsl_spmatrix *bp_sparse_rows(size_t rows, size_t columns, size_t nonzeros);

/* out = vec(M): out->size == M->size1 M->size2.  And back. */
void bp_vec(const gsl_matrix *M, gsl_vector *out);
void bp_unvec(const gsl_vector *v, gsl_matrix *out);

#endif
