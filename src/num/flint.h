/* Arb, wherever it lives: part of FLINT from version 3 on, before that a library beside FLINT 2. */
#ifndef BP_NUM_FLINT_H
#define BP_NUM_FLINT_H

#include <gmp.h> /* before FLINT, which asks whether it is there */

#if __has_include(<flint/acb.h>)
#include <flint/acb.h>
#include <flint/acb_hypgeom.h>
#include <flint/acb_mat.h>
#include <flint/arb_hypgeom.h>
#include <flint/arb_mat.h>
#else
#include <acb.h>
#include <acb_hypgeom.h>
#include <acb_mat.h>
#include <arb_hypgeom.h>
#include <arb_mat.h>
#endif

#include <flint/fmpz_mat.h>

#endif
