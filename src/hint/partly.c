/* A line that nothing small mends is seldom wrong all over.  Both sides are looked at as plain
 * numbers at several points with sizes of their own, and what they have in common at all of them is
 * said: entries that agree, a factor between them and what it depends on, a size for which they
 * agree; failing that, what one of them is and the other is not.  This is no verdict and is worded
 * as what was seen; a pattern that one point contradicts is not mentioned.
 */
#include "hint/partly.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "hint/gap/fill.h"
#include "hint/traits.h"
#include "judge/point.h"
#include "lang/print.h"
#include "lang/tree.h"

enum { SAMPLES = 6, LEAST_SAMPLES = 3, SIZE_POINTS = 12, FIRST_TRIAL = 700 };
static const double CLOSE = 1e-9, NICE = 1e-10;

/* Both sides at one point, in the order of the line. */
struct sample {
  struct bp_numbers left, right;
  double scale; /* of the larger side */
};

struct view {
  struct bp_search *search;
  struct sample samples[SAMPLES];
  size_t count;
};

static bool add_note(struct bp_search *search, struct bp_claim *claim, const char *text) {
  const char **notes =
      bp_list_longer(search->arena, claim->notes, claim->note_count, sizeof *notes);
  if (!notes || !text)
    return false;
  notes[claim->note_count] = text;
  claim->notes = notes;
  claim->note_count++;
  return true;
}

/* ---- a derivative that is 0 --------------------------------------------- */

static const char *zero_reason(const struct bp_search *search,
                               const struct bp_expression *derivative) {
  if (derivative->kind != BP_EXPR_PARTIAL)
    return "";
  const char *above = bp_expression_text(derivative->child[0], NULL, NULL, search->arena);
  const char *below = bp_expression_text(derivative->child[1], NULL, NULL, search->arena);
  const char *text =
      above && below
          ? bp_arena_printf(search->arena, ": a change of %s does not change %s", below, above)
          : NULL;
  return text ? text : "";
}

/* Whether the derivative is 0 for want of any way to it, and not at these points only, as that of
 * a unit that is off. */
static bool is_ignored(struct bp_search *search, const struct bp_expression *derivative) {
  if (derivative->kind != BP_EXPR_PARTIAL || derivative->child[1]->kind != BP_EXPR_NAME)
    return true;
  struct bp_model *model = &search->bench->model;
  const struct bp_declaration *below = bp_model_find(model, derivative->child[1]->name);
  return !below || !bp_model_leads_to(model, derivative->child[0], below);
}

bool bp_partly_zero(struct bp_search *search, struct bp_claim *claim) {
  const struct bp_expression *other = search->other;
  enum { WORLDS = 8 };
  struct bp_gap_question gap = bp_search_gap(search);
  struct bp_filler filler;
  if (!bp_search_is_meaning(search, other) || other->kind == BP_EXPR_NUMBER)
    return false;
  for (size_t world = 0; world < WORLDS; world++) {
    if (!bp_filler_open(&filler, &gap, bp_bench_world(search->bench, world)))
      return false;
    struct bp_numbers value = filler.stock.value;
    for (size_t k = 0; k < value.rows * value.columns; k++)
      if (value.at[k] != 0)
        return false;
  }
  const char *text = bp_expression_text(other, NULL, NULL, search->arena);
  const char *why =
      is_ignored(search, other) ? zero_reason(search, other) : " at all points that were tried";
  if (text)
    add_note(search, claim, bp_arena_printf(search->arena, "%s is 0 here%s", text, why));
  return true;
}

/* ---- samples ------------------------------------------------------------ */

static double largest(struct bp_numbers x) {
  double size = 0;
  for (size_t k = 0; k < x.rows * x.columns; k++)
    size = fmax(size, fabs(x.at[k]));
  return size;
}

