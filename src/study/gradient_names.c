/* One walk over the formulas.  dZ[2] was read as the differential of Z[2]; dZ2 and dz2 are names to
 * the parser as long as there is no dZ, and are taken apart here by the rules of its other
 * spellings.
 */
#include "study/gradient_names.h"

#include <string.h>

#include "lang/names.h"
#include "lang/tree.h"

typedef const struct bp_expression *expr;

enum { ASKED = 64 };

struct asked {
  char text[16];
  size_t length; /* 0: nothing was asked here */
  struct bp_declared declared;
};

struct looking {
  const struct bp_document *document;
  struct bp_arena *arena;
  struct bp_gradient_names *names;
  size_t at;                 /* the statement that is looked at */
  bool differentials;        /* something speaks for them */
  struct asked asked[ASKED]; /* names that were asked for, at the place of their sum */
};

/* ---- what is declared ---------------------------------------------------- */

static bool is_function(const struct bp_statement *statement) {
  return statement->is_function || statement->parameter_count > 0;
}

struct bp_declared bp_declared_before(const struct bp_document *document, const char *name,
                                      size_t length, size_t end) {
  for (size_t i = 0; i < end; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->kind == BP_STATEMENT_USE && statement->used) {
      struct bp_declared found =
          bp_declared_before(statement->used, name, length, statement->used->count);
      if (found.statement)
        return found;
    }
    if (bp_statement_declares(statement) != BP_DECLARES_TARGETS)
      continue;
    for (size_t k = 0; k < statement->target_count; k++) {
      const char *declared = statement->targets[k]->name;
      if (strlen(declared) == length && !memcmp(declared, name, length))
        return (struct bp_declared){statement, statement->targets[k]};
    }
  }
  return (struct bp_declared){NULL, NULL};
}

bool bp_has_network(const struct bp_document *document, size_t end) {
  for (size_t i = 0; i < end; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->kind == BP_STATEMENT_NETWORK && !statement->broken)
      return true;
    if (statement->kind == BP_STATEMENT_USE && statement->used &&
        bp_has_network(statement->used, statement->used->count))
      return true;
  }
  return false;
}

/* The name of a network with this text, but for sizes and functions; NULL: none. */
static const struct bp_network_name *of_network(const struct looking *looking, const char *text,
                                                size_t length) {
  if (!looking->names->network)
    return NULL;
  for (size_t i = 0; i < BP_NETWORK_NAMES; i++) {
    const struct bp_network_name *name = &bp_network_names[i];
    if (strlen(name->text) == length && !memcmp(name->text, text, length))
      return name->function || name->size ? NULL : name;
  }
  return NULL;
}

/* What declares the name anywhere.  A long file asks for the same few names in every line. */
static struct bp_declared declared_in(struct looking *looking, const char *text, size_t length) {
  size_t sum = length;
  for (size_t i = 0; i < length; i++)
    sum = sum * 31 + (unsigned char)text[i];
  struct asked *asked = &looking->asked[sum % ASKED];
  if (length == 0 || length > sizeof asked->text)
    return bp_declared_before(looking->document, text, length, looking->document->count);
  if (asked->length != length || memcmp(asked->text, text, length) != 0) {
    asked->declared = bp_declared_before(looking->document, text, length, looking->document->count);
    memcpy(asked->text, text, length);
    asked->length = length;
  }
  return asked->declared;
}

static bool is_declared(struct looking *looking, const char *text, size_t length) {
  return declared_in(looking, text, length).statement || of_network(looking, text, length);
}

/* The letter that the definition gives its index, or another that is free; NULL where it has more
 * than one index. */
