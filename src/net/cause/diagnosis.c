/* Explaining a wrong gradient by trying the mistakes that people make.
 *
 * Backward through the blocks, as the gradient was computed.  A block whose input is wrong and that
 * is exactly what follows from this input is a consequence, and says so; the mistake itself is told
 * where it was made.  Any other failing block is held against the table of hypotheses.c: the recipe
 * of a mistake must give every entry within the bounds, and by so many digits tell it from the
 * right recipe that it is no chance.  Where recipes of different mistakes give the same numbers all
 * of them are named, first the one that is found in most blocks: whoever forgot the 1/m of two
 * samples everywhere did not write twice the gradient in one place.  Where more than MOST_MATCHES
 * do, the numbers cannot tell, and nothing is said.
 *
 * What remains are facts: a block is the right one times some number, or that many times W too many
 * is in it; only one entry, row or column is wrong.
 */
#include "net/cause/diagnosis.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "net/cause/hypotheses.h"
#include "net/outside/outside.h"

/* Of the largest entry, wrong or right: what an entry may be off at most, however wide its bound.
 */
#define CLOSE 1e-6
#define UNDERFLOWING 1e-270 /* numbers below have lost digits that no bound accounts for */
#define AFFORDABLE 5e8      /* products: two seconds */
#define EVIDENCE 20         /* bits by which all numbers tell a recipe from the right one */
#define AGAINST_WEAK 16     /* beside recipes that are not known well enough to be refuted */
enum { MOST_MATCHES = 8 };

static const char unexplained[] = "no simple explanation found";

enum fact { FACT_ENTRY, FACT_ROW, FACT_COLUMN, FACT_FOLLOWS, FACT_FACTOR, FACT_DECAY, FACT_COUNT };
static const char *const facts[FACT_COUNT] = {"entry",   "row",    "column",
                                              "follows", "factor", "decay"};

const char *bp_explanation_kind(size_t index) {
  if (index < bp_hypothesis_count)
    return bp_hypotheses[index].kind;
  index -= bp_hypothesis_count;
  return index < FACT_COUNT ? facts[index] : NULL;
}

/* ---- does a recipe fit? -------------------------------------------------- */

/* WEAK: these could be its numbers, but they are not known well enough, or too few of them tell it
 * from the right recipe. */
enum fit { NO_FIT, WEAK, FITS };

/* How the number under test stands to what a recipe gives, and how far they may be apart.  WEAK:
 * that is more than a small share of the block. */
static enum fit fit_entry(const struct bp_question *q, const struct bp_guess *guess, size_t k,
                          double *allowed) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  const struct bp_outside *outside = q->scene->evidence->outside;
  double value = block->entries[k].backprop, apart = fabs(value - guess->value);
  double bound = guess->error + 4 * BP_UNIT * fabs(value), close = CLOSE;
  if (outside) { /* which computed what it did in its own precision */
    double noise = bp_outside_noise(outside);
    bound += noise * block->largest_magnitude;
    close = fmax(CLOSE, 4 * noise);
  }
  double narrow = fmin(bound, close * block->largest_magnitude);
  *allowed = apart <= narrow && isfinite(bound) ? narrow : bound;
  if (!isfinite(bound)) /* which agrees with anything */
    return WEAK;
  return apart <= narrow ? FITS : apart <= bound ? WEAK : NO_FIT;
}

/* By how many bits a recipe is told from the right one: its distance, and what both are known to.
 */
static double bits(double apart, double known) {
  if (!(apart > known))
    return 0;
  return known > 0 ? log2(apart / known) : DBL_MAX_EXP;
}

/* What tells a recipe from the right one. */
struct telling {
  double evidence; /* in bits */
  bool single;     /* one entry does, and in others of its size the two are the same */
};

static enum fit fit(const struct bp_question *q, const struct bp_recipe *recipe,
                    struct telling *tells) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  size_t columns = block->columns, count = block->rows * columns, telling = 0, same = 0;
  double allowed, worth = CLOSE * block->largest_magnitude;
  bool sharp = true;
  double evidence = 0;
  for (size_t n = 0; n < count; n++) {
    size_t k = (block->worst + n) % count, i = k / columns, j = k % columns;
    struct bp_guess guess = bp_recipe_entry(q->scene, recipe, i, j);
    enum fit entry = fit_entry(q, &guess, k, &allowed);
    if (entry == NO_FIT)
      return NO_FIT;
    sharp = sharp && entry == FITS;
    struct bp_guess right = bp_right_entry(q->scene, q->block, i, j);
    double told = bits(fabs(guess.value - right.value), allowed + right.error);
    evidence += told;
    telling += told > 0;
    same += told == 0 && !(fabs(right.value) <= worth);
  }
  *tells = (struct telling){evidence, telling == 1 && same > 0};
  bool enough = evidence >= EVIDENCE ? telling >= 1 : telling >= 2 && sharp;
  return enough ? FITS : WEAK;
}

