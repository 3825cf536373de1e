/* Building the model: one pass over the lines, each adding a piece to the declaration of its name.
 *
 * Names live in one table (a derivation that calls a size and a matrix by the same name confuses
 * its readers too).  A family may be declared in several lines, and its members are told apart when
 * numbers are known, in member.c.  Sizes in the shape of something given are declared by being
 * used.
 */
#include "model/model.h"

#include <stdint.h>
#include <string.h>

#include "base/list.h"
#include "lang/names.h"
#include "lang/parse.h"
#include "model/samples.h"

static uint64_t hash_name(const char *name) {
  uint64_t hash = 14695981039346656037u; /* FNV-1a */
  for (; *name; name++)
    hash = (hash ^ (unsigned char)*name) * 1099511628211u;
  return hash;
}

/* The slot where the name is, or would be. */
static size_t slot_of(const struct bp_model *model, const char *name) {
  size_t slot = hash_name(name) & (model->table_size - 1);
  while (model->table[slot] && strcmp(model->table[slot]->name, name) != 0)
    slot = (slot + 1) & (model->table_size - 1);
  return slot;
}

struct bp_declaration *bp_model_find(const struct bp_model *model, const char *name) {
  return model->table_size ? model->table[slot_of(model, name)] : NULL;
}

static bool grow_table(struct bp_model *model) {
  size_t size = model->table_size ? 2 * model->table_size : 64;
  struct bp_declaration **table = bp_arena_alloc(model->arena, size, sizeof(void *));
  if (!table)
    return false;
  model->table = table;
  model->table_size = size;
  for (size_t i = 0; i < model->declaration_count; i++)
    table[slot_of(model, model->declarations[i]->name)] = model->declarations[i];
  return true;
}

static struct bp_declaration *add_declaration(struct bp_model *model, const char *name,
                                              enum bp_declaration_kind kind) {
  if (2 * (model->declaration_count + 1) > model->table_size && !grow_table(model))
    return NULL;
  struct bp_declaration *declaration = bp_arena_alloc(model->arena, 1, sizeof *declaration);
  if (!declaration || !bp_list_room(model->arena, model->declarations, model->declaration_count,
                                    model->declaration_capacity))
    return NULL;
  *declaration =
      (struct bp_declaration){.kind = kind, .name = name, .number = model->declaration_count};
  model->table[slot_of(model, name)] = declaration;
  model->declarations[model->declaration_count++] = declaration;
  return declaration;
}

static bool add_piece(struct bp_model *model, struct bp_declaration *declaration,
                      struct bp_model_line line, const struct bp_expression *target) {
  if (!bp_list_room(model->arena, declaration->pieces, declaration->count, declaration->capacity))
    return false;
  declaration->pieces[declaration->count++] = (struct bp_piece){.line = line, .target = target};
  return true;
}

const char *bp_model_line_text(const struct bp_model_line *line, const struct bp_source *here,
                               struct bp_arena *arena) {
  size_t number, column;
  bp_locate(line->source, line->statement->span.begin, &number, &column);
  return line->source == here
             ? bp_arena_printf(arena, "line %zu", number)
             : bp_arena_printf(arena, "line %zu of %s", number, line->source->name);
}

/* Whether a second line may say more about the name: members of a family may be declared apart. */
static bool may_add(const struct bp_declaration *declaration, enum bp_declaration_kind kind,
                    const struct bp_expression *target) {
  if (declaration->kind != kind)
    return false;
  if (declaration->count == 0)
    return true;
  return kind != BP_DECLARED_FUNCTION && target->count > 0 &&
         declaration->pieces[0].target->count == target->count;
}

