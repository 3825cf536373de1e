/* The shapes of a document: of everything that is given, of every definition and of every claim.
 *
 * A line about a family or with index letters is shown once for each member of the family, up to a
 * few; letters that pick elements are shown for their first combination only, since the others look
 * the same.  A line whose shapes do not fit is shown all the same, with what is known of it and a
 * note that says where it does not fit.
 */
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "judge/judged.h"
#include "judge/point.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "show/factors.h"
#include "show/proviso.h"
#include "show/show.h"

enum { MOST_MEMBERS = 6, MOST_LETTERS = 8, MOST_COMBINATIONS = 10000 };

struct tracing {
  struct bp_model model;
  struct bp_point point;
  struct bp_arena *arena;
  struct bp_trace *trace;
  size_t part_capacity, matrix_capacity, note_capacity;
  struct bp_trace_part *part; /* to which steps are added */
  size_t step_capacity;
  bool derivatives; /* there is a ∂ somewhere */
};

/* ---- parts and steps ---------------------------------------------------- */

static bool begin_part(struct tracing *tracing, const char *title, bool below) {
  struct bp_trace *trace = tracing->trace;
  if (!bp_list_room(tracing->arena, trace->parts, trace->part_count, tracing->part_capacity))
    return false;
  tracing->part = &trace->parts[trace->part_count++];
  *tracing->part = (struct bp_trace_part){.title = title ? title : "?", .below = below};
  tracing->step_capacity = 0;
  return true;
}

/* A part without steps is left out. */
static void end_part(struct tracing *tracing) {
  if (tracing->part->step_count == 0)
    tracing->trace->part_count--;
}

static struct bp_trace_step *add_step(struct tracing *tracing, const char *label,
                                      const struct bp_row *row) {
  struct bp_trace_part *part = tracing->part;
  if (!bp_list_room(tracing->arena, part->steps, part->step_count, tracing->step_capacity))
    return NULL;
  struct bp_trace_step *step = &part->steps[part->step_count++];
  *step = (struct bp_trace_step){
      .label = label, .factors = row->factors, .factor_count = row->count, .note = row->note};
  return step;
}

static void add_note(struct tracing *tracing, const char *note) {
  struct bp_trace *trace = tracing->trace;
  if (bp_list_room(tracing->arena, trace->notes, trace->note_count, tracing->note_capacity))
    trace->notes[trace->note_count++] = note;
}

/* ---- the members of a line ---------------------------------------------- */

struct visit {
  struct tracing *tracing;
  const struct bp_model_line *line;
  const struct bp_model_claim *claim; /* NULL: a declaration */
  struct bp_declaration *declaration; /* NULL: a claim */
  const struct bp_expression *target; /* what is declared */
  const char *label;                  /* of the first member */
  struct bp_letters letters;
  size_t first, matrix; /* steps and matrices before this line */
  long shown[MOST_MEMBERS][MOST_LETTERS];
  size_t shown_count, combinations;
  bool functions; /* of the declarations only those of functions are shown, else only the others */
  bool more;      /* there are members that are not shown */
};

static bool in_brackets(const struct bp_expression *expression, const char *letter, bool inside) {
  if (inside && expression->kind == BP_EXPR_NAME && !strcmp(expression->name, letter))
    return true;
  for (size_t i = 0; i < expression->count; i++)
    if (in_brackets(expression->child[i], letter, inside || expression->kind == BP_EXPR_NAME))
      return true;
  return false;
}

/* Whether the letter tells members of families apart; the others pick elements. */
static bool of_family(const struct visit *visit, const char *letter) {
  const struct bp_statement *statement = visit->line->statement;
  if (visit->target && in_brackets(visit->target, letter, false))
    return true;
  for (size_t i = 0; i < statement->side_count; i++)
    if (in_brackets(statement->sides[i], letter, false))
      return true;
  return false;
}

/* The values of the letters of families; 0 for the others. */
static void family_of(const struct visit *visit, const struct bp_scope *scope,
                      long family[MOST_LETTERS]) {
  memset(family, 0, MOST_LETTERS * sizeof *family);
  for (size_t i = 0; i < visit->letters.count && i < MOST_LETTERS; i++) {
    const char *name = visit->letters.list[i].name;
    const struct bp_scope *entry = bp_scope_find(scope, name);
    if (entry && of_family(visit, name))
      family[i] = entry->index;
  }
}

static bool is_shown(const struct visit *visit, const long family[MOST_LETTERS]) {
  for (size_t i = 0; i < visit->shown_count; i++)
    if (!memcmp(visit->shown[i], family, MOST_LETTERS * sizeof *family))
      return true;
  return false;
}