/* Whether the block is what its formula gives for the input that it had. */
static bool follows_from_input(const struct bp_question *q) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  double allowed;
  if (!bp_input_is_wrong(q->scene, q->block))
    return false;
  for (size_t k = 0; k < block->rows * block->columns; k++) {
    struct bp_guess entry =
        bp_right_entry(q->scene, q->block, k / block->columns, k % block->columns);
    if (fit_entry(q, &entry, k, &allowed) != FITS)
      return false;
  }
  return true;
}

/* ---- sentences ----------------------------------------------------------- */

/* A[k], X or W[k], whichever the recipe took. */
static const char *matrix_name(const struct bp_question *q, const struct bp_recipe *recipe,
                               struct bp_arena *arena) {
  for (size_t k = 1; k <= q->network->depth; k++) {
    if (recipe->other == q->forward->A[k])
      return bp_arena_printf(arena, "A[%zu]", k);
    if (recipe->other == q->network->W[k])
      return bp_arena_printf(arena, "W[%zu]", k);
  }
  return "X";
}

static const char *right_words(const struct bp_question *q, struct bp_arena *arena) {
  const struct bp_scene *scene = q->scene;
  if (bp_input_is_wrong(scene, q->block))
    return bp_arena_printf(arena, "what follows from this %s",
                           scene->blocks[bp_block_input(scene, q->block)].name);
  const struct bp_block *block = &scene->blocks[q->block];
  return block->parameter ? "the right gradient"
                          : bp_arena_printf(arena, "the right %s", block->name);
}

/* What stands for a letter in braces. */
static const char *word_for(char letter, const struct bp_question *q,
                            const struct bp_recipe *recipe, struct bp_arena *arena) {
  switch (letter) {
  case 'l':
    return bp_arena_printf(arena, "%zu", q->l);
  case 'p':
    return bp_arena_printf(arena, "%zu", q->l - 1);
  case 'n':
    return bp_arena_printf(arena, "%zu", q->l + 1);
  case 'k':
    return bp_arena_printf(arena, "%zu", recipe->layer);
  case 's':
    return bp_arena_printf(arena, "%zu", recipe->first + 1);
  case 'g':
    return q->network->activation[q->l]->symbol;
  case 'f':
    return recipe->function->symbol;
  case 'R':
    return right_words(q, arena);
  case 'M':
    return matrix_name(q, recipe, arena);
  default:
    return q->scene->blocks[q->block].name;
  }
}

/* The template with its braces filled.  NULL when memory is short. */
static const char *fill(const char *template, const struct bp_question *q,
                        const struct bp_recipe *recipe, struct bp_arena *arena) {
  const char *text = "";
  for (const char *at = template, *brace; text && *at; at = brace + 3) {
    brace = strchr(at, '{');
    if (!brace)
      return bp_arena_printf(arena, "%s%s", text, at);
    const char *word = word_for(brace[1], q, recipe, arena);
    text = word ? bp_arena_printf(arena, "%s%.*s%s", text, (int)(brace - at), at, word) : NULL;
  }
  return text;
}

/* A row of the table that fits, and how. */
struct match {
  const struct bp_hypothesis *row;
  struct bp_recipe recipe;
  bool certain; /* a common one, by its digits, whatever else may fit */
  bool single;  /* by one entry, of which it may as well be said that it alone is wrong */
};

/* What is known about a block that failed. */
struct finding {
  const char *kind, *means, *sentence; /* NULL: nothing */
  size_t root;                         /* the block whose mistake it is */
  bool asked, follows, weak;           /* weak: a recipe did without evidence */
  bool rival;                          /* one of these differs from what is right in one entry */
  double factor, decay;                /* the block is factor times what is right, or that plus
                                          decay times W; NaN: it is not */
  size_t count;                        /* of the rows that fit, up to one more than there is room */
  struct match matches[MOST_MATCHES];
};