static bool take_sample(struct bp_search *search, struct bp_world *world, struct sample *sample) {
  struct bp_gap_question gap = bp_search_gap(search);
  struct bp_filler filler;
  if (!bp_filler_open(&filler, &gap, world))
    return false;
  struct bp_numbers other = filler.stock.value, formula = bp_gap_value(&filler, search->formula);
  if (!formula.at || !bp_numbers_alike(formula, other))
    return false;
  *sample = search->formula_left ? (struct sample){formula, other, 0}
                                 : (struct sample){other, formula, 0};
  sample->scale = fmax(largest(formula), largest(other));
  return sample->scale > 0;
}

static bool agree(const struct sample *sample, size_t k) {
  return fabs(sample->left.at[k] - sample->right.at[k]) <= CLOSE * sample->scale;
}

static bool agree_all(const struct sample *sample) {
  for (size_t k = 0; k < sample->left.rows * sample->left.columns; k++)
    if (!agree(sample, k))
      return false;
  return true;
}

/* ---- entries that agree ------------------------------------------------- */

/* A part of a matrix that has a name. */
struct part {
  const char *right, *wrong; /* what is said where it is right, or wrong */
  bool square;
  bool (*in)(size_t row, size_t column, size_t rows, size_t columns);
};

static bool on_diagonal(size_t row, size_t column, size_t rows, size_t columns) {
  (void)rows;
  (void)columns;
  return row == column;
}

static bool above_diagonal(size_t row, size_t column, size_t rows, size_t columns) {
  (void)rows;
  (void)columns;
  return row < column;
}

static bool below_diagonal(size_t row, size_t column, size_t rows, size_t columns) {
  (void)rows;
  (void)columns;
  return row > column;
}

static bool in_first_row(size_t row, size_t column, size_t rows, size_t columns) {
  (void)column;
  (void)rows;
  (void)columns;
  return row == 0;
}

static bool in_last_row(size_t row, size_t column, size_t rows, size_t columns) {
  (void)column;
  (void)columns;
  return row + 1 == rows;
}

static bool in_first_column(size_t row, size_t column, size_t rows, size_t columns) {
  (void)row;
  (void)rows;
  (void)columns;
  return column == 0;
}

static bool in_last_column(size_t row, size_t column, size_t rows, size_t columns) {
  (void)row;
  (void)rows;
  return column + 1 == columns;
}

static const struct part parts[] = {
    {"the entries on the diagonal agree; those off the diagonal differ",
     "the entries off the diagonal agree; those on the diagonal differ", true, on_diagonal},
    {"the entries above the diagonal agree; the others differ",
     "only the entries above the diagonal differ", true, above_diagonal},
    {"the entries below the diagonal agree; the others differ",
     "only the entries below the diagonal differ", true, below_diagonal},
    {"the first row agrees; the others differ", "only the first row differs", false, in_first_row},
    {"the last row agrees; the others differ", "only the last row differs", false, in_last_row},
    {"the first column agrees; the others differ", "only the first column differs", false,
     in_first_column},
    {"the last column agrees; the others differ", "only the last column differs", false,
     in_last_column},
};

/* Whether the entries in the part agree, and none of the others, or the other way round; both sorts
 * must have been seen. */
static bool is_split(const struct view *view, const struct part *part, bool inside) {
  bool seen_in = false, seen_out = false;
  for (size_t i = 0; i < view->count; i++) {
    const struct sample *sample = &view->samples[i];
    size_t rows = sample->left.rows, columns = sample->left.columns;
    if (part->square && rows != columns)
      return false;
    for (size_t k = 0; k < rows * columns; k++) {
      bool in = part->in(k / columns, k % columns, rows, columns);
      if (agree(sample, k) != (in == inside))
        return false;
      seen_in = seen_in || in;
      seen_out = seen_out || !in;
    }
  }
  return seen_in && seen_out;
}

static const char *entries_text(const struct view *view) {
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (is_split(view, &parts[i], true))
      return parts[i].right;
    if (is_split(view, &parts[i], false))
      return parts[i].wrong;
  }
  return NULL;
}

/* ---- a factor between both sides ---------------------------------------- */

/* left = c right for the entries first, first + step, ...; NaN where there is no such c, or it is 1
 * because both are 0. */