/* What to do about a second meaning.  A recursion needs a start that is a let itself. */
static const char *redeclared_suggestion(struct bp_model *model,
                                         const struct bp_declaration *declaration,
                                         enum bp_declaration_kind kind,
                                         const struct bp_expression *target) {
  if (!strcmp(target->name, "L") && kind != BP_DECLARED_SIZE &&
      declaration->kind == BP_DECLARED_SIZE)
    return "call the loss J, or ℒ: L counts layers";
  if (kind != BP_DECLARED_LET || declaration->kind != BP_DECLARED_GIVEN)
    return "take another name";
  if (target->count == 0)
    return "take another name, or state it as a claim";
  return bp_arena_printf(model->arena,
                         "give the start another name: given %s0 : ..., and let "
                         "%s[0] = %s0",
                         target->name, target->name, target->name);
}

/* The L of a network is its number of layers until the file calls something else so, a loss as a
 * rule: that wins, above the network and below it. */
static bool gives_way(const struct bp_model *model, struct bp_model_line line,
                      struct bp_declaration *known, enum bp_declaration_kind kind) {
  if (!known || strcmp(known->name, "L") != 0 || known->count == 0)
    return false;
  if (kind == BP_DECLARED_SIZE && known->kind != BP_DECLARED_SIZE && line.source == model->network)
    return true;
  if (kind == BP_DECLARED_SIZE || !known->of_network)
    return false;
  *known = (struct bp_declaration){.kind = kind,
                                   .name = known->name,
                                   .number = known->number,
                                   .pieces = known->pieces,
                                   .capacity = known->capacity};
  return false;
}

/* Declares `target`, or adds to it. */
static bool declare(struct bp_model *model, struct bp_model_line line,
                    enum bp_declaration_kind kind, const struct bp_expression *target) {
  struct bp_declaration *declaration = bp_model_find(model, target->name);
  if (gives_way(model, line, declaration, kind))
    return true;
  if (declaration && !may_add(declaration, kind, target)) {
    const struct bp_piece *first = declaration->count ? &declaration->pieces[0] : NULL;
    const char *place = first ? bp_model_line_text(&first->line, line.source, model->arena) : NULL;
    bp_error(model->diagnostics, line.source, target->span,
             redeclared_suggestion(model, declaration, kind, target),
             first ? "%s has a meaning already, from %s" : "%s is a size already", target->name,
             place ? place : "above");
    return true;
  }
  if (!declaration)
    declaration = add_declaration(model, target->name, kind);
  return declaration && add_piece(model, declaration, line, target);
}

static bool is_letter_of(const struct bp_statement *statement, const char *name) {
  for (size_t i = 0; i < statement->range_count; i++)
    if (!strcmp(statement->ranges[i].name, name))
      return true;
  return false;
}

/* Declares the sizes that stand in the expression and are not declared. */
static bool declare_sizes(struct bp_model *model, struct bp_model_line line,
                          const struct bp_expression *expression, bool counts) {
  if (!expression)
    return true;
  if (expression->kind == BP_EXPR_NAME) {
    struct bp_declaration *known = bp_model_find(model, expression->name);
    if (known) {
      known->counts = known->counts && counts; /* a size of a matrix counts no layers */
      known->bounds = known->bounds || counts;
    }
    if (known || is_letter_of(line.statement, expression->name))
      return true;
    struct bp_declaration *size = add_declaration(model, expression->name, BP_DECLARED_SIZE);
    if (!size)
      return false;
    size->automatic = true;
    size->counts = size->bounds = counts;
    return true;
  }
  bool fine = true;
  if (expression->kind < BP_EXPR_NUMBER) /* the binary operators come first */
    for (size_t i = 0; i < expression->count; i++)
      fine = fine && declare_sizes(model, line, expression->child[i], counts);
  return fine;
}

static bool declare_range_sizes(struct bp_model *model, struct bp_model_line line) {
  bool fine = true;
  for (size_t i = 0; i < line.statement->range_count; i++)
    fine = fine && declare_sizes(model, line, line.statement->ranges[i].from, true) &&
           declare_sizes(model, line, line.statement->ranges[i].to, true);
  return fine;
}

/* Whether the formula itself names the target.  Definitions that it uses for the first time in this
 * walk are put before those that are still to be looked at: a walk needs no stack of its own,
 * however long a chain of them is. */