static const char *in_all(const struct bp_block *block, struct bp_arena *arena) {
  size_t count = block->rows * block->columns;
  if (count <= 2)
    return count == 1 ? "in its only entry" : "in both entries";
  return bp_arena_printf(arena, "in all %zu entries", count);
}

static bool has_kind(const char *kinds, const char *kind) {
  size_t length = strlen(kind);
  for (const char *at = kinds; (at = strstr(at, kind)); at++)
    if ((at == kinds || at[-1] == '|') && (at[length] == '\0' || at[length] == '|'))
      return true;
  return false;
}

/* Adds a mistake that fits to what was found before. */
static void add_match(const struct bp_question *q, const struct bp_hypothesis *row,
                      const struct bp_recipe *recipe, struct bp_arena *arena,
                      struct finding *finding) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  const char *equals = fill(row->equals, q, recipe, arena);
  const char *means = fill(row->means, q, recipe, arena);
  if (!equals || !means)
    return; /* the arena remembers */
  if (!finding->kind) {
    const char *entries = in_all(block, arena);
    finding->kind = row->kind;
    finding->means = means;
    finding->sentence =
        entries ? bp_arena_printf(arena, "%s equals %s %s: %s", block->name, equals, entries, means)
                : NULL;
    return;
  }
  if (!has_kind(finding->kind, row->kind))
    finding->kind = bp_arena_printf(arena, "%s|%s", finding->kind, row->kind);
  if (strcmp(finding->means, means) != 0)
    finding->means = bp_arena_printf(arena, "%s, or %s", finding->means, means);
  finding->sentence = bp_arena_printf(arena, "%s; or %s: %s", finding->sentence, equals, means);
}

/* ---- facts --------------------------------------------------------------- */

/* Whether an entry holds that would not with the other sign: one that is wrong everywhere shows in
 * a single entry where the others are on kinks or below their bounds. */
static bool is_sound(const struct bp_block *block, const struct bp_entry *entry) {
  double size = fabs(entry->backprop);
  return entry->verdict == BP_HOLDS && entry->reason != BP_REASON_KINK &&
         size > CLOSE * block->largest_magnitude && size > entry->bound;
}

/* Whether a block has sound entries besides those that fail, worth calling so. */
static bool has_sound_entries(const struct bp_block *block) {
  if (block->undecided > 0)
    return false;
  for (size_t k = 0; k < block->rows * block->columns; k++)
    if (is_sound(block, &block->entries[k]))
      return true;
  return false;
}

/* Whether the entries besides those that fail are known so well that no mistake of their size could
 * hide in them.  What should be next to nothing and is not comes rather from a wrong formula, which
 * adds, than from a wrong entry. */
static bool all_are_sound(const struct bp_block *block) {
  enum { TIMES = 16 };
  for (size_t k = 0; k < block->rows * block->columns; k++) {
    const struct bp_entry *entry = &block->entries[k];
    double size = fabs(entry->backprop), worth = CLOSE * block->largest_magnitude;
    if (entry->verdict == BP_FAILS
            ? !(fabs(entry->difference) > worth)
            : size > worth && !(is_sound(block, entry) && size > TIMES * entry->bound))
      return false;
  }
  return has_sound_entries(block);
}

/* A quotient near 1 with as many digits as tell it from 1: two of the difference. */
static const char *times_text(double quotient, struct bp_arena *arena) {
  double off = fabs(quotient - 1);
  int digits = off > 0 && off < 1 ? (int)ceil(-log10(off)) + 2 : 7;
  return bp_arena_printf(arena, "%.*g", digits < 7 ? 7 : digits > 17 ? 17 : digits, quotient);
}

static const char *entry_sentence(const struct bp_block *block, size_t k, bool witnesses,
                                  struct bp_arena *arena) {
  const struct bp_entry *entry = &block->entries[k];
  size_t others = block->rows * block->columns - 1, i = k / block->columns, j = k % block->columns;
  const char *start = bp_arena_printf(
      arena, witnesses ? "only entry (%zu,%zu) of %s is wrong" : "entry (%zu,%zu) of %s is wrong",
      i + 1, j + 1, block->name);
  const char *end = others == 0   ? "there is no other"
                    : !witnesses  ? "no other is large enough to tell more"
                    : others == 1 ? "the other one holds"
                                  : bp_arena_printf(arena, "the other %zu hold", others);
  if (!start || !end)
    return NULL;
  if (entry->difference == 0)
    return bp_arena_printf(arena, "%s, which should be 0; %s", start, end);
  if (entry->backprop == 0)
    return bp_arena_printf(arena, "%s: it is 0, and should be %.7g; %s", start, entry->difference,
                           end);
  const char *times = times_text(entry->backprop / entry->difference, arena);
  return times
             ? bp_arena_printf(arena, "%s: it is %s times what it should be; %s", start, times, end)
             : NULL;
}