/* "and so on for every l, j": letters of elements always, those of families where some are left
 * out. */
static const char *rest_note(const struct visit *visit) {
  const char *words =
      visit->claim ? bp_proviso_words(visit->line->statement, visit->tracing->arena) : "";
  const char *text = NULL;
  for (size_t i = 0; i < visit->letters.count; i++) {
    const char *name = visit->letters.list[i].name;
    if (!of_family(visit, name) || visit->more)
      text = text ? bp_arena_printf(visit->tracing->arena, "%s, %s", text, name)
                  : bp_arena_printf(visit->tracing->arena, "and so on for every %s", name);
  }
  return text ? bp_arena_printf(visit->tracing->arena, "%s%s", text, words) : NULL;
}

/* ---- what does not fit -------------------------------------------------- */

/* The fault at hand as a note; a mistake in a claim itself is reported like any bad input. */
static const char *fault_note(struct tracing *tracing, bool report) {
  struct bp_fault *fault = &tracing->point.world->fault;
  const char *note = NULL;
  if (fault->kind == BP_FAULT_SHAPE)
    note = bp_arena_printf(tracing->arena, "does not fit: %s", fault->message);
  else if (fault->kind != BP_FAULT_NONE)
    note = fault->message;
  if (fault->kind == BP_FAULT_MISUSE && report)
    bp_fault_report(tracing->point.world);
  *fault = (struct bp_fault){0};
  return note;
}

/* Everything that is to be said about the shapes of one member; fits that hang on fixed sizes too.
 */
static const char *member_note(struct visit *visit, const struct bp_scope *scope) {
  struct tracing *tracing = visit->tracing;
  struct bp_world *world = tracing->point.world;
  const struct bp_statement *statement = visit->line->statement;
  struct bp_symbolic shape;
  const char *note = NULL;
  world->notes = NULL;
  world->note_count = 0;
  bool fine = visit->claim ? bp_claim_shapes(world, statement, scope)
              : statement->side_count
                  ? bp_expression_shape(world, statement->sides[0], scope, &shape)
                  : true;
  if (!fine)
    note = fault_note(tracing, visit->claim != NULL && visit->shown_count == 1);
  for (size_t i = 0; i < world->note_count; i++)
    note = bp_point_join(note, world->notes[i], tracing->arena);
  return note;
}

/* ---- declarations ------------------------------------------------------- */

static const char *given_meaning(const struct visit *visit) {
  const struct bp_domain *domain = &visit->line->statement->domain;
  if (domain->kind == BP_DOMAIN_REAL)
    return "given";
  const char *text = bp_source_line(visit->line->source, domain->span, visit->tracing->arena);
  text = text ? bp_arena_printf(visit->tracing->arena, "given, %s", text) : NULL;
  return text ? text : "?";
}

static void show_given(struct visit *visit, const struct bp_scope *scope) {
  struct tracing *tracing = visit->tracing;
  struct bp_trace *trace = tracing->trace;
  struct bp_symbolic shape;
  if (!bp_point_shape(tracing->point.world, visit->target, scope, &shape) ||
      !bp_list_room(tracing->arena, trace->matrices, trace->matrix_count, tracing->matrix_capacity))
    return;
  trace->matrices[trace->matrix_count++] =
      (struct bp_trace_matrix){.name = bp_point_expression(visit->target, scope, tracing->arena),
                               .meaning = given_meaning(visit),
                               .shape = bp_point_shape_text(shape, tracing->arena)};
}

/* "f(x, y)" */
static const char *header(const struct visit *visit) {
  const struct bp_statement *statement = visit->line->statement;
  const char *text = bp_arena_printf(visit->tracing->arena, "%s(", visit->target->name);
  for (size_t i = 0; text && i < statement->parameter_count; i++)
    text = bp_arena_printf(visit->tracing->arena, "%s%s%s", text, i ? ", " : "",
                           statement->parameters[i]);
  text = text ? bp_arena_printf(visit->tracing->arena, "%s)", text) : NULL;
  return text ? text : "?";
}

/* Whether a function is declared: it has no shape. */
static bool is_function(const struct visit *visit, const struct bp_scope *scope) {
  struct bp_world *world = visit->tracing->point.world;
  if (visit->declaration->kind != BP_DECLARED_LET)
    return visit->declaration->kind == BP_DECLARED_UNKNOWN ||
           visit->declaration->kind == BP_DECLARED_FUNCTION;
  struct bp_fault before = world->fault;
  struct bp_node *node = bp_world_node(world, visit->declaration, visit->target, scope);
  bool alias = node && bp_node_alias(world, node);
  world->fault = before;
  return alias;
}