static const char *letter_of(struct looking *looking, const struct bp_declared *declared) {
  static const char *const letters[] = {"l", "k", "t", "i", "j"};
  if (declared->target && declared->target->count != 1)
    return NULL;
  expr index = declared->target ? declared->target->child[0] : NULL;
  bool own = index && index->kind == BP_EXPR_NAME && declared->statement->range_count == 1 &&
             !strcmp(index->name, declared->statement->ranges[0].name);
  if (own && !is_declared(looking, index->name, strlen(index->name)))
    return index->name;
  for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
    if (!is_declared(looking, letters[k], 1))
      return letters[k];
  return NULL;
}

/* ---- names with a d ------------------------------------------------------ */

static bool add_written(struct looking *looking, const char *text, size_t length,
                        const char *written) {
  struct bp_gradient_names *names = looking->names;
  struct bp_declared declared = bp_declared_before(looking->document, text, length, looking->at);
  const struct bp_network_name *part = of_network(looking, text, length);
  bool matrix = declared.statement ? !is_function(declared.statement) &&
                                         (declared.statement->kind == BP_STATEMENT_GIVEN ||
                                          declared.statement->kind == BP_STATEMENT_LET)
                                   : part != NULL;
  if (names->count == 0)
    names->place = looking->at;
  for (size_t i = 0; i < names->count; i++)
    if (written && !strcmp(names->list[i].written, written))
      return true;
  bool family = declared.target ? declared.target->count > 0 : part && part->family;
  struct bp_gradient_name name = {
      .written = written,
      .name = bp_arena_strndup(looking->arena, text, length),
      .letter = family ? letter_of(looking, &declared) : NULL,
      .computed = declared.statement ? declared.statement->kind == BP_STATEMENT_LET
                                     : part && (part->text[0] == 'Z' || part->text[0] == 'A')};
  if (!matrix || !written || !name.name || (family && !name.letter) ||
      names->count == BP_MOST_GRADIENTS)
    return false;
  names->list[names->count++] = name;
  return true;
}

static bool add_name(struct looking *looking, const char *text, size_t length) {
  return add_written(looking, text, length,
                     bp_arena_printf(looking->arena, "d%.*s", (int)length, text));
}

/* dZ2, dz2 and dz beside a Z[2]: names to the parser as long as dZ is none. */
static bool add_spelled(struct looking *looking, const char *name) {
  const char *text = name + 1;
  size_t length = strcspn(text, "0123456789");
  bool digits = text[length] != '\0';
  if (name[0] != 'd' || length == 0 || text[length + strspn(text + length, "0123456789")] ||
      is_declared(looking, name, strlen(name)))
    return true;
  char large[2] = {0};
  bool small = length == 1 && text[0] >= 'a' && text[0] <= 'z' && text[0] != 'b';
  if (small && strchr("xyzaw", text[0]) && !is_declared(looking, text, 1)) {
    large[0] = (char)(text[0] - 'a' + 'A');
    text = large;
  }
  struct bp_declared declared = declared_in(looking, text, length);
  const struct bp_network_name *part = of_network(looking, text, length);
  bool family = declared.target ? declared.target->count > 0 : part && part->family;
  if ((!declared.statement && !part) || (digits && !family) || (*large && !part))
    return true; /* a typing slip, of which the judge speaks */
  return add_name(looking, text, length);
}

/* dZ[2], not d(Z[2]); parentheses around it are none of its own. */
static bool is_bare(expr differential) {
  expr inner = differential->child[0];
  return inner->kind == BP_EXPR_NAME && !inner->parenthesised &&
         inner->span.begin == differential->sign.begin + 1;
}

/* dJ/dW2: a derivative, as soon as dW is known. */
static bool is_pair(struct looking *looking, expr expression) {
  if (expression->kind != BP_EXPR_DIVIDE || expression->child[0]->kind != BP_EXPR_DIFFERENTIAL ||
      !is_bare(expression->child[0]))
    return false;
  expr below = expression->child[1];
  return below->kind == BP_EXPR_NAME && below->name[0] == 'd' &&
         !is_declared(looking, below->name, strlen(below->name));
}

