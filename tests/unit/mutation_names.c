/* The names of a document, for the mutations: which are sizes, which numbers, which zeros and ones.
 *
 * Only what can be read off the declarations is known; the judge is not asked, because it is what
 * the mutations test.
 */
#include "mutate.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { MOST_NAMES = 512 };

static void add(const char **list, size_t *count, const char *text) {
  for (size_t i = 0; i < *count; i++)
    if (!strcmp(list[i], text))
      return;
  if (*count < MOST_NAMES)
    list[(*count)++] = text;
}

/* Sizes are what stands in the shape of something given. */
static void add_sizes(const struct bp_expression *shape, struct bp_mutation_names *names) {
  if (!shape)
    return;
  if (shape->kind == BP_EXPR_NAME && shape->count == 0)
    add(names->sizes, &names->size_count, shape->name);
  for (size_t k = 0; shape->kind != BP_EXPR_NAME && k < shape->count; k++)
    add_sizes(shape->child[k], names);
}

static bool is_zero_one(const struct bp_domain *domain) {
  bool all = domain->kind == BP_DOMAIN_SET;
  for (size_t k = 0; all && k < domain->count; k++)
    all = domain->values[k]->kind == BP_EXPR_NUMBER && domain->values[k]->text[1] == '\0' &&
          strchr("01", domain->values[k]->text[0]);
  return all;
}

static void add_statement(const struct bp_statement *statement, struct bp_mutation_names *names) {
  static const char *const of_networks[] = {"X", "Y", "W", "b", "Z", "A", "J"};
  if (statement->kind == BP_STATEMENT_NETWORK) {
    for (size_t k = 0; k < COUNT(of_networks); k++)
      add(names->names, &names->name_count, of_networks[k]);
    add(names->sizes, &names->size_count, "m");
    add(names->numbers, &names->number_count, "J");
  }
  bool size = statement->kind == BP_STATEMENT_SIZE;
  bool named = statement->kind == BP_STATEMENT_GIVEN || statement->kind == BP_STATEMENT_LET ||
               statement->kind == BP_STATEMENT_WRITE;
  for (size_t k = 0; (size || named) && k < statement->target_count; k++) {
    const struct bp_expression *target = statement->targets[k];
    if (target->kind == BP_EXPR_NAME && named)
      add(names->names, &names->name_count, target->name);
    else if (target->kind == BP_EXPR_NAME && target->count == 0)
      add(names->sizes, &names->size_count, target->name);
  }
  if (statement->kind == BP_STATEMENT_LET && !statement->is_function && statement->side_count &&
      statement->targets[0]->count == 0 && bp_mutation_is_number(names, statement->sides[0]))
    add(names->numbers, &names->number_count, statement->targets[0]->name);
  bool binary = statement->domain.kind == BP_DOMAIN_ONEHOT || is_zero_one(&statement->domain);
  for (size_t k = 0; statement->kind == BP_STATEMENT_GIVEN && k < statement->target_count; k++) {
    if (binary)
      add(names->binary, &names->binary_count, statement->targets[k]->name);
    if (!statement->rows && !statement->is_function)
      add(names->numbers, &names->number_count, statement->targets[k]->name);
  }
  if (statement->kind == BP_STATEMENT_GIVEN) {
    add_sizes(statement->columns, names);
    add_sizes(statement->rows, names);
  }
}

static void add_document(const struct bp_document *document, struct bp_mutation_names *names) {
  for (size_t i = 0; i < document->count; i++) {
    add_statement(&document->statements[i], names);
    if (document->statements[i].kind == BP_STATEMENT_USE && document->statements[i].used)
      add_document(document->statements[i].used, names);
  }
}

bool bp_mutation_names(const struct bp_document *document, struct bp_arena *arena,
                       struct bp_mutation_names *names) {
  *names = (struct bp_mutation_names){0};
  names->names = bp_arena_alloc(arena, MOST_NAMES, sizeof *names->names);
  names->sizes = bp_arena_alloc(arena, MOST_NAMES, sizeof *names->sizes);
  names->numbers = bp_arena_alloc(arena, MOST_NAMES, sizeof *names->numbers);
  names->binary = bp_arena_alloc(arena, MOST_NAMES, sizeof *names->binary);
  if (!names->names || !names->sizes || !names->numbers || !names->binary)
    return false;
  add_document(document, names);
  return true;
}