static void fill_function(const struct visit *visit, const struct bp_scope *scope,
                          struct bp_row *row) {
  const struct bp_statement *statement = visit->line->statement;
  struct bp_arena *arena = visit->tracing->arena;
  bool formula = visit->declaration && visit->declaration->kind == BP_DECLARED_FUNCTION;
  bp_row_text(row, "", formula ? header(visit) : bp_point_expression(visit->target, scope, arena));
  bp_row_text(row, "=",
              visit->declaration && visit->declaration->kind == BP_DECLARED_UNKNOWN
                  ? "an unknown function"
                  : bp_point_expression(statement->sides[0], scope, arena));
}

static void fill_definition(struct visit *visit, const struct bp_scope *scope, struct bp_row *row) {
  bp_row_expression(row, "", visit->target);
  bool written = visit->declaration && visit->declaration->kind == BP_DECLARED_WRITE;
  bp_row_expression(row, written ? ":=" : "=", visit->line->statement->sides[0]);
  row->note = bp_point_join(member_note(visit, scope), row->note, visit->tracing->arena);
}

/* ---- claims ------------------------------------------------------------- */

/* "n[1] x n[0]", as it is said */
static const char *said_shape(const struct visit *visit, const struct bp_scope *scope) {
  const struct bp_statement *statement = visit->line->statement;
  struct bp_arena *arena = visit->tracing->arena;
  if (!statement->rows)
    return "number";
  const char *rows = bp_point_expression(statement->rows, scope, arena);
  const char *text = statement->columns
                         ? bp_arena_printf(arena, "%s x %s", rows,
                                           bp_point_expression(statement->columns, scope, arena))
                         : rows;
  return text ? text : "?";
}

static void fill_claim(struct visit *visit, const struct bp_scope *scope, struct bp_row *row) {
  const struct bp_statement *statement = visit->line->statement;
  for (size_t k = 0; k < statement->side_count; k++)
    bp_row_expression(row, k == 0 ? "" : bp_relation_sign(statement->relations[k - 1]),
                      statement->sides[k]);
  if (statement->kind == BP_STATEMENT_SHAPE)
    bp_row_text(row, ":", said_shape(visit, scope));
  row->note = bp_point_join(member_note(visit, scope), row->note, visit->tracing->arena);
}

static size_t line_number(const struct bp_model_line *line) {
  size_t number, column;
  bp_locate(line->source, line->statement->span.begin, &number, &column);
  return number;
}

/* "line 12: output layer" */
static const char *claim_label(const struct visit *visit) {
  const struct bp_statement *statement = visit->line->statement;
  const char *kind = bp_judged_of(statement)->kind == BP_REFUTE ? ", refuted" : "";
  const char *name = statement->text;
  const char *label =
      bp_arena_printf(visit->tracing->arena, "line %zu%s%s%s", line_number(visit->line), kind,
                      name ? ": " : "", name ? name : "");
  return label ? label : "?";
}

/* ---- lines -------------------------------------------------------------- */

static void show_member(struct visit *visit, const struct bp_scope *scope) {
  struct tracing *tracing = visit->tracing;
  struct bp_row row = {.world = tracing->point.world, .arena = tracing->arena, .letters = scope};
  if (visit->claim)
    fill_claim(visit, scope, &row);
  else if (visit->functions)
    fill_function(visit, scope, &row);
  else
    fill_definition(visit, scope, &row);
  add_step(tracing, visit->shown_count == 1 ? visit->label : "", &row);
}

static bool visit_member(void *context, const struct bp_scope *scope) {
  struct visit *visit = context;
  long family[MOST_LETTERS];
  if (visit->declaration && is_function(visit, scope) != visit->functions)
    return true;
  if (visit->claim &&
      bp_proviso_rules_out(visit->tracing->point.world, visit->line->statement, scope))
    return ++visit->combinations <= MOST_COMBINATIONS;
  family_of(visit, scope, family);
  if (++visit->combinations > MOST_COMBINATIONS)
    visit->more = true;
  if (visit->more || is_shown(visit, family))
    return !visit->more;
  if (visit->shown_count == MOST_MEMBERS) {
    visit->more = true;
    return false;
  }
  memcpy(visit->shown[visit->shown_count++], family, sizeof family);
  struct bp_arena_mark mark = bp_arena_mark(visit->tracing->point.scratch);
  if (visit->declaration && visit->declaration->kind == BP_DECLARED_GIVEN)
    show_given(visit, scope);
  else
    show_member(visit, scope);
  bp_arena_release(visit->tracing->point.scratch, mark);
  return true;
}