static bool names_target(struct bp_model *model, const struct bp_expression *expression,
                         const struct bp_declaration *target, struct bp_declaration **pending) {
  struct bp_declaration *used =
      expression->kind == BP_EXPR_NAME ? bp_model_find(model, expression->name) : NULL;
  if (used == target && used)
    return true;
  if (used && used->stamp != model->stamp &&
      (used->kind == BP_DECLARED_LET || used->kind == BP_DECLARED_WRITE ||
       used->kind == BP_DECLARED_FUNCTION)) {
    used->stamp = model->stamp; /* each definition is looked at once */
    used->pending = *pending;
    *pending = used;
  }
  for (size_t i = 0; i < expression->count; i++)
    if (names_target(model, expression->child[i], target, pending))
      return true;
  return false;
}

bool bp_model_leads_to(struct bp_model *model, const struct bp_expression *expression,
                       const struct bp_declaration *target) {
  struct bp_declaration *pending = NULL;
  model->stamp++;
  if (names_target(model, expression, target, &pending))
    return true;
  while (pending) {
    const struct bp_declaration *used = pending;
    pending = used->pending;
    for (size_t i = 0; i < used->count; i++)
      if (names_target(model, used->pieces[i].line.statement->sides[0], target, &pending))
        return true;
  }
  return false;
}

static int largest(int a, int b) { return a > b ? a : b; }

int bp_model_depth(const struct bp_model *model, const struct bp_expression *expression) {
  if (!expression)
    return 0;
  int depth = 0;
  for (size_t i = 0; i < expression->count; i++)
    depth = largest(depth, bp_model_depth(model, expression->child[i]));
  if (expression->kind == BP_EXPR_NAME) {
    const struct bp_declaration *declaration = bp_model_find(model, expression->name);
    depth = largest(depth, declaration ? declaration->depth : 0);
  }
  bool derivative = expression->kind == BP_EXPR_PARTIAL ||
                    expression->kind == BP_EXPR_DIFFERENTIAL ||
                    (expression->kind == BP_EXPR_CALL && expression->order > 0);
  return depth + derivative;
}

static bool declare_definition(struct bp_model *model, struct bp_model_line line,
                               enum bp_declaration_kind kind) {
  const struct bp_statement *statement = line.statement;
  if (!declare_range_sizes(model, line) || !declare(model, line, kind, statement->targets[0]))
    return false;
  struct bp_declaration *declaration = bp_model_find(model, statement->targets[0]->name);
  declaration->depth = largest(declaration->depth, bp_model_depth(model, statement->sides[0]));
  return true;
}

/* A shape that is read as a column of so many numbers, and was hardly meant to be. */
static bool odd_shape(struct bp_model *model, struct bp_model_line line) {
  static const char *const words[] = {"scalar", "real", "vector", "matrix", "int", "float", "R"};
  const struct bp_expression *rows = line.statement->rows;
  if (!rows || line.statement->columns)
    return false;
  const char *suggestion = NULL;
  bool numbers = rows->kind == BP_EXPR_MULTIPLY &&
                 (rows->child[0]->kind == BP_EXPR_NUMBER || rows->child[1]->kind == BP_EXPR_NUMBER);
  if (rows->kind == BP_EXPR_MULTIPLY && !rows->parenthesised && !numbers) /* 2*n is a length */
    suggestion = "n1 x n0 is a matrix; a column of n1*n0 numbers is (n1*n0) x 1";
  for (size_t i = 0; rows->kind == BP_EXPR_NAME && i < sizeof words / sizeof *words; i++)
    if (!strcmp(rows->name, words[i]) && !bp_model_find(model, rows->name))
      suggestion = "given t : number, given x : n (a column), given W : n1 x n0";
  if (suggestion)
    bp_error(model->diagnostics, line.source, rows->span, suggestion,
             rows->kind == BP_EXPR_NAME ? "this would be a column of \"%s\" numbers"
                                        : "this would be a column of so many numbers",
             rows->kind == BP_EXPR_NAME ? rows->name : "");
  return suggestion != NULL;
}