static double ratio_of(const struct sample *sample, size_t first, size_t step, size_t count) {
  size_t top = first;
  for (size_t k = 0; k < count; k++)
    if (fabs(sample->right.at[first + k * step]) > fabs(sample->right.at[top]))
      top = first + k * step;
  double ratio = sample->left.at[top] / sample->right.at[top];
  for (size_t k = 0; k < count; k++) {
    size_t at = first + k * step;
    double error = sample->left.at[at] - ratio * sample->right.at[at];
    if (!(fabs(error) <= CLOSE * sample->scale))
      return NAN;
  }
  return ratio;
}

static bool has_factors(const struct view *view, bool of_columns) {
  size_t seen = 0;
  for (size_t i = 0; i < view->count; i++) {
    const struct sample *sample = &view->samples[i];
    size_t rows = sample->left.rows, columns = sample->left.columns;
    if (rows < 2 || columns < 2)
      return false;
    for (size_t k = 0; k < (of_columns ? columns : rows); k++) {
      double ratio = of_columns ? ratio_of(sample, k, columns, rows)
                                : ratio_of(sample, k * columns, 1, columns);
      if (!isfinite(ratio) || ratio == 0)
        return false;
    }
    seen++;
  }
  return seen >= LEAST_SAMPLES;
}

/* "2", "-1/3"; NULL where it is no simple fraction */
static const char *fraction_text(double x, struct bp_arena *arena) {
  enum { MOST_BELOW = 64, MOST_ABOVE = 4096 };
  for (int below = 1; below <= MOST_BELOW; below++) {
    double above = round(x * below);
    if (fabs(x * below - above) <= NICE * fabs(above) && fabs(above) <= MOST_ABOVE)
      return below == 1 ? bp_arena_printf(arena, "%.0f", above)
                        : bp_arena_printf(arena, "%.0f/%d", above, below);
  }
  return NULL;
}

static const char *factor_text(const struct view *view) {
  struct bp_arena *arena = view->search->arena;
  double ratios[SAMPLES] = {NAN};
  bool whole = true, same = true,
       varies = view->samples[0].left.rows * view->samples[0].left.columns > 1;
  for (size_t i = 0; i < view->count; i++) {
    const struct sample *sample = &view->samples[i];
    ratios[i] = ratio_of(sample, 0, 1, sample->left.rows * sample->left.columns);
    whole = whole && isfinite(ratios[i]) && ratios[i] != 0 &&
            sample->left.rows * sample->left.columns > 1;
    same = same && fabs(ratios[i] - ratios[0]) <= CLOSE * fabs(ratios[0]);
    varies = varies || sample->left.at[0] != view->samples[0].left.at[0];
  }
  same = same && varies && isfinite(ratios[0]) && ratios[0] != 0;
  const char *fraction = same ? fraction_text(ratios[0], arena) : NULL;
  if (same && fabs(ratios[0] + 1) <= CLOSE)
    return "right up to the sign";
  if (same)
    return fraction
               ? bp_arena_printf(arena,
                                 "right up to the constant %s: the left side is %s times the right",
                                 fraction, fraction)
               : bp_arena_printf(
                     arena,
                     "right up to the constant %.6g: the left side is that many times the right",
                     ratios[0]);
  if (whole)
    return "right up to a number, which is another one at every point: all entries are wrong by "
           "the "
           "same factor";
  if (has_factors(view, true))
    return "right up to a factor that depends on the column (the sample, where samples are "
           "columns)";
  return has_factors(view, false) ? "right up to a factor that depends on the row" : NULL;
}

/* The same number is missing in all entries. */
static const char *shift_text(const struct view *view) {
  for (size_t i = 0; i < view->count; i++) {
    const struct sample *sample = &view->samples[i];
    double shift = sample->left.at[0] - sample->right.at[0];
    size_t count = sample->left.rows * sample->left.columns;
    for (size_t k = 0; k < count; k++)
      if (count < 2 ||
          !(fabs(sample->left.at[k] - sample->right.at[k] - shift) <= CLOSE * sample->scale))
        return NULL;
  }
  return "both sides differ by the same number in all entries";
}