/* A line that has no members to show: as it is written, with the reason. */
static void show_as_written(struct visit *visit, const char *reason) {
  struct tracing *tracing = visit->tracing;
  struct bp_row row = {.world = tracing->point.world, .arena = tracing->arena};
  struct bp_span span = visit->line->statement->span;
  const char *text = bp_source_line(visit->line->source, span, tracing->arena);
  bp_row_text(&row, "", text ? text : "?");
  row.note = reason;
  add_step(tracing, visit->label, &row);
}

/* The remark on members that are not shown goes to the last one that is. */
static void finish_line(struct visit *visit) {
  const char *rest = rest_note(visit);
  struct bp_trace *trace = visit->tracing->trace;
  struct bp_trace_part *part = visit->tracing->part;
  if (!rest)
    return;
  if (visit->declaration && visit->declaration->kind == BP_DECLARED_GIVEN) {
    if (trace->matrix_count > visit->matrix) {
      struct bp_trace_matrix *last = &trace->matrices[trace->matrix_count - 1];
      last->meaning = bp_point_join(last->meaning, rest, visit->tracing->arena);
    }
  } else if (part->step_count > visit->first) {
    struct bp_trace_step *last = &part->steps[part->step_count - 1];
    last->note = bp_point_join(last->note, rest, visit->tracing->arena);
  }
}

static void show_line(struct tracing *tracing, struct visit *visit) {
  struct bp_world *world = tracing->point.world;
  const struct bp_statement *statement = visit->line->statement;
  size_t members;
  visit->tracing = tracing;
  visit->first = tracing->part->step_count;
  visit->matrix = tracing->trace->matrix_count;
  bp_world_begin(world, visit->line, visit->claim);
  if (statement->broken) {
    show_as_written(visit, bp_statement_is_unfilled(statement) ? "this line is to be filled in"
                                                               : "this line could not be read");
    return;
  }
  for (size_t i = 0; i < statement->side_count; i++)
    tracing->derivatives =
        tracing->derivatives || bp_expression_has(statement->sides[i], BP_EXPR_PARTIAL);
  if (bp_letters_find(world, statement, &visit->letters))
    bp_letters_each(world, statement, &visit->letters, visit_member, visit, &members);
  finish_line(visit);
  const char *fault = fault_note(tracing, visit->claim != NULL);
  if (visit->shown_count == 0 && visit->claim)
    show_as_written(visit, fault ? fault : "no combination of its index letters exists");
}

/* ---- the document ------------------------------------------------------- */

struct place {
  struct bp_declaration *declaration;
  const struct bp_piece *piece;
};

static int by_order(const void *a, const void *b) {
  const struct place *first = a, *second = b;
  size_t x = first->piece->line.order, y = second->piece->line.order;
  if (x != y)
    return x < y ? -1 : 1;
  return first->declaration->number < second->declaration->number ? -1 : 1;
}

/* Everything that is declared, line by line; *count of them. */
static struct place *places_in(struct tracing *tracing, size_t *count) {
  const struct bp_model *model = &tracing->model;
  *count = 0;
  for (size_t i = 0; i < model->declaration_count; i++)
    *count += model->declarations[i]->count;
  struct place *places = bp_arena_alloc(tracing->arena, *count + 1, sizeof *places);
  size_t used = 0;
  for (size_t i = 0; places && i < model->declaration_count; i++)
    for (size_t k = 0; k < model->declarations[i]->count; k++)
      places[used++] = (struct place){model->declarations[i], &model->declarations[i]->pieces[k]};
  if (places)
    qsort(places, *count, sizeof *places, by_order);
  return places;
}

static bool show_declarations(struct tracing *tracing, bool functions) {
  size_t count;
  struct place *places = places_in(tracing, &count);
  if (!places || !begin_part(tracing, functions ? "Functions" : "Definitions", !functions))
    return false;
  for (size_t i = 0; i < count; i++) {
    struct visit visit = {.line = &places[i].piece->line,
                          .declaration = places[i].declaration,
                          .target = places[i].piece->target,
                          .functions = functions,
                          .label = ""};
    if (places[i].declaration->kind != BP_DECLARED_SIZE)
      show_line(tracing, &visit);
  }
  end_part(tracing);
  return true;
}

