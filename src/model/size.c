/* Polynomials as short lists of terms.  Derivations have sizes of one or two terms, so everything
 * is done by looking at all pairs. */
#include "model/size.h"

#include <limits.h>
#include <string.h>

enum { MOST_TERMS = 6 };

static long saturated_add(long a, long b) {
  long sum;
  return __builtin_add_overflow(a, b, &sum) ? LONG_MAX : sum;
}

static long saturated_multiply(long a, long b) {
  long product;
  return __builtin_mul_overflow(a, b, &product) ? LONG_MAX : product;
}

static struct bp_size of_terms(struct bp_arena *arena, const struct bp_size_term *terms,
                               size_t count, long value) {
  struct bp_size_term *copy = bp_arena_alloc(arena, count ? count : 1, sizeof *copy);
  if (!copy)
    return (struct bp_size){.value = value};
  memcpy(copy, terms, count * sizeof *copy);
  return (struct bp_size){value, count, copy};
}

struct bp_size bp_size_constant(struct bp_arena *arena, long value) {
  static const struct bp_size_term unit = {.coefficient = 1};
  if (value == 1)
    return (struct bp_size){1, 1, &unit};
  struct bp_size_term term = {.coefficient = value};
  return of_terms(arena, &term, value != 0, value);
}

struct bp_size bp_size_named(struct bp_arena *arena, const struct bp_size_atom *atom) {
  struct bp_size_term term = {.coefficient = 1, .degree = 1, .atoms = {atom}};
  return of_terms(arena, &term, 1, atom->value);
}

static bool same_atoms(const struct bp_size_term *a, const struct bp_size_term *b) {
  return a->degree == b->degree && !memcmp(a->atoms, b->atoms, a->degree * sizeof *a->atoms);
}

/* Adds a term to those collected so far; false when there is no room. */
static bool collect(struct bp_size_term *terms, size_t *count, struct bp_size_term term) {
  for (size_t i = 0; i < *count; i++) {
    if (!same_atoms(&terms[i], &term))
      continue;
    terms[i].coefficient = saturated_add(terms[i].coefficient, term.coefficient);
    if (terms[i].coefficient == 0)
      terms[i] = terms[--*count];
    return true;
  }
  if (*count == MOST_TERMS)
    return false;
  if (term.coefficient != 0)
    terms[(*count)++] = term;
  return true;
}

struct bp_size bp_size_add(struct bp_arena *arena, struct bp_size a, struct bp_size b,
                           long factor) {
  struct bp_size_term terms[MOST_TERMS];
  size_t count = 0;
  long value = saturated_add(a.value, saturated_multiply(factor, b.value));
  bool fits = true;
  for (size_t i = 0; i < a.count; i++)
    fits = fits && collect(terms, &count, a.terms[i]);
  for (size_t i = 0; i < b.count; i++) {
    struct bp_size_term term = b.terms[i];
    term.coefficient = saturated_multiply(term.coefficient, factor);
    fits = fits && collect(terms, &count, term);
  }
  return fits ? of_terms(arena, terms, count, value) : bp_size_constant(arena, value);
}

/* The product of two terms, its atoms merged in order; false when there are too many. */
static bool multiply_terms(const struct bp_size_term *a, const struct bp_size_term *b,
                           struct bp_size_term *product) {
  *product =
      (struct bp_size_term){.coefficient = saturated_multiply(a->coefficient, b->coefficient)};
  if (a->degree + b->degree > BP_SIZE_DEGREE)
    return false;
  size_t i = 0, j = 0;
  while (i < a->degree || j < b->degree) {
    bool first = j == b->degree || (i < a->degree && a->atoms[i]->order <= b->atoms[j]->order);
    product->atoms[product->degree++] = first ? a->atoms[i++] : b->atoms[j++];
  }
  return true;
}

struct bp_size bp_size_multiply(struct bp_arena *arena, struct bp_size a, struct bp_size b) {
  struct bp_size_term terms[MOST_TERMS];
  size_t count = 0;
  long value = saturated_multiply(a.value, b.value);
  for (size_t i = 0; i < a.count; i++)
    for (size_t j = 0; j < b.count; j++) {
      struct bp_size_term product;
      if (!multiply_terms(&a.terms[i], &b.terms[j], &product) || !collect(terms, &count, product))
        return bp_size_constant(arena, value);
    }
  return of_terms(arena, terms, count, value);
}

bool bp_size_same(struct bp_size a, struct bp_size b) {
  if (a.count != b.count || a.value != b.value)
    return false;
  for (size_t i = 0; i < a.count; i++) {
    bool found = false;
    for (size_t j = 0; j < b.count && !found; j++)
      found =
          same_atoms(&a.terms[i], &b.terms[j]) && a.terms[i].coefficient == b.terms[j].coefficient;
    if (!found)
      return false;
  }
  return true;
}

struct bp_size bp_size_reduced(struct bp_arena *arena, struct bp_size a) {
  struct bp_size_term terms[MOST_TERMS];
  size_t count = 0;
  bool fits = true;
  for (size_t i = 0; i < a.count; i++) {
    struct bp_size_term term = {.coefficient = a.terms[i].coefficient};
    for (size_t k = 0; k < a.terms[i].degree; k++) {
      const struct bp_size_atom *atom = a.terms[i].atoms[k];
      if (atom->fixed)
        term.coefficient = saturated_multiply(term.coefficient, atom->value);
      else
        term.atoms[term.degree++] = atom;
    }
    fits = fits && collect(terms, &count, term);
  }
  return fits ? of_terms(arena, terms, count, a.value) : a;
}

/* Whether the number is the same in every trial. */
static bool is_fixed(struct bp_size a) {
  for (size_t i = 0; i < a.count; i++)
    for (size_t k = 0; k < a.terms[i].degree; k++)
      if (!a.terms[i].atoms[k]->fixed)
        return false;
  return true;
}

bool bp_size_one(struct bp_size a) { return a.value == 1 && is_fixed(a); }

static const char *term_text(struct bp_arena *arena, const struct bp_size_term *term,
                             long coefficient) {
  const char *text = coefficient == 1 && term->degree ? "" : NULL;
  if (!text)
    text = bp_arena_printf(arena, "%ld", coefficient);
  for (size_t k = 0; text && k < term->degree; k++)
    text = bp_arena_printf(arena, "%s%s%s", text, *text ? "·" : "", term->atoms[k]->name);
  return text;
}

const char *bp_size_text(struct bp_arena *arena, struct bp_size a) {
  const char *text = a.count ? "" : "0";
  for (size_t i = 0; text && i < a.count; i++) {
    long coefficient = a.terms[i].coefficient;
    const char *sign = coefficient < 0 ? (i ? " - " : "-") : (i ? " + " : "");
    const char *term = term_text(arena, &a.terms[i], coefficient < 0 ? -coefficient : coefficient);
    text = term ? bp_arena_printf(arena, "%s%s%s", text, sign, term) : NULL;
  }
  return text ? text : "?";
}

const char *bp_symbolic_text(struct bp_arena *arena, struct bp_symbolic shape) {
  const char *text = bp_arena_printf(arena, "(%s,%s)", bp_size_text(arena, shape.rows),
                                     bp_size_text(arena, shape.columns));
  return text ? text : "(?,?)";
}