static const char *sign_text(const struct view *view) {
  for (size_t i = 0; i < view->count; i++) {
    const struct sample *sample = &view->samples[i];
    for (size_t k = 0; k < sample->left.rows * sample->left.columns; k++)
      if (!(fabs(fabs(sample->left.at[k]) - fabs(sample->right.at[k])) <= CLOSE * sample->scale))
        return NULL;
  }
  return "every entry is right but for its sign, and not all signs are wrong";
}

/* ---- sizes for which it holds ------------------------------------------- */

/* Which sizes were 1 where the sides agreed, and where they did not. */
struct size_table {
  const char *names[8];
  bool one[SIZE_POINTS][8];
  bool agreed[SIZE_POINTS];
  size_t count, points;
};

static void add_sizes(struct size_table *table, const struct bp_world *world, bool agreed,
                      struct bp_arena *arena) {
  for (size_t a = 0; a < world->atom_count; a++) {
    const struct bp_size_atom *atom = world->atoms[a];
    size_t k = 0;
    while (k < table->count && strcmp(table->names[k], atom->name) != 0)
      k++;
    if (atom->fixed || k == sizeof table->names / sizeof *table->names)
      continue;
    if (k == table->count)
      table->names[table->count++] = bp_arena_strdup(arena, atom->name);
    table->one[table->points][k] = atom->value == 1;
  }
  table->agreed[table->points++] = agreed;
}

static void look_at_sizes(struct bp_search *search, size_t turn, struct size_table *table) {
  struct bp_bench *bench = search->bench;
  struct bp_arena *keep = bp_arena_new(bench->memory);
  struct bp_world *world = keep ? bp_arena_alloc(keep, 1, sizeof *world) : NULL;
  struct sample sample;
  if (world && bp_world_init(world, &bench->model, bench->seed, FIRST_TRIAL + turn, BP_LEAST_BITS,
                             keep, bench->scratch) == 0) {
    world->quiet = true;
    world->drawing.sizes = BP_SIZES_SHIFTED;
    world->drawing.turn = turn;
    if (take_sample(search, world, &sample))
      add_sizes(table, world, agree_all(&sample), search->arena);
  }
  bp_arena_free(keep);
}

/* "right at m = 1 only" */
static const char *size_text(struct bp_search *search) {
  struct size_table table = {.count = 0};
  for (size_t turn = 0; turn < SIZE_POINTS; turn++)
    look_at_sizes(search, turn, &table);
  for (size_t k = 0; k < table.count; k++) {
    size_t right = 0, wrong = 0;
    bool fits = true;
    for (size_t p = 0; p < table.points; p++) {
      fits = fits && table.agreed[p] == table.one[p][k];
      right += table.agreed[p];
      wrong += !table.agreed[p];
    }
    if (fits && right > 1 && wrong > 1)
      return bp_arena_printf(search->arena, "right at %s = 1 only", table.names[k]);
  }
  return NULL;
}

/* ---- terms ---------------------------------------------------------------- */

enum { MOST_TERMS = 8 };

/* The terms of a sum, and those that are subtracted. */
struct terms {
  const struct bp_expression *term[MOST_TERMS];
  bool minus[MOST_TERMS];
  size_t count;
};

static void collect_terms(struct terms *terms, const struct bp_expression *node, bool minus) {
  if (bp_is_sum(node)) {
    collect_terms(terms, node->child[0], minus);
    collect_terms(terms, node->child[1], minus != bp_is(node, BP_EXPR_SUBTRACT));
  } else if (bp_is(node, BP_EXPR_NEGATE)) {
    collect_terms(terms, node->child[0], !minus);
  } else if (terms->count < MOST_TERMS) {
    terms->term[terms->count] = node;
    terms->minus[terms->count++] = minus;
  }
}