static bool declare_given(struct bp_model *model, struct bp_model_line line) {
  const struct bp_statement *statement = line.statement;
  if (odd_shape(model, line))
    return true;
  bool fine = declare_range_sizes(model, line) &&
              declare_sizes(model, line, statement->rows, false) &&
              declare_sizes(model, line, statement->columns, false);
  enum bp_declaration_kind kind = statement->is_function ? BP_DECLARED_UNKNOWN : BP_DECLARED_GIVEN;
  for (size_t i = 0; fine && i < statement->target_count; i++)
    fine = declare(model, line, kind, statement->targets[i]);
  return fine;
}

/* What is said for the lines that follow; a document that is used says it for its own lines. */
struct settings {
  const struct bp_model_line *vary;
  enum bp_layout layout;
  bool rows_are_samples;
  bool own; /* these are lines of the document itself: its claims count */
  size_t own_formulas;
};

static bool add_lines(struct bp_model *model, const struct bp_document *document,
                      struct settings *settings);

/* ---- lines that could not be read --------------------------------------- */

static bool add_unread(struct bp_model *model, struct bp_model_line line, const char *name) {
  if (!bp_list_room(model->arena, model->unread, model->unread_count, model->unread_capacity))
    return false;
  model->unread[model->unread_count++] = (struct bp_unread){name, line};
  return true;
}

/* What such a line would have declared, so that its uses are not called mistakes. */
static bool add_unread_names(struct bp_model *model, struct bp_model_line line) {
  const struct bp_statement *statement = line.statement;
  bool fine = true;
  for (size_t i = 0; fine && i < statement->target_count; i++)
    fine = add_unread(model, line, statement->targets[i]->name);
  enum bp_declares declares = bp_statement_declares(statement);
  for (size_t i = 0; fine && declares == BP_DECLARES_NETWORK && i < BP_NETWORK_NAMES; i++)
    fine = add_unread(model, line, bp_network_names[i].text);
  return fine && (declares != BP_DECLARES_USED || add_unread(model, line, NULL));
}

const struct bp_model_line *bp_model_unread(const struct bp_model *model, const char *name) {
  const struct bp_model_line *use = NULL;
  for (size_t i = 0; i < model->unread_count; i++) {
    const struct bp_unread *unread = &model->unread[i];
    if (unread->name && !strcmp(unread->name, name))
      return &unread->line;
    use = unread->name || use ? use : &unread->line;
  }
  return use;
}

/* ---- networks and other files ------------------------------------------- */

/* A network next to a W of the file's own: said once, not for each of its names. */
static bool network_clashes(struct bp_model *model, struct bp_model_line line) {
  for (size_t i = 0; i < BP_NETWORK_NAMES; i++) {
    const struct bp_declaration *known = bp_model_find(model, bp_network_names[i].text);
    if (bp_network_names[i].size || !known || known->count == 0)
      continue;
    const char *place = bp_model_line_text(&known->pieces[0].line, line.source, model->arena);
    bp_error(model->diagnostics, line.source, line.statement->text_span,
             "give the other one another name",
             "a network declares X, Y, W, b, Z, A, g, loss and J, and %s has a meaning already, "
             "from %s",
             known->name, place ? place : "above");
    return true;
  }
  return false;
}

/* The statements of a network, in place of it. */
static bool add_network(struct bp_model *model, struct bp_model_line line) {
  if (network_clashes(model, line))
    return add_unread_names(model, line);
  const struct bp_source *text =
      bp_network_statements(line.source, line.statement, true, model->arena, model->diagnostics);
  struct bp_document *document = bp_arena_alloc(model->arena, 1, sizeof *document);
  if (!document)
    return false;
  if (!text)
    return add_unread_names(model, line); /* reported */
  if (bp_parse(text, model->vocabulary, NULL, NULL, &model->expressions, model->arena,
               model->diagnostics, document))
    return false;
  struct settings none = {0};
  model->network = text;
  bool fine = add_lines(model, document, &none);
  model->network = NULL;
  struct bp_declaration *layers = bp_model_find(model, "L");
  if (layers)
    layers->of_network = layers->count > 0 && layers->pieces[0].line.source == text;
  return fine;
}