/* Every failing entry is in the row (or column) of the worst. */
static bool all_in(const struct bp_block *block, bool row) {
  size_t columns = block->columns;
  for (size_t k = 0; k < block->rows * columns; k++)
    if (block->entries[k].verdict == BP_FAILS &&
        (row ? k / columns != block->worst / columns : k % columns != block->worst % columns))
      return false;
  return true;
}

static const char *line_sentence(const struct bp_question *q, bool row, struct bp_arena *arena) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  size_t index = row ? block->worst / block->columns : block->worst % block->columns;
  static const char *const roles[2][4] = {{"weights from unit", "", "sample", "sample"},
                                          {"weights into unit", "unit", "unit", "unit"}};
  return bp_arena_printf(arena, "only %s %zu of %s is wrong (%s %zu); every other entry holds",
                         row ? "row" : "column", index + 1, block->name, roles[row][q->part],
                         index + 1);
}

static void state_fact(const struct bp_question *q, struct bp_arena *arena,
                       struct finding *finding) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  bool witnesses = has_sound_entries(block);
  if (finding->weak ? finding->rival || !all_are_sound(block) : !witnesses && block->fails > 1)
    return;
  bool row = block->rows > 1 && all_in(block, true);
  bool column = block->columns > 1 && all_in(block, false);
  enum fact fact = block->fails == 1 ? FACT_ENTRY : row ? FACT_ROW : FACT_COLUMN;
  if (fact != FACT_ENTRY && !row && !column)
    return;
  const char *sentence = fact == FACT_ENTRY ? entry_sentence(block, block->worst, witnesses, arena)
                                            : line_sentence(q, fact == FACT_ROW, arena);
  if (!finding->kind) {
    finding->kind = facts[fact];
    finding->means = finding->sentence = sentence;
  } else if (sentence) {
    finding->kind = bp_arena_printf(arena, "%s|%s", finding->kind, facts[fact]);
    finding->means = bp_arena_printf(arena, "%s; or %s", finding->means, sentence);
    finding->sentence = bp_arena_printf(arena, "%s; or %s", finding->sentence, sentence);
  }
}

/* Whether all that was named was named by one entry. */
static bool named_by_one(const struct finding *finding) {
  for (size_t k = 0; k < finding->count && k < MOST_MATCHES; k++)
    if (!finding->matches[k].single)
      return false;
  return true;
}

/* ---- facts with a number in them ----------------------------------------- */

/* What is left of a number of the block, and of what it would be that many times. */
struct multiple {
  double left, error, base;
};

static struct multiple multiple_of(const struct bp_question *q, bool decay, size_t k) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  size_t i = k / block->columns, j = k % block->columns;
  struct bp_guess right = bp_right_entry(q->scene, q->block, i, j);
  double value = block->entries[k].backprop;
  if (!decay)
    return (struct multiple){value, right.error, right.value};
  return (struct multiple){value - right.value, right.error,
                           gsl_matrix_get(q->network->W[q->l], i, j)};
}

/* The number that makes all entries of the block from the right ones, or with `decay` from these
 * and W; NaN where there is none.  One entry tells the number, so it takes another that agrees. */
static double number_of(const struct bp_question *q, bool decay) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  size_t count = block->rows * block->columns, top = 0, telling = 0;
  double largest = 0, allowed;
  for (size_t k = 0; k < count; k++) {
    double base = fabs(multiple_of(q, decay, k).base);
    top = base > largest ? k : top;
    largest = fmax(largest, base);
  }
  struct multiple at_top = multiple_of(q, decay, top);
  double number = at_top.left / at_top.base, unsure = at_top.error / largest;
  for (size_t k = 0; k < count; k++) {
    struct multiple m = multiple_of(q, decay, k);
    double value = block->entries[k].backprop, error = m.error + unsure * fabs(m.base);
    struct bp_guess guess = {number * m.base + (value - m.left), error * (1 + fabs(number))};
    if (fit_entry(q, &guess, k, &allowed) != FITS)
      return NAN;
    telling += fabs((decay ? number : number - 1) * m.base) > 16 * allowed;
  }
  return telling >= 2 && isfinite(number) ? number : NAN;
}

