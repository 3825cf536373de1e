/* What the writers of derivations share: counting claims, and the verdict of a file. */
#ifndef BP_REPORT_CLAIMS_H
#define BP_REPORT_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

#include "report/report.h"

struct bp_claim_counts {
  size_t lines;
  size_t holds;   /* and were to hold */
  size_t refuted; /* do not hold, as they should not */
  size_t fails;
  size_t undecided;
  size_t empty;                     /* files in which nothing was checked */
  size_t unfilled;                  /* of the undecided ones, those with a ? */
  size_t broken;                    /* not judged because of an error in the file */
  size_t errors;                    /* in the file, whether or not a line suffers from them */
  size_t least_points, most_points; /* of the lines that hold by comparing numbers; 0: none */
  size_t least_aimed, most_aimed;   /* the same of points that were aimed at something */
  size_t cases;                     /* the most cases that were all tried of a line */
  size_t polynomials;               /* lines that are polynomials in what is drawn */
  double chance;                    /* that a wrong one of them passes, at most */
  double finest;                    /* unless it is wrong by no more than this */
  size_t one_way;                   /* lines with a decision that only ever came out one way */
  size_t crowded;                   /* lines that met some combinations of very many decisions */
  const char *first_file;           /* where the first line that fails stands */
  size_t first_line;                /* 0: none fails */
  /* over the lines that hold by comparing numbers; infinite: not known */
  double largest_relative, visible;
};

/* The counts of one file, and those of two together. */
struct bp_claim_counts bp_claims_count(const struct bp_derivation_result *result);
struct bp_claim_counts bp_claims_add(struct bp_claim_counts a, struct bp_claim_counts b);

/* Nothing checked, or something that could not be read, is never a pass. */
enum bp_verdict bp_claims_verdict(const struct bp_claim_counts *counts);

/* Whether the claim could not be judged because of an error in the file. */
bool bp_claim_is_broken(const struct bp_claim *claim);

/* "needs line 4": what keeps such a claim from being read, where that is known.  NULL when memory
 * is short. */
const char *bp_claim_needs(const struct bp_claim *claim, struct bp_arena *arena);

/* How much of a difference the bounds explain, in words. */
enum { BP_EXPLAINED = 64 };
const char *bp_claim_explained(const struct bp_claim *claim, char text[BP_EXPLAINED]);

/* How many digits show the two sides of a claim that fails, and their difference: as many as were
 * asked for (0: four), and so many more of the sides as tell them apart. */
void bp_claim_digits(const struct bp_claim *claim, size_t wanted, int *sides, int *difference);

/* Whether the claim holds by two sides being equal to within what could be seen: not a comparison
 * by size, and not a value between the two slopes at a kink. */
bool bp_claim_is_measured(const struct bp_claim *claim);

#endif
