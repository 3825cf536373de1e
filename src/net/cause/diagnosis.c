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

#include "net/cause/facts.h"
#include "net/cause/fits.h"
#include "net/outside/outside.h"

#define UNDERFLOWING 1e-270 /* numbers below have lost digits that no bound accounts for */
#define AFFORDABLE 5e8      /* products: two seconds */
#define AGAINST_WEAK 16     /* beside recipes that are not known well enough to be refuted */
#define FAINT 5             /* bits from which on what may fit is worth a word */
enum { MOST_MATCHES = 8, MOST_FAINT = 3 };

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
  const struct bp_hypothesis *factor; /* a second mistake, or NULL */
  double decay;                       /* the same: so many times W were added; NaN: none */
  bool certain;                       /* a common one, by its digits, whatever else may fit */
  bool single; /* by one entry, of which it may as well be said that it alone is wrong */
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
  size_t faint; /* the same of common rows that are told from the right one by a few bits only */
  struct match guesses[MOST_FAINT];
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

/* What a match says. */
struct words {
  const char *kind, *equals, *means; /* NULL when memory is short */
};

/* The same with a second mistake: "the right gradient transposed times m". */
static struct words with_second(const struct bp_question *q, const struct match *match,
                                struct words words, struct bp_arena *arena) {
  if (!words.equals || !words.means || (!match->factor && isnan(match->decay)))
    return words;
  if (!match->factor)
    return (struct words){
        bp_arena_printf(arena, "%s+%s", words.kind, facts[FACT_DECAY]),
        bp_arena_printf(arena, "%s plus %.7g times W[%zu]", words.equals, match->decay, q->l),
        bp_arena_printf(arena,
                        "%s, and there is the term of a penalty on weights, which the loss "
                        "checked here does not have",
                        words.means)};
  const char *around = match->factor->equals, *place = strstr(around, "{R}");
  const char *means = fill(match->factor->means, q, &match->recipe, arena);
  if (!means)
    return (struct words){NULL, NULL, NULL};
  return (struct words){bp_arena_printf(arena, "%s+%s", words.kind, match->factor->kind),
                        bp_arena_printf(arena, "%.*s%s%s", (int)(place - around), around,
                                        words.equals, place + strlen("{R}")),
                        bp_arena_printf(arena, "%s, and %s", words.means, means)};
}

/* Adds a mistake that fits to what was found before. */
static void add_match(const struct bp_question *q, const struct match *match,
                      struct bp_arena *arena, struct finding *finding) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  struct words words = {match->row->kind, fill(match->row->equals, q, &match->recipe, arena),
                        fill(match->row->means, q, &match->recipe, arena)};
  words = with_second(q, match, words, arena);
  const char *kind = words.kind, *equals = words.equals, *means = words.means;
  if (!kind || !equals || !means)
    return; /* the arena remembers */
  if (!finding->kind) {
    const char *entries = in_all(block, arena);
    finding->kind = kind;
    finding->means = means;
    finding->sentence =
        entries ? bp_arena_printf(arena, "%s equals %s %s: %s", block->name, equals, entries, means)
                : NULL;
    return;
  }
  if (!has_kind(finding->kind, kind))
    finding->kind = bp_arena_printf(arena, "%s|%s", finding->kind, kind);
  if (strcmp(finding->means, means) != 0)
    finding->means = bp_arena_printf(arena, "%s, or %s", finding->means, means);
  finding->sentence = bp_arena_printf(arena, "%s; or %s: %s", finding->sentence, equals, means);
}

/* ---- facts --------------------------------------------------------------- */

static void state_fact(const struct bp_question *q, struct bp_arena *arena,
                       struct finding *finding) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  bool witnesses = bp_has_sound_entries(block);
  if (finding->weak ? finding->rival || !bp_all_are_sound(block) : !witnesses && block->fails > 1)
    return;
  bool row = block->rows > 1 && bp_all_in(block, true);
  bool column = block->columns > 1 && bp_all_in(block, false);
  enum fact fact = block->fails == 1 ? FACT_ENTRY : row ? FACT_ROW : FACT_COLUMN;
  if (fact != FACT_ENTRY && !row && !column)
    return;
  const char *sentence = fact == FACT_ENTRY
                             ? bp_entry_sentence(block, block->worst, witnesses, arena)
                             : bp_line_sentence(q, fact == FACT_ROW, arena);
  if (!finding->kind) {
    finding->kind = facts[fact];
    finding->means = finding->sentence = sentence;
  } else if (sentence) {
    finding->kind = bp_arena_printf(arena, "%s|%s", finding->kind, facts[fact]);
    finding->means = bp_arena_printf(arena, "%s; or %s", finding->means, sentence);
    finding->sentence = bp_arena_printf(arena, "%s; or %s", finding->sentence, sentence);
  }
}

/* Where digits are few, and what they have fits no more than a few common mistakes, these are told
 * as likely. */
static void name_guesses(const struct bp_question *q, struct bp_arena *arena,
                         struct finding *finding) {
  const struct bp_block *block = &q->scene->blocks[q->block];
  if (finding->faint == 0 || finding->faint > MOST_FAINT)
    return;
  for (size_t k = 0; k < finding->faint; k++)
    add_match(q, &finding->guesses[k], arena, finding);
  if (block->fails == 1 && finding->kind) {
    const char *entry = bp_entry_sentence(block, block->worst, bp_has_sound_entries(block), arena);
    finding->kind = bp_arena_printf(arena, "%s|%s", finding->kind, facts[FACT_ENTRY]);
    finding->sentence = bp_arena_printf(arena, "%s; or %s", finding->sentence, entry);
  }
  if (finding->sentence)
    finding->sentence = bp_arena_printf(
        arena, "%s; few digits are known here, so this is likely and no more", finding->sentence);
}