/* False where the names cannot be gradients. */
static bool look_at(struct looking *looking, expr expression) {
  bool fine = true;
  if (is_pair(looking, expression))
    return add_spelled(looking, expression->child[1]->name);
  if (expression->kind == BP_EXPR_DIFFERENTIAL) {
    if (!is_bare(expression))
      return false;
    expr inner = expression->child[0];
    return add_name(looking, inner->name, strlen(inner->name));
  }
  if (expression->kind == BP_EXPR_CALL && !strcmp(expression->child[0]->name, "tr") &&
      bp_expression_has(expression, BP_EXPR_DIFFERENTIAL))
    return false;
  if (expression->kind == BP_EXPR_NAME && expression->count == 0)
    fine = add_spelled(looking, expression->name);
  static const char delta[] = "δ"; /* δ[2] of a network, as Nielsen has it */
  if (expression->kind == BP_EXPR_NAME && expression->count == 1 && of_network(looking, "Z", 1) &&
      !strcmp(expression->name, delta) && !is_declared(looking, delta, sizeof delta - 1))
    fine = add_written(looking, "Z", 1, delta);
  for (size_t i = 0; i < expression->count && fine; i++)
    fine = look_at(looking, expression->child[i]);
  return fine;
}

static bool look_at_statement(struct looking *looking, const struct bp_statement *statement) {
  bool fine = statement->kind != BP_STATEMENT_VARY;
  for (size_t i = 0; i < statement->side_count && fine && !statement->broken; i++)
    fine = look_at(looking, statement->sides[i]);
  return fine;
}

/* ---- losses -------------------------------------------------------------- */

/* Whether it is computed from the name: in ∂J/∂w nothing is computed from J. */
static bool computes_from(expr expression, const char *name) {
  if (expression->kind == BP_EXPR_PARTIAL)
    return false;
  if (expression->kind == BP_EXPR_NAME && !strcmp(expression->name, name))
    return true;
  for (size_t i = 0; i < expression->count; i++)
    if (expression->child[i] && computes_from(expression->child[i], name))
      return true;
  return false;
}

/* Whether a definition of the document computes something else from the name. */
static bool is_used(const struct bp_document *document, const char *name) {
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    if (statement->kind == BP_STATEMENT_LET && !statement->broken &&
        computes_from(statement->sides[0], name))
      return true;
    if (statement->kind == BP_STATEMENT_USE && statement->used && is_used(statement->used, name))
      return true;
  }
  return false;
}

/* Sizes below a fraction line: names that are neither given nor computed. */
static void add_scales(const struct bp_document *document, expr expression, bool below, int depth,
                       struct bp_gradient_loss *loss) {
  enum { DEEPEST = 4 };
  bool division = expression->kind == BP_EXPR_DIVIDE;
  if (!below && expression->kind == BP_EXPR_NAME && expression->count == 0 && depth < DEEPEST) {
    struct bp_declared declared =
        bp_declared_before(document, expression->name, strlen(expression->name), document->count);
    const struct bp_statement *let = declared.statement;
    if (let && let->kind == BP_STATEMENT_LET && !let->broken && let->side_count > 0 &&
        let->parameter_count == 0 &&
        let->targets[0]->count == 0) /* cost = cross_entropy + penalty */
      add_scales(document, let->sides[0], false, depth + 1, loss);
  }
  for (size_t k = 0; k < loss->scale_count && below; k++)
    if (expression->kind == BP_EXPR_NAME && !strcmp(loss->scales[k], expression->name))
      return;
  if (below && expression->kind == BP_EXPR_NAME && expression->count == 0) {
    struct bp_declared declared =
        bp_declared_before(document, expression->name, strlen(expression->name), document->count);
    bool size = !declared.statement || declared.statement->kind == BP_STATEMENT_SIZE;
    if (size && loss->scale_count < BP_MOST_SCALES)
      loss->scales[loss->scale_count++] = expression->name;
  }
  for (size_t i = 0; i < expression->count; i++)
    add_scales(document, expression->child[i], division ? i == 1 : below, depth, loss);
}