static void take_numbers(const struct bp_question *q, struct finding *finding) {
  bool weights = q->part == BP_PART_W && !bp_input_is_wrong(q->scene, q->block);
  finding->factor = number_of(q, false);
  finding->decay = weights && isnan(finding->factor) ? number_of(q, true) : NAN;
}

/* In how many blocks that factor is found. */
static size_t factor_support(const struct finding *findings, size_t blocks, double factor) {
  size_t count = 0;
  for (size_t b = 0; b < blocks; b++)
    count += findings[b].asked && fabs(findings[b].factor - factor) <= CLOSE * fabs(factor);
  return count;
}

static void state_number(const struct bp_question *q, struct bp_arena *arena,
                         struct finding *finding) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  bool factor = !isnan(finding->factor);
  const char *entries = in_all(block, arena), *right = right_words(q, arena);
  if (!entries || !right)
    return;
  finding->kind = facts[factor ? FACT_FACTOR : FACT_DECAY];
  finding->sentence =
      factor ? bp_arena_printf(arena, "%s is %.7g times %s %s: a factor is missing or too many",
                               block->name, finding->factor, right, entries)
             : bp_arena_printf(arena,
                               "%s is %s plus %.7g times W[%zu] %s: that is the term of a penalty "
                               "on weights, which the loss checked here does not have",
                               block->name, right, finding->decay, q->l, entries);
  finding->means = finding->sentence;
}

/* ---- blocks -------------------------------------------------------------- */

static void match_rows(const struct bp_question *q, struct finding *finding) {
  size_t variants = bp_hypothesis_variants(q->network);
  for (size_t r = 0; r < bp_hypothesis_count; r++) {
    const struct bp_hypothesis *row = &bp_hypotheses[r];
    for (size_t variant = 0; row->where & 1U << q->part && variant < variants; variant++) {
      struct bp_recipe recipe = q->recipe;
      if (!row->make(q, row, variant, &recipe))
        continue;
      struct telling tells = {0};
      enum fit result = fit(q, &recipe, &tells);
      finding->weak = finding->weak || result == WEAK;
      finding->rival = finding->rival || (result == WEAK && tells.single);
      if (result == FITS && finding->count < MOST_MATCHES)
        finding->matches[finding->count] = (struct match){
            row, recipe, row->rank == 0 && tells.evidence >= AGAINST_WEAK, tells.single};
      finding->count += result == FITS;
    }
  }
}

/* Where a recipe might be the one that is not known well enough, only the certain ones stay. */
static void drop_uncertain(struct finding *finding) {
  size_t kept = 0;
  if (!finding->weak || finding->count > MOST_MATCHES)
    return;
  for (size_t k = 0; k < finding->count; k++)
    if (finding->matches[k].certain)
      finding->matches[kept++] = finding->matches[k];
  finding->count = kept;
}

static bool matches_kind(const struct finding *finding, const char *kind) {
  for (size_t k = 0; k < finding->count && k < MOST_MATCHES; k++)
    if (strcmp(finding->matches[k].row->kind, kind) == 0)
      return true;
  return false;
}

/* In how many blocks that kind of mistake fits. */
static size_t support(const struct finding *findings, size_t blocks, const char *kind) {
  size_t count = 0;
  for (size_t b = 0; b < blocks; b++)
    count += findings[b].asked && matches_kind(&findings[b], kind);
  return count;
}

/* Names all that fits, best supported first; odd ones only where no common one fits, or where they
 * explain more blocks, also than a number that more blocks are multiplied by. */
static void name_mistakes(const struct bp_question *q, const struct finding *findings,
                          size_t blocks, struct bp_arena *arena, struct finding *finding) {
  size_t supports[MOST_MATCHES], common = 0;
  size_t alike = factor_support(findings, blocks, finding->factor);
  for (size_t k = 0; k < finding->count; k++) {
    const struct bp_hypothesis *row = finding->matches[k].row;
    supports[k] = support(findings, blocks, row->kind);
    if (row->rank == 0 && supports[k] > common)
      common = supports[k];
  }
  for (size_t wanted = blocks; wanted > 0; wanted--)
    for (size_t k = 0; k < finding->count; k++)
      if (supports[k] == wanted &&
          (finding->matches[k].row->rank == 0 || (wanted > common && wanted >= alike)))
        add_match(q, finding->matches[k].row, &finding->matches[k].recipe, arena, finding);
}