/* Whether all that was named was named by one entry. */
static bool named_by_one(const struct finding *finding) {
  for (size_t k = 0; k < finding->count && k < MOST_MATCHES; k++)
    if (!finding->matches[k].single)
      return false;
  return true;
}

/* ---- facts with a number in them ----------------------------------------- */

static void take_numbers(const struct bp_question *q, struct finding *finding) {
  bool weights = q->part == BP_PART_W;
  struct bp_recipe right = q->recipe;
  right.plain = true;
  finding->factor = bp_number_of(q, &right, false);
  finding->decay = weights && isnan(finding->factor) ? bp_number_of(q, &right, true) : NAN;
}

/* In how many blocks that factor is found. */
static size_t factor_support(const struct finding *findings, size_t blocks, double factor) {
  size_t count = 0;
  for (size_t b = 0; b < blocks; b++)
    count += findings[b].asked && fabs(findings[b].factor - factor) <= BP_CLOSE * fabs(factor);
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
      struct bp_telling tells = {0};
      enum bp_fit result = bp_recipe_fit(q, &recipe, &tells);
      finding->weak = finding->weak || result == BP_WEAK_FIT;
      finding->rival = finding->rival || (result == BP_WEAK_FIT && tells.single);
      if (result == BP_FITS && finding->count < MOST_MATCHES)
        finding->matches[finding->count] =
            (struct match){.row = row,
                           .recipe = recipe,
                           .decay = NAN,
                           .certain = row->rank == 0 && tells.evidence >= AGAINST_WEAK,
                           .single = tells.single};
      if (row->rank == 0 && result != BP_NO_FIT && tells.evidence >= FAINT) {
        if (finding->faint < MOST_FAINT)
          finding->guesses[finding->faint] =
              (struct match){.row = row, .recipe = recipe, .decay = NAN};
        finding->faint++;
      }
      /* odd ones crowd out no common one */
      bool crowded =
          row->rank > 0 && finding->count == MOST_MATCHES && finding->matches[0].row->rank == 0;
      finding->count += result == BP_FITS && !crowded;
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

/* Adds what fits with a second mistake: with each common factor, or the term of a penalty. */
static void match_second(const struct bp_question *q, const struct bp_hypothesis *row,
                         const struct bp_recipe *recipe, struct finding *finding) {
  bool scaled = recipe->plain && recipe->arrangement == BP_AS_IS;
  struct match match = {.row = row, .recipe = *recipe, .decay = NAN};
  for (size_t f = 0; !scaled && f < bp_hypothesis_count; f++) {
    struct bp_recipe times = q->recipe;
    struct bp_telling tells;
    match.factor = &bp_hypotheses[f];
    if (match.factor->rank > 0 || !(match.factor->where & 1U << q->part) ||
        !match.factor->make(q, match.factor, 0, &times) || !times.plain ||
        times.arrangement != BP_AS_IS || times.factor == 0)
      continue;
    match.recipe.factor = recipe->factor * times.factor;
    if (bp_recipe_fit(q, &match.recipe, &tells) == BP_FITS && finding->count < MOST_MATCHES)
      finding->matches[finding->count++] = match;
  }
  match.factor = NULL;
  match.recipe = *recipe;
  if (q->part != BP_PART_W || !recipe->plain || recipe->factor == 0)
    return;
  match.decay = bp_number_of(q, recipe, true);
  if (!isnan(match.decay) && finding->count < MOST_MATCHES)
    finding->matches[finding->count++] = match;
}

/* Two mistakes in one block, where no single one is found. */
static void match_pairs(const struct bp_question *q, struct finding *finding) {
  size_t variants = bp_hypothesis_variants(q->network);
  for (size_t r = 0; r < bp_hypothesis_count; r++) {
    const struct bp_hypothesis *row = &bp_hypotheses[r];
    for (size_t variant = 0; row->rank == 0 && row->where & 1U << q->part && variant < variants;
         variant++) {
      struct bp_recipe recipe = q->recipe;
      if (row->make(q, row, variant, &recipe))
        match_second(q, row, &recipe, finding);
    }
  }
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
        add_match(q, &finding->matches[k], arena, finding);
}

/* What was wrong in a block, and what in those that it came from; NULL: that is not known. */
static const char *all_roots(const struct bp_scene *scene, const struct finding *findings,
                             size_t root, struct bp_arena *arena) {
  const char *text = findings[root].means;
  while (text && bp_input_is_wrong(scene, root)) {
    root = findings[bp_block_input(scene, root)].root;
    if (findings[root].means)
      text = bp_arena_printf(arena, "%s; and before that in %s: %s", text, scene->blocks[root].name,
                             findings[root].means);
  }
  return text;
}

static void blame_input(const struct bp_question *q, const struct finding *findings,
                        struct bp_arena *arena, struct finding *finding) {
  const struct finding *input = &findings[bp_block_input(q->scene, q->block)];
  const struct bp_block *blocks = q->scene->blocks;
  const char *means = all_roots(q->scene, findings, input->root, arena);
  finding->root = input->root;
  finding->kind = facts[FACT_FOLLOWS];
  finding->sentence = bp_arena_printf(arena, "%s follows from %s: %s", blocks[q->block].name,
                                      blocks[input->root].name, means ? means : unexplained);
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
  finding->follows = bp_follows_from_input(&q);
  if (finding->follows)
    return;
  match_rows(&q, finding);
  drop_uncertain(finding);
  if (!finding->weak || finding->count > 0)
    take_numbers(&q, finding);
  if (!finding->weak && finding->count == 0 && isnan(finding->factor) && isnan(finding->decay))
    match_pairs(&q, finding);
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
  if (!numbered && room && !finding->kind)
    name_guesses(&q, arena, finding);
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