static bool add_used(struct bp_model *model, const struct bp_document *used) {
  if (!used)
    return true;
  for (size_t i = 0; i < model->seen_count; i++)
    if (model->seen[i] == used)
      return true;
  const struct bp_document **seen =
      bp_arena_alloc(model->arena, model->seen_count + 1, sizeof *seen);
  if (!seen)
    return false;
  if (model->seen_count)
    memcpy(seen, model->seen, model->seen_count * sizeof *seen);
  seen[model->seen_count++] = used;
  model->seen = seen;
  struct settings none = {0};
  return add_lines(model, used, &none);
}

/* Sizes in the expression bound the range of a claim. */
static void mark_bounds(const struct bp_model *model, const struct bp_expression *expression) {
  struct bp_declaration *declaration =
      expression->kind == BP_EXPR_NAME ? bp_model_find(model, expression->name) : NULL;
  if (declaration)
    declaration->bounds = true;
  for (size_t i = 0; i < expression->count; i++)
    mark_bounds(model, expression->child[i]);
}

static bool add_claim(struct bp_model *model, struct bp_model_line line,
                      const struct settings *settings) {
  if (!settings->own)
    return true;
  for (size_t i = 0; i < line.statement->range_count && !line.statement->broken; i++) {
    mark_bounds(model, line.statement->ranges[i].from);
    mark_bounds(model, line.statement->ranges[i].to);
  }
  if (!bp_list_room(model->arena, model->claims, model->claim_count, model->claim_capacity))
    return false;
  model->claims[model->claim_count++] = (struct bp_model_claim){.line = line};
  return true;
}

static bool add_note(struct bp_model *model, const char *text) {
  if (!bp_list_room(model->arena, model->notes, model->note_count, model->note_capacity))
    return false;
  model->notes[model->note_count++] = text;
  return true;
}

/* ---- what each statement means ------------------------------------------ */

#define TAKES(keyword)                                                                             \
  static bool take_##keyword(struct bp_model *model, struct bp_model_line line,                    \
                             struct settings *settings)

TAKES(title) {
  model->title = settings->own ? line.statement->text : model->title;
  return true;
}

TAKES(source) {
  model->origin = settings->own ? line.statement->text : model->origin;
  return true;
}

TAKES(note) { return !settings->own || add_note(model, line.statement->text); }

/* It is the teacher's, for `backproof class`. */
TAKES(require) {
  (void)model;
  (void)line;
  (void)settings;
  return true;
}

TAKES(layout) {
  (void)model;
  if (line.statement->has_layout)
    settings->layout = line.statement->layout;
  if (line.statement->has_rows)
    settings->rows_are_samples = line.statement->rows_are_samples;
  return true;
}

/* `vary all` names nothing. */
TAKES(vary) {
  settings->vary = NULL;
  if (line.statement->target_count == 0)
    return true;
  struct bp_model_line *vary = bp_arena_alloc(model->arena, 1, sizeof *vary);
  if (vary)
    *vary = line;
  settings->vary = vary;
  return vary != NULL;
}

TAKES(size) {
  (void)settings;
  bool fine = true;
  for (size_t i = 0; fine && i < line.statement->target_count; i++)
    fine = declare(model, line, BP_DECLARED_SIZE, line.statement->targets[i]);
  return fine;
}

TAKES(given) {
  (void)settings;
  return declare_given(model, line);
}

TAKES(let) {
  (void)settings;
  size_t parameters = line.statement->parameter_count;
  if (parameters <= BP_MOST_PARAMETERS)
    return declare_definition(model, line, parameters ? BP_DECLARED_FUNCTION : BP_DECLARED_LET);
  bp_error(model->diagnostics, line.source, line.statement->targets[0]->span,
           "put some of them into a matrix", "a function has at most %d arguments",
           BP_MOST_PARAMETERS);
  return true;
}