static bool show_claims(struct tracing *tracing) {
  if (!begin_part(tracing, "Claims", true))
    return false;
  for (size_t i = 0; i < tracing->model.claim_count; i++) {
    struct bp_model_claim *claim = &tracing->model.claims[i];
    struct visit visit = {.tracing = tracing, .line = &claim->line, .claim = claim};
    visit.label = claim_label(&visit);
    show_line(tracing, &visit);
  }
  end_part(tracing);
  return true;
}

/* The lines of a text, keyword and rest apart. */
static void show_text(struct tracing *tracing, const struct bp_source *text) {
  for (const char *line = text->text; *line; line += strcspn(line, "\n") + 1) {
    size_t length = strcspn(line, "\n"), keyword = strcspn(line, " ");
    struct bp_row row = {.world = tracing->point.world, .arena = tracing->arena};
    const char *first = bp_arena_strndup(tracing->arena, line, keyword);
    const char *rest = bp_arena_strndup(tracing->arena, line + keyword + 1, length - keyword - 1);
    bp_row_text(&row, "", first ? first : "?");
    bp_row_text(&row, "", rest ? rest : "?");
    add_step(tracing, "", &row);
  }
}

/* A network line is shown as the statements that it stands for. */
static bool show_networks(struct tracing *tracing, const struct bp_document *document) {
  struct bp_diagnostics repeated; /* recorded by the model already */
  const struct bp_declaration *layers = bp_model_find(&tracing->model, "L");
  bool counted = layers && layers->kind == BP_DECLARED_SIZE;
  bp_diagnostics_init(&repeated, tracing->arena);
  for (size_t i = 0; i < document->count; i++) {
    struct bp_model_line line = {.source = document->source, .statement = &document->statements[i]};
    if (line.statement->kind != BP_STATEMENT_NETWORK || line.statement->broken)
      continue;
    const struct bp_source *text =
        bp_network_statements(line.source, line.statement, counted, tracing->arena, &repeated);
    if (!begin_part(tracing,
                    bp_arena_printf(tracing->arena, "What the network of line %zu stands for",
                                    line_number(&line)),
                    false))
      return false;
    if (text)
      show_text(tracing, text);
    end_part(tracing);
  }
  return true;
}

static bool show_sizes(struct tracing *tracing) {
  const struct bp_world *world = tracing->point.world;
  struct bp_trace *trace = tracing->trace;
  bool drawn = false;
  trace->sizes = bp_arena_alloc(tracing->arena, world->atom_count + 1, sizeof *trace->sizes);
  for (size_t i = 0; trace->sizes && i < world->atom_count; i++) {
    const struct bp_size_atom *atom = world->atoms[i];
    trace->sizes[trace->size_count++] = (struct bp_dimension){
        bp_arena_strdup(tracing->arena, atom->name), atom->value > 0 ? (size_t)atom->value : 0};
    drawn = drawn || !atom->fixed;
  }
  if (drawn)
    add_note(tracing, "Sizes that the file does not fix are drawn, pairwise different where that "
                      "is possible; these are the ones of the first point at which it is judged.");
  if (tracing->derivatives)
    add_note(tracing, "∂U/∂V has the shape of V where U is a number; otherwise it is the Jacobian "
                      "of vec(U): a row for every number of U, a column for every number of V.");
  return trace->sizes != NULL;
}

static bool show_all(struct tracing *tracing, const struct bp_document *document) {
  bp_declarations_look(tracing->point.world);
  return show_networks(tracing, document) && show_declarations(tracing, true) &&
         show_declarations(tracing, false) && show_claims(tracing) && show_sizes(tracing);
}

int bp_trace_document(const struct bp_document *document, const struct bp_judge_options *options,
                      struct bp_arena *arena, struct bp_diagnostics *diagnostics,
                      struct bp_trace *trace) {
  struct bp_judge_options used = bp_judge_defaults(options);
  struct tracing tracing = {.arena = arena, .trace = trace};
  *trace = (struct bp_trace){0};
  if (bp_model_build(document, arena, diagnostics, &tracing.model) != 0)
    return -1;
  trace->title = tracing.model.title ? tracing.model.title : document->source->name;
  bool fine = bp_point_open(&tracing.point, &tracing.model, &used, 0, false) &&
              show_all(&tracing, document) && !bp_arena_failed(arena);
  bp_point_close(&tracing.point);
  if (!fine)
    bp_error(diagnostics, NULL, (struct bp_span){0, 0}, NULL, "out of memory");
  return fine ? 0 : -1;
}
