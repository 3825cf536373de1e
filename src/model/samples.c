/* What a file that says nothing of samples means by them, from two kinds of evidence.
 *
 * One that makes probabilities along the rows, by rowsoftmax or by what it divides by sums of rows,
 * has targets with a single 1 in every row: with one in every column no right gradient of it would
 * hold.  And where a given matrix has the number of samples for its rows, X : N x D, and none has
 * it for its columns, samples are rows as in most code, and softmax goes along them.  A column
 * among what is given is then a bias or labels; any other may be a sample, and nothing is assumed.
 *
 * A file that makes probabilities along the columns, or says how samples lie, or whose network lays
 * them out, is taken as it stands.
 */
#include "model/samples.h"

#include <string.h>

#include "lang/tree.h"

struct evidence {
  const struct bp_statement *onehot, *sampled; /* the first of each, or NULL */
  const struct bp_expression *softmax;         /* its name, where it is called first, or NULL */
  bool along, across;                          /* probabilities: along the rows, or the columns */
  bool told, columns, single;                  /* told how, samples as columns, one sample alone */
  bool in_rows;                                /* onehot rows */
};

/* Whether something in it is divided by sums that the function `sums` makes. */
static bool divides_by(const struct bp_expression *expression, const char *sums) {
  if (bp_is_quotient(expression) && bp_expression_mentions(expression->child[1], sums))
    return true;
  for (size_t i = 0; i < expression->count; i++)
    if (divides_by(expression->child[i], sums))
      return true;
  return false;
}

static const struct bp_expression *find(const struct bp_expression *expression, const char *name) {
  if (bp_is(expression, BP_EXPR_NAME) && !strcmp(expression->name, name))
    return expression;
  const struct bp_expression *found = NULL;
  for (size_t i = 0; !found && i < expression->count; i++)
    found = find(expression->child[i], name);
  return found;
}

static bool is_number_of_samples(const struct bp_expression *size) {
  static const char *const names[] = {"N", "m", "M", "B", "batch", "samples"};
  for (size_t k = 0; size && size->kind == BP_EXPR_NAME && k < sizeof names / sizeof *names; k++)
    if (!strcmp(size->name, names[k]))
      return true;
  return false;
}

/* A column that is added to every sample, or has a number for each: b, beta, y, t1. */
static bool is_bias_or_labels(const struct bp_expression *target) {
  static const char *const beginnings[] = {"b", "c", "y", "t", "β", "γ", "gamma", "λ", "α"};
  bool found = false;
  for (size_t k = 0; target->name && k < sizeof beginnings / sizeof *beginnings; k++)
    found = found || !strncmp(target->name, beginnings[k], strlen(beginnings[k]));
  return found;
}

static void look_at_given(const struct bp_statement *given, struct evidence *evidence) {
  if (!evidence->onehot && given->domain.kind == BP_DOMAIN_ONEHOT)
    evidence->onehot = given;
  evidence->in_rows = evidence->in_rows || given->domain.along_rows;
  if (!given->rows || given->is_function)
    return;
  bool column = !given->columns || bp_is_number(given->columns, "1");
  if (!column && !evidence->sampled && is_number_of_samples(given->rows))
    evidence->sampled = given;
  evidence->columns = evidence->columns || (!column && is_number_of_samples(given->columns));
  for (size_t i = 0; column && i < given->target_count; i++)
    evidence->single = evidence->single || !is_bias_or_labels(given->targets[i]);
}

/* softmax(Z'): somebody turned the samples on purpose. */
static bool turned(const struct bp_expression *expression) {
  if (bp_is(expression, BP_EXPR_CALL) && expression->count > 1 &&
      bp_is(expression->child[1], BP_EXPR_TRANSPOSE) &&
      bp_expression_mentions(expression->child[0], "softmax"))
    return true;
  for (size_t i = 0; i < expression->count; i++)
    if (turned(expression->child[i]))
      return true;
  return false;
}

static void look_at_side(const struct bp_expression *side, struct evidence *evidence) {
  if (!evidence->softmax)
    evidence->softmax = find(side, "softmax");
  evidence->along =
      evidence->along || bp_expression_mentions(side, "rowsoftmax") || divides_by(side, "rowsum");
  evidence->across = evidence->across || turned(side) ||
                     bp_expression_mentions(side, "colsoftmax") || divides_by(side, "colsum");
}

bool bp_samples_are_rows(const struct bp_document *document, struct bp_diagnostics *diagnostics) {
  struct evidence found = {.softmax = NULL};
  for (size_t i = 0; i < document->count; i++) {
    const struct bp_statement *statement = &document->statements[i];
    found.told = found.told || statement->has_rows || statement->kind == BP_STATEMENT_NETWORK;
    if (statement->kind == BP_STATEMENT_GIVEN && !statement->broken)
      look_at_given(statement, &found);
    for (size_t k = 0; k < statement->side_count; k++)
      look_at_side(statement->sides[k], &found);
  }
  bool sized = found.sampled && !found.columns && !found.single;
  bool laid = sized || (found.in_rows && found.softmax);
  if (found.told || found.across || !(found.onehot || found.softmax) ||
      !(laid || (found.along && !found.softmax)))
    return false;
  const char *says = laid && !sized
                         ? "samples are rows here, as onehot says: softmax goes along the rows"
                     : laid ? "samples are rows here, by the sizes of what is given: softmax goes "
                              "along the rows, and onehot has a single 1 in each"
                            : "a single 1 in every row, as probabilities are made along the rows";
  bp_note(diagnostics, document->source,
          found.softmax ? found.softmax->span : found.onehot->domain.span,
          "layout samples as rows, or layout samples as columns if they are not", "%s", says);
  return true;
}
