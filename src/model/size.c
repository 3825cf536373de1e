/* Polynomials as short lists of terms.  Derivations have sizes of one or two terms, so everything
 * is done by looking at all pairs. */
#include "model/size.h"

#include <limits.h>
#include <string.h>

enum { MOST_TERMS = 6 };

/* What does not fit is LONG_MAX, and *beyond says so: no such number is ever compared. */
static long sum_of(long a, long b, bool *beyond) {
  long sum;
  bool fits = !__builtin_add_overflow(a, b, &sum);
  *beyond = *beyond || !fits;
  return fits ? sum : LONG_MAX;
}

static long product_of(long a, long b, bool *beyond) {
  long product;
  bool fits = !__builtin_mul_overflow(a, b, &product);
  *beyond = *beyond || !fits;
  return fits ? product : LONG_MAX;
}

/* The terms collected so far of a polynomial that is being made. */
struct making {
  struct bp_size_term terms[MOST_TERMS];
  size_t count;
  long value;
  bool beyond;
};

static struct bp_size made(struct bp_arena *arena, const struct making *making) {
  struct bp_size_term *copy =
      bp_arena_alloc(arena, making->count ? making->count : 1, sizeof *copy);
  if (!copy)
    return (struct bp_size){.value = making->value, .beyond = true};
  memcpy(copy, making->terms, making->count * sizeof *copy);
  return (struct bp_size){making->value, making->count, copy, making->beyond};
}

/* Its number alone, where it became too long to read. */
static struct bp_size number_of(struct bp_arena *arena, const struct making *making) {
  struct bp_size number = bp_size_constant(arena, making->value);
  number.beyond = number.beyond || making->beyond;
  return number;
}

struct bp_size bp_size_constant(struct bp_arena *arena, long value) {
  static const struct bp_size_term unit = {.coefficient = 1};
  if (value == 1)
    return (struct bp_size){1, 1, &unit, false};
  struct making making = {.terms = {{.coefficient = value}}, .count = value != 0, .value = value};
  return made(arena, &making);
}

struct bp_size bp_size_named(struct bp_arena *arena, const struct bp_size_atom *atom) {
  struct making making = {.terms = {{.coefficient = 1, .degree = 1, .atoms = {atom}}},
                          .count = 1,
                          .value = atom->value};
  return made(arena, &making);
}

static bool same_atoms(const struct bp_size_term *a, const struct bp_size_term *b) {
  return a->degree == b->degree && !memcmp(a->atoms, b->atoms, a->degree * sizeof *a->atoms);
}

/* Adds a term; false when there is no room. */
static bool collect(struct making *making, struct bp_size_term term) {
  struct bp_size_term *terms = making->terms;
  for (size_t i = 0; i < making->count; i++) {
    if (!same_atoms(&terms[i], &term))
      continue;
    terms[i].coefficient = sum_of(terms[i].coefficient, term.coefficient, &making->beyond);
    if (terms[i].coefficient == 0)
      terms[i] = terms[--making->count];
    return true;
  }
  if (making->count == MOST_TERMS)
    return false;
  if (term.coefficient != 0)
    terms[making->count++] = term;
  return true;
}

struct bp_size bp_size_add(struct bp_arena *arena, struct bp_size a, struct bp_size b,
                           long factor) {
  struct making making = {.beyond = a.beyond || b.beyond};
  making.value = sum_of(a.value, product_of(factor, b.value, &making.beyond), &making.beyond);
  bool fits = true;
  for (size_t i = 0; i < a.count; i++)
    fits = fits && collect(&making, a.terms[i]);
  for (size_t i = 0; i < b.count; i++) {
    struct bp_size_term term = b.terms[i];
    term.coefficient = product_of(term.coefficient, factor, &making.beyond);
    fits = fits && collect(&making, term);
  }
  return fits ? made(arena, &making) : number_of(arena, &making);
}

/* The product of two terms, its atoms merged in order; false when there are too many. */
static bool multiply_terms(const struct bp_size_term *a, const struct bp_size_term *b,
                           struct bp_size_term *product, bool *beyond) {
  *product =
      (struct bp_size_term){.coefficient = product_of(a->coefficient, b->coefficient, beyond)};
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
  struct making making = {.beyond = a.beyond || b.beyond};
  making.value = product_of(a.value, b.value, &making.beyond);
  for (size_t i = 0; i < a.count; i++)
    for (size_t j = 0; j < b.count; j++) {
      struct bp_size_term product;
      if (!multiply_terms(&a.terms[i], &b.terms[j], &product, &making.beyond) ||
          !collect(&making, product))
        return number_of(arena, &making);
    }
  return made(arena, &making);
}

bool bp_size_same(struct bp_size a, struct bp_size b) {
  if (a.beyond || b.beyond || a.count != b.count || a.value != b.value)
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
  struct making making = {.value = a.value, .beyond = a.beyond};
  bool fits = true;
  for (size_t i = 0; i < a.count; i++) {
    struct bp_size_term term = {.coefficient = a.terms[i].coefficient};
    for (size_t k = 0; k < a.terms[i].degree; k++) {
      const struct bp_size_atom *atom = a.terms[i].atoms[k];
      if (atom->fixed)
        term.coefficient = product_of(term.coefficient, atom->value, &making.beyond);
      else
        term.atoms[term.degree++] = atom;
    }
    fits = fits && collect(&making, term);
  }
  return fits ? made(arena, &making) : a;
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
