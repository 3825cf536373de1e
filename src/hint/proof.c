/* The bench is quick: ten worlds, the first of which rejects almost everything.  What passes it may
 * still hold by chance, in a branch that nothing else was drawn for, or because its numbers were of
 * order 1.  So whatever is about to be offered is judged once more as the judge judges a line, with
 * a seed that the search has never seen: a few near points, then all points that the judge aims at
 * such a line.  That costs as much as a line of the file, but only for what is offered.
 *
 * A formula is a tree here and a text there.  The text is put into the file, read by the parser,
 * and must give the same tree.  A line of a note has no such text: its tree alone is judged, and
 * whoever reads notes writes the edit in their signs.
 */
#include "hint/proof.h"

#include <math.h>
#include <string.h>

#include "judge/aim.h"
#include "lang/build.h"
#include "lang/parse.h"
#include "lang/tree.h"

enum { NEAR_POINTS = 2, BRANCHED_POINTS = 8, MOST_INVALID = 8, STEPS_OF_ONE = 60, POINT_WORK = 20 };
static const uint64_t FRESH = 0x5EEDu; /* added to the seed of the search */

/* ---- the line as text --------------------------------------------------- */

/* The source with the edits, which stand in the order of the text. */
static const char *edited(const struct bp_source *source, const struct bp_hint *hint,
                          struct bp_arena *arena) {
  const char *text = bp_arena_strndup(arena, source->text, source->length);
  for (size_t i = hint->edit_count; text && i-- > 0;) {
    struct bp_span span = hint->edits[i].span;
    text = bp_arena_printf(arena, "%.*s%s%s", (int)span.begin, text, hint->edits[i].text,
                           text + span.end);
  }
  return text;
}

/* Files that are used have been read already. */
static const struct bp_document *used_before(void *context, const struct bp_source *source,
                                             struct bp_span span, const char *path) {
  const struct bp_model *model = *(const struct bp_model **)context;
  size_t length = strlen(path);
  (void)source;
  (void)span;
  for (size_t i = 0; i < model->seen_count; i++) {
    const char *name = model->seen[i]->source->name;
    size_t all = strlen(name);
    if (all >= length && !strcmp(name + all - length, path))
      return model->seen[i];
  }
  return NULL;
}

static bool says(const struct bp_statement *read, const struct bp_statement *written,
                 const struct bp_expression *before, const struct bp_expression *after) {
  if (read->broken || read->kind != written->kind || read->side_count != written->side_count)
    return false;
  for (size_t i = 0; i < read->side_count; i++)
    if (!bp_expression_same(read->sides[i],
                            written->sides[i] == before ? after : written->sides[i]))
      return false;
  return true;
}

/* A derivation writes the keyword of a statement; a line without one stands in another notation. */
static bool is_translated(const struct bp_source *source, const struct bp_statement *statement) {
  const char *keyword = bp_statement_keyword(statement->kind);
  size_t length = strlen(keyword), at = statement->span.begin;
  return statement->update || at + length > source->length ||
         memcmp(source->text + at, keyword, length) != 0;
}

static const struct bp_expression *renumbered(struct bp_builder *builder,
                                              const struct bp_expression *node) {
  struct bp_expression *copy = bp_build_copy(builder, node);
  for (size_t i = 0; copy && i < node->count; i++) {
    copy->child[i] = renumbered(builder, node->child[i]);
    if (!copy->child[i])
      return NULL;
  }
  return copy;
}

/* The line of another notation with `after` in the place of `before`: it is for who reads that
 * notation to write the edit in it. */
static const struct bp_statement *retold(const struct bp_statement *written,
                                         const struct bp_expression *before,
                                         const struct bp_expression *after, size_t *next_id,
                                         struct bp_arena *arena) {
  struct bp_builder builder = {.arena = arena, .next_id = next_id};
  struct bp_statement *told = bp_arena_alloc(arena, 1, sizeof *told);
  if (!told)
    return NULL;
  *told = *written;
  told->sides = bp_arena_alloc(arena, written->side_count, sizeof *told->sides);
  if (!told->sides)
    return NULL;
  for (size_t i = 0; i < written->side_count; i++) {
    const struct bp_expression *side = written->sides[i];
    told->sides[i] = renumbered(&builder, side == before ? after : side);
    if (!told->sides[i])
      return NULL;
  }
  return told;
}