static void blame_input(const struct bp_question *q, const struct finding *findings,
                        struct bp_arena *arena, struct finding *finding) {
  const struct finding *input = &findings[bp_block_input(q->scene, q->block)];
  const struct finding *root = &findings[input->root];
  const struct bp_block *blocks = q->scene->blocks;
  finding->root = input->root;
  finding->kind = facts[FACT_FOLLOWS];
  finding->sentence =
      bp_arena_printf(arena, "%s follows from %s: %s", blocks[q->block].name,
                      blocks[input->root].name, root->means ? root->means : unexplained);
}

/* Products that it takes to compute every entry of a block a few times. */
static double cost(const struct bp_scene *scene, size_t b) {
  const struct bp_network *network = scene->evidence->network;
  const struct bp_view *view = &scene->views[b];
  size_t width = view->l < network->depth ? network->size[view->l + 1] : 1;
  double terms = view->target == BP_TARGET_PARAMETER ? (double)network->samples : (double)width;
  return 4 * terms * (double)scene->blocks[b].rows * (double)scene->blocks[b].columns;
}

static void ask_block(const struct bp_scene *scene, size_t b, struct finding *finding) {
  const struct bp_block *block = &scene->blocks[b];
  finding->root = b;
  finding->factor = finding->decay = NAN;
  if (block->verdict != BP_FAILS || block->informative || !(cost(scene, b) <= AFFORDABLE))
    return;
  finding->asked = true;
  if (!(block->largest_magnitude > UNDERFLOWING))
    return;
  struct bp_question q = bp_question_of(scene, b);
  finding->follows = follows_from_input(&q);
  if (finding->follows)
    return;
  match_rows(&q, finding);
  drop_uncertain(finding);
  if (!finding->weak || finding->count > 0)
    take_numbers(&q, finding);
}

static void explain_block(const struct bp_scene *scene, size_t b, size_t blocks,
                          struct bp_arena *arena, struct finding *findings,
                          struct bp_block *block) {
  struct finding *finding = &findings[b];
  if (!finding->asked)
    return;
  struct bp_question q = bp_question_of(scene, b);
  if (finding->follows)
    blame_input(&q, findings, arena, finding);
  else if (finding->count > 0 && finding->count <= MOST_MATCHES)
    name_mistakes(&q, findings, blocks, arena, finding);
  const struct bp_outside *outside = scene->evidence->outside;
  bool found = !outside || outside->given[b]; /* and not made here from what was */
  bool numbered = !isnan(finding->factor) || !isnan(finding->decay);
  bool room = !finding->follows && finding->count <= MOST_MATCHES;
  if (numbered && room && !finding->kind)
    state_number(&q, arena, finding);
  else if (!numbered && room && found && named_by_one(finding) &&
           block->largest_magnitude > UNDERFLOWING)
    state_fact(&q, arena, finding);
  block->explanation = finding->kind ? finding->sentence : unexplained;
  block->explanation_kind = finding->kind;
}

enum bp_status bp_explain(const struct bp_evidence *evidence, const struct bp_gradient *gradient,
                          struct bp_arena *arena, struct bp_report *report) {
  static const enum bp_part backward[] = {BP_PART_DA, BP_PART_DZ, BP_PART_W, BP_PART_B};
  enum { PARTS = sizeof backward / sizeof *backward };
  struct bp_arena *spare = bp_arena_new(0);
  const struct bp_network *network = evidence->network;
  size_t count = bp_view_count(network);
  struct bp_view *views = spare ? bp_arena_alloc(spare, count, sizeof *views) : NULL;
  struct finding *findings = spare ? bp_arena_alloc(spare, count, sizeof *findings) : NULL;
  if (views && findings && evidence->forward_right) {
    struct bp_scene scene = {evidence, report->blocks, views};
    for (size_t b = 0; b < count; b++)
      views[b] = bp_view_of(evidence, gradient, NULL, b, NULL);
    for (size_t b = 0; b < count; b++)
      ask_block(&scene, b, &findings[b]);
    for (size_t l = network->depth; l >= 1; l--)
      for (size_t p = 0; p < PARTS; p++) {
        size_t b = bp_block_of(network, backward[p], l);
        explain_block(&scene, b, count, arena, findings, &report->blocks[b]);
      }
  }
  bp_arena_free(spare);
  return views && findings && !bp_arena_failed(arena) ? BP_OK : BP_NO_MEMORY;
}