void bp_losses_find(const struct bp_document *document, const struct bp_document *part, size_t end,
                    struct bp_gradient_names *names) {
  for (size_t i = 0; i < end; i++) {
    const struct bp_statement *statement = &part->statements[i];
    if (statement->kind == BP_STATEMENT_USE && statement->used)
      bp_losses_find(document, statement->used, statement->used->count, names);
    bool second_name = statement->kind == BP_STATEMENT_LET && !statement->broken &&
                       statement->sides[0]->kind == BP_EXPR_NAME &&
                       statement->sides[0]->count > 0; /* AL = A[3] */
    if (statement->kind != BP_STATEMENT_LET || statement->broken || is_function(statement) ||
        second_name || statement->targets[0]->count > 0 || names->loss_count == BP_MOST_LOSSES ||
        is_used(document, statement->targets[0]->name))
      continue;
    struct bp_gradient_loss *loss = &names->losses[names->loss_count++];
    *loss = (struct bp_gradient_loss){.name = statement->targets[0]->name};
    add_scales(document, statement->sides[0], false, 0, loss);
  }
  if (part == document && bp_has_network(document, end) && names->loss_count < BP_MOST_LOSSES)
    names->losses[names->loss_count++] =
        (struct bp_gradient_loss){.name = "J", .scales = {"m"}, .scale_count = 1};
}

/* ---- the whole ----------------------------------------------------------- */

static bool has_name(const struct bp_gradient_names *names, const char *name) {
  for (size_t i = 0; i < names->count; i++)
    if (!strcmp(names->list[i].name, name))
      return true;
  return false;
}

/* The differential of what everything else leads to: nobody writes that its gradient is 1. */
static bool moves_loss(const struct bp_gradient_names *names) {
  for (size_t i = 0; i < names->loss_count; i++)
    if (has_name(names, names->losses[i].name))
      return true;
  return false;
}

/* What was said before the first of the names, and what is in force there. */
static void look_before(struct looking *looking) {
  struct bp_gradient_names *names = looking->names;
  for (size_t i = 0; i < names->place; i++) {
    const struct bp_statement *statement = &looking->document->statements[i];
    if (statement->kind == BP_STATEMENT_LAYOUT && statement->has_layout)
      names->layout = statement->layout;
    if (statement->kind == BP_STATEMENT_LAYOUT && statement->has_rows)
      names->rows_are_samples = statement->rows_are_samples;
    if (statement->kind != BP_STATEMENT_WRITE || statement->broken)
      continue;
    names->written = true;
    if (!names->some && statement->targets[0]->name[0] == 'd')
      names->some = statement->targets[0]->name;
  }
}

/* Whether all of them are declared before the first is used, so that `write` lines can stand there.
 */
static bool are_in_time(const struct looking *looking) {
  const struct bp_gradient_names *names = looking->names;
  for (size_t i = 0; i < names->count; i++) {
    const char *name = names->list[i].name;
    if (!bp_declared_before(looking->document, name, strlen(name), names->place).statement &&
        !of_network(looking, name, strlen(name)))
      return false;
  }
  return true;
}

bool bp_gradient_names_find(const struct bp_document *document, struct bp_arena *arena,
                            struct bp_gradient_names *names) {
  struct looking looking = {.document = document, .arena = arena, .names = names};
  *names = (struct bp_gradient_names){.network = bp_has_network(document, document->count)};
  for (; looking.at < document->count; looking.at++)
    if (!look_at_statement(&looking, &document->statements[looking.at]))
      return false;
  if (names->count == 0)
    return false;
  look_before(&looking);
  bp_losses_find(document, document, names->place, names);
  return names->loss_count > 0 && !moves_loss(names) && are_in_time(&looking);
}