/* What the term should be if the others are right, and what it is. */
static bool take_term(struct bp_search *search, struct bp_world *world, const struct terms *terms,
                      size_t which, struct sample *sample) {
  struct bp_gap_question gap = bp_search_gap(search);
  struct bp_filler filler;
  if (!bp_filler_open(&filler, &gap, world))
    return false;
  struct bp_numbers other = filler.stock.value, whole = bp_gap_value(&filler, search->formula),
                    term = bp_gap_value(&filler, terms->term[which]), wanted = term;
  size_t count = term.rows * term.columns;
  wanted.at = bp_arena_alloc(search->arena, count, sizeof *wanted.at);
  if (!wanted.at || !term.at || !whole.at || !bp_numbers_alike(whole, other) ||
      !bp_numbers_alike(term, other))
    return false;
  for (size_t k = 0; k < count; k++) {
    double missing = other.at[k] - whole.at[k];
    wanted.at[k] = term.at[k] + (terms->minus[which] ? -missing : missing);
  }
  *sample =
      (struct sample){wanted, term, fmax(fmax(largest(other), largest(whole)), largest(term))};
  return sample->scale > 0;
}

static bool all_zero(const struct view *view) {
  for (size_t i = 0; i < view->count; i++)
    if (!(largest(view->samples[i].left) <= CLOSE * view->samples[i].scale))
      return false;
  return true;
}

static const char *term_text(struct bp_search *search, const struct terms *terms, size_t which) {
  struct view view = {.search = search};
  for (size_t k = 0; k < SAMPLES; k++)
    view.count += take_term(search, bp_bench_world(search->bench, k), terms, which,
                            &view.samples[view.count]);
  const char *term = bp_expression_text(terms->term[which], NULL, NULL, search->arena);
  if (view.count < LEAST_SAMPLES || !term)
    return NULL;
  if (all_zero(&view))
    return bp_arena_printf(search->arena, "right without the term %s", term);
  const char *entries = entries_text(&view), *factor = entries ? NULL : factor_text(&view);
  const char *text = entries ? entries : factor ? factor : sign_text(&view);
  if (!text)
    return NULL;
  return bp_arena_printf(search->arena,
                         "only the term %s is wrong, if the others are right: %s (left is what it "
                         "should be)",
                         term, text);
}

/* Of the terms of a sum one may be wrong.  Nothing is said where two of them could be. */
static const char *terms_text(struct bp_search *search) {
  struct terms terms = {.count = 0};
  const char *found = NULL;
  collect_terms(&terms, search->formula, false);
  for (size_t k = 0; k < terms.count && terms.count > 1; k++) {
    const char *text = term_text(search, &terms, k);
    if (text && found)
      return NULL;
    found = text ? text : found;
  }
  return found;
}

/* What only one of the sides is at all points. */
static const char *traits_text(const struct view *view) {
  struct bp_numbers left[SAMPLES], right[SAMPLES];
  for (size_t i = 0; i < view->count; i++) {
    left[i] = view->samples[i].left;
    right[i] = view->samples[i].right;
  }
  return bp_traits_text(left, right, view->count);
}

/* ---- what is said ------------------------------------------------------- */

void bp_partly_tell(struct bp_search *search, struct bp_claim *claim) {
  struct view view = {.search = search};
  bool right_once = false;
  for (size_t k = 0; k < SAMPLES; k++) {
    struct sample *sample = &view.samples[view.count];
    if (take_sample(search, bp_bench_world(search->bench, k), sample) && sample->left.at) {
      right_once = right_once || agree_all(sample);
      view.count++;
    }
  }
  if (view.count < LEAST_SAMPLES)
    return;
  const char *text = right_once ? NULL : entries_text(&view);
  if (!text)
    text = size_text(search);
  if (!text && !right_once)
    text = factor_text(&view);
  if (!text && !right_once)
    text = shift_text(&view);
  if (!text && !right_once)
    text = sign_text(&view);
  if (!text && !right_once)
    text = terms_text(search);
  if (!text && !right_once)
    text = traits_text(&view);
  if (text)
    add_note(search, claim, bp_arena_printf(search->arena, "as far as was seen: %s", text));
}