const struct bp_statement *
bp_proof_reread(const struct bp_model *model, const struct bp_model_claim *claim,
                const struct bp_hint *hint, const struct bp_expression *before,
                const struct bp_expression *after, size_t *next_id, struct bp_arena *arena) {
  const struct bp_statement *written = claim->line.statement;
  if (is_translated(claim->line.source, written))
    return retold(written, before, after, next_id, arena);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  struct bp_document *document = bp_arena_alloc(arena, 1, sizeof *document);
  const char *text = edited(claim->line.source, hint, arena);
  if (!source || !document || !text)
    return NULL;
  *source = (struct bp_source){claim->line.source->name, text, strlen(text)};
  struct bp_diagnostics silent;
  bp_diagnostics_init(&silent, arena);
  if (bp_parse(source, model->vocabulary, used_before, &model, next_id, arena, &silent, document))
    return NULL;
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *read = &document->statements[i];
    if (read->span.begin == written->span.begin)
      return says(read, written, before, after) ? read : NULL;
  }
  return NULL;
}

/* ---- the line as a claim ------------------------------------------------ */

struct proof {
  struct bp_bench *bench;
  struct bp_model model; /* with this claim alone */
  struct bp_claim_state state;
  struct bp_arena *arena, *scratch;
};

/* One near point; false when memory is short. */
static bool try_near(struct proof *proof, size_t trial) {
  struct bp_arena *keep = bp_arena_new(proof->bench->memory);
  struct bp_world *world = keep ? bp_arena_alloc(keep, 1, sizeof *world) : NULL;
  bool fine = world &&
              bp_world_init(world, &proof->model, proof->bench->seed + FRESH, trial, BP_LEAST_BITS,
                            keep, proof->scratch) == 0 &&
              bp_world_watch_sides(world);
  if (fine) {
    world->quiet = true;
    bp_claim_try(world, &proof->state, proof->arena);
    bp_claim_meet(&proof->model, &proof->state, world, BP_MEETING_COMPARED, proof->arena);
    proof->bench->spent += POINT_WORK + world->steps / STEPS_OF_ONE;
  }
  bp_arena_free(keep);
  return fine;
}

static bool holds_near(struct proof *proof) {
  struct bp_claim_state *state = &proof->state;
  for (size_t trial = 0; trial < BRANCHED_POINTS + MOST_INVALID; trial++) {
    if (!try_near(proof, trial) || state->worst.verdict != BP_HOLDS)
      return false;
    if (state->points >= (state->branched ? BRANCHED_POINTS : NEAR_POINTS))
      return true;
  }
  return state->points > 0;
}

static bool holds_aimed(struct proof *proof) {
  struct bp_aiming aiming = {.model = &proof->model,
                             .states = &proof->state,
                             .arena = proof->arena,
                             .scratch = proof->scratch,
                             .memory = proof->bench->memory,
                             .seed = proof->bench->seed + FRESH,
                             .stopped = proof->bench->stopped};
  bool fine = bp_claims_aim(&aiming);
  return fine && proof->state.worst.verdict == BP_HOLDS;
}

bool bp_proof_holds(struct bp_bench *bench, const struct bp_candidate *candidate, size_t ids) {
  struct bp_candidate_claim made;
  bp_candidate_as_claim(candidate, &made);
  struct proof proof = {.bench = bench, .model = bench->model};
  proof.model.claims = &made.claim;
  proof.model.claim_count = 1;
  proof.model.expressions = ids > proof.model.expressions ? ids : proof.model.expressions;
  proof.state = bp_claim_untried(&made.claim);
  proof.arena = bp_arena_new(bench->memory);
  proof.scratch = bp_arena_new(bench->memory);
  bp_diagnostics_init(&bench->silent, proof.arena);
  bool holds = proof.arena && proof.scratch && holds_near(&proof) && holds_aimed(&proof);
  bp_diagnostics_init(&bench->silent, bench->messages);
  bp_arena_free(proof.arena);
  bp_arena_free(proof.scratch);
  return holds;
}
