/* Where the numbers and sizes of a point come from.
 *
 * Most points have numbers of order 1.  Others are aimed at what such numbers seldom meet: far
 * out, near the ends of an interval, small whole numbers, numbers that are equal, numbers of one
 * sign, sizes of 1 and large ones, and every case of what has few.  Numbers have at most 24
 * significant bits, so that sums and products of a few of them are exact; but where all bits are
 * wanted, since a wave may be 0 at all short numbers.
 *
 * Everything here is a value and owns nothing.
 */
#ifndef BP_MODEL_REGION_H
#define BP_MODEL_REGION_H

#include <stddef.h>
#include <stdint.h>

#include "lang/ast.h"

enum bp_draw_region {
  BP_REGION_NEAR,     /* of order 1 */
  BP_REGION_FAR,      /* every name at a scale of its own, from 10^-3 to 10^3 */
  BP_REGION_MIXED,    /* every number at a scale of its own */
  BP_REGION_CORNER,   /* as far out as numbers are drawn, of either sign */
  BP_REGION_ZERO,     /* most names 0, or nearly */
  BP_REGION_SPECIAL,  /* most numbers 0, 1, -1, 1/2 or 2 */
  BP_REGION_EQUAL,    /* all names have one number */
  BP_REGION_POSITIVE, /* all positive, or near the upper end */
  BP_REGION_NEGATIVE, /* all negative, or near the lower end */
  BP_REGION_APART,    /* the numbers of a name close together, at a place of its own */
  BP_REGION_ORDERED,  /* of order 1, each matrix sorted, or its largest numbers on a diagonal */
  BP_REGION_COUNT
};

/* How the sizes that a file leaves open are chosen. */
enum bp_size_choice {
  BP_SIZES_DRAWN,   /* pairwise different */
  BP_SIZES_LEAST,   /* 1, or the least that the file allows */
  BP_SIZES_SHIFTED, /* any, 1 and equal ones included; from turn to turn the next one */
  BP_SIZES_LARGEST, /* 9 or 1, or the largest that the file allows */
  BP_SIZES_CASES    /* the case at hand */
};

/* The next digit of a case: a number written in a different base at every place, one for each
 * thing that is chosen. */
struct bp_cases {
  size_t rest;  /* what is left of the number of this case */
  size_t total; /* how many cases there are, by the choices made so far; 0: too many to count */
};

/* A step from where numbers are: by `part` of the way to those that another trial draws from
 * another region.  Numbers without bounds may go the opposite way, too. */
struct bp_step {
  size_t trial;
  enum bp_draw_region region;
  double part;   /* from -1 to 1; 0: none */
  uint64_t some; /* which names take it, about half of them; 0: all */
};

enum { BP_MOST_STEPS = 6 };

/* A number that is no float64, in lowest terms. */
struct bp_fraction {
  long above, below; /* below > 0; 0: it is none */
};

/* A single number that is put in the place of what was drawn. */
struct bp_change {
  const char *name; /* of the node: "W[2]" */
  size_t element;   /* row by row; of one-hot columns which column */
  double number;
  struct bp_fraction exact; /* the number itself, where it is this */
  size_t choice; /* in place of the number: which of a set, or which row of a one-hot column */
};

/* A size that is as told, if the file leaves it open and allows it. */
struct bp_told_size {
  const char *name; /* NULL: none */
  long size;
};

enum { BP_MOST_TOLD_SIZES = 2 };

struct bp_drawing {
  enum bp_draw_region region;
  enum bp_size_choice sizes;
  size_t turn;        /* of BP_SIZES_SHIFTED */
  bool numbers_cases; /* sets and one-hot columns are chosen by the case at hand */
  struct bp_cases cases;
  struct bp_step steps[BP_MOST_STEPS]; /* from the numbers of the world's own trial, in turn */
  size_t step_count;
  bool full;    /* numbers have all bits of a float64, and not 24 of them */
  int grid;     /* numbers without bounds are multiples of 2^-grid; 0: of no such thing */
  int definite; /* positive definite matrices are multiplied by 2^definite */
  struct bp_told_size told[BP_MOST_TOLD_SIZES];
  const struct bp_change *changes; /* at last, and they live as long as what is shown of them */
  size_t change_count;
};

/* The domain of a single number. */
struct bp_number_domain {
  enum bp_domain_kind kind; /* real, positive, nonzero or an interval */
  double low, high;         /* of an interval; neither is taken */
  bool closed[2];           /* the number next to low, or to high, is an end that belongs to it */
};

/* Whether its numbers are mostly large, small, or near the ends of an interval. */
bool bp_region_is_far(enum bp_draw_region region);

/* A scale for a name. */
double bp_region_scale(enum bp_draw_region region, uint64_t *state);

/* A number of the region; `scale` is its name's, and `common` a state that all names share. */
double bp_region_number(enum bp_draw_region region, struct bp_number_domain domain, double scale,
                        uint64_t common, uint64_t *state);

/* A number of all bits that rounds to the one of 24 bits. */
double bp_full_bits(double x, uint64_t *state);

/* The nearest number with 24 significant bits. */
double bp_few_bits(double x);

/* In which of BP_SIGN_TURNS trials the first number of a name is positive: bit t is trial t.  Any
 * two names that have different masks meet in all four combinations of their signs. */
enum { BP_SIGN_TURNS = 20 };
uint32_t bp_sign_turns(uint64_t seed, uint64_t name_seed);

/* One of 0, 1, -1, 1/2 and 2, by the case at hand. */
double bp_special_case(struct bp_cases *cases);

/* One of `count` choices, by the case at hand. */
size_t bp_case_choice(struct bp_cases *cases, size_t count);

#endif