static bool has_derivative(const struct bp_expression *expression) {
  bool found = expression->kind == BP_EXPR_PARTIAL || expression->kind == BP_EXPR_DIFFERENTIAL ||
               (expression->kind == BP_EXPR_CALL && expression->order > 0);
  for (size_t i = 0; i < expression->count && !found; i++)
    found = expression->child[i] && has_derivative(expression->child[i]);
  return found;
}

/* A name that is written for a formula of one's own means that formula, right or wrong. */
static bool note_own_formula(struct bp_model *model, struct bp_model_line line,
                             struct settings *settings) {
  enum { MOST_TOLD = 20 }; /* a file may have any number of them */
  const struct bp_statement *statement = line.statement;
  const char *name = statement->target_count ? statement->targets[0]->name : NULL;
  if (!name || !statement->side_count || has_derivative(statement->sides[0]))
    return true;
  if (++settings->own_formulas > MOST_TOLD)
    return settings->own_formulas > MOST_TOLD + 1 ||
           add_note(model, "further write lines stand for formulas without a derivative in them");
  const char *note = bp_arena_printf(
      model->arena,
      "%s stands for a formula of yours in %s, without a derivative in it: lines about %s are held "
      "against that formula, not against what %s should be. Write %s for a derivative (∂J/∂…), or "
      "say let %s = … for a definition",
      name, bp_model_line_text(&line, line.source, model->arena), name, name, name, name);
  return note && add_note(model, note);
}

TAKES(write) {
  if (settings->own && !note_own_formula(model, line, settings))
    return false;
  return declare_definition(model, line, BP_DECLARED_WRITE);
}

TAKES(network) {
  (void)settings;
  return add_network(model, line);
}

TAKES(use) {
  (void)settings;
  return add_used(model, line.statement->used);
}

static bool add_line(struct bp_model *model, struct bp_model_line line, struct settings *settings) {
#define ROW(keyword, kind, rule, declares) [BP_STATEMENT_##kind] = take_##keyword,
  static bool (*const take[BP_STATEMENT_KIND_COUNT])(struct bp_model *, struct bp_model_line,
                                                     struct settings *) = {BP_TOLD_STATEMENTS(ROW)};
#undef ROW
  if (bp_statement_is_judged(line.statement))
    return add_claim(model, line, settings);
  return line.statement->broken ? add_unread_names(model, line)
                                : take[line.statement->kind](model, line, settings);
}

static bool add_lines(struct bp_model *model, const struct bp_document *document,
                      struct settings *settings) {
  for (size_t i = 0; i < document->count; i++) {
    struct bp_model_line line = {.source = document->source,
                                 .statement = &document->statements[i],
                                 .order = model->lines++,
                                 .layout = settings->layout,
                                 .rows_are_samples = settings->rows_are_samples,
                                 .vary = settings->vary};
    if (!add_line(model, line, settings))
      return false;
  }
  return true;
}

int bp_model_build(const struct bp_document *document, struct bp_arena *arena,
                   struct bp_diagnostics *diagnostics, struct bp_model *model) {
  *model =
      (struct bp_model){.arena = arena,
                        .diagnostics = diagnostics,
                        .vocabulary = document->vocabulary,
                        .expressions = document->expressions,
                        .elementwise = document->stars_go_by_elements ? document->source : NULL};
  struct settings settings = {.rows_are_samples = bp_samples_are_rows(document, diagnostics),
                              .own = true};
  if (grow_table(model) && add_lines(model, document, &settings))
    return 0;
  bp_error(diagnostics, NULL, (struct bp_span){0, 0}, NULL, "out of memory");
  return -1;
}

const char *bp_model_nearest(const struct bp_model *model, const char *name) {
  const char **names = bp_arena_alloc(model->arena, model->declaration_count + 1, sizeof *names);
  if (!names)
    return NULL;
  for (size_t i = 0; i < model->declaration_count; i++)
    names[i] = model->declarations[i]->name;
  return bp_nearest_name(name, strlen(name), names, model->declaration_count);
}
