/* The parser of derivations and the printer of expressions.
 *
 * Formulas are tested by their normal form: what is read is printed, and the print is read again
 * and must be the same tree.  The same is asked of random trees.  A wrong line is written in three
 * parts, before | wrong | after, so that the expected place is seen in the table.
 */
#include <check.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/parse.h"
#include "lang/print.h"
#include "parse_errors.h"
#include "suite.h"
#include "value/vocabulary.h"

/* Stands before every formula: what the file declares. */
static const char prelude[] = "given W, X, Y, V : n x m\n"
                              "given Z[l] : n x m for l = 1..3\n"
                              "given J, C : number\n"
                              "given h : function\n";

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

/* Parses exactly these bytes, from memory that ends with them. */
static struct bp_document parse_bytes(const char *bytes, size_t length,
                                      struct bp_diagnostics *diagnostics) {
  char *kept = malloc(length ? length : 1);
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  struct bp_document document = {0};
  size_t next_id = 0;
  ck_assert(kept && source);
  memcpy(kept, bytes, length);
  *source = (struct bp_source){"test.deriv", kept, length};
  bp_diagnostics_init(diagnostics, arena);
  ck_assert_int_eq(
      bp_parse(source, &bp_vocabulary, NULL, NULL, &next_id, arena, diagnostics, &document), 0);
  ck_assert_uint_eq(document.expressions, next_id);
  for (size_t k = 0; k < diagnostics->count; k++) {
    ck_assert_uint_le(diagnostics->list[k].span.begin, diagnostics->list[k].span.end);
    ck_assert_uint_le(diagnostics->list[k].span.end, length);
  }
  free(kept);
  source->text = bytes;
  return document;
}

static struct bp_document parse(const char *text, struct bp_diagnostics *diagnostics) {
  return parse_bytes(text, strlen(text), diagnostics);
}

static const char *text_of(const struct bp_expression *expression) {
  const char *text = bp_expression_text(expression, NULL, NULL, arena);
  ck_assert_ptr_nonnull(text);
  return text;
}

/* The formula, read as the left side of a claim after the prelude. */
static const struct bp_expression *formula(const char *text) {
  struct bp_diagnostics diagnostics;
  const char *file = bp_arena_printf(arena, "%sclaim %s = 1\n", prelude, text);
  struct bp_document document = parse(file, &diagnostics);
  ck_assert_msg(diagnostics.count == 0, "%s: %s", text,
                diagnostics.count ? diagnostics.list[0].message : "");
  const struct bp_statement *last = &document.statements[document.count - 1];
  ck_assert_uint_eq(last->side_count, 2);
  return last->sides[0];
}

static bool same_text(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_tree(const struct bp_expression *a, const struct bp_expression *b) {
  if (a->kind != b->kind || a->count != b->count || a->order != b->order || a->rows != b->rows ||
      a->columns != b->columns || a->last_place != b->last_place || a->relation != b->relation ||
      !same_text(a->name, b->name) || !same_text(a->text, b->text))
    return false;
  for (size_t k = 0; k < a->count; k++)
    if (!same_tree(a->child[k], b->child[k]))
      return false;
  return true;
}

/* ---- formulas ---- */

static const struct {
  const char *text, *normal;
} accepted[] = {
    {"a+b−c", "a + b - c"},
    {"W*X·Y×V", "W * X * Y * V"},
    {"W .* X ∘ Y odot V ⊙ W", "W ⊙ X ⊙ Y ⊙ V ⊙ W"},
    {"kron(W, X) ⊗ Y", "W ⊗ X ⊗ Y"},
    {"W ./ X / 2", "W ./ X / 2"},
    {"W' * X ⊙ h'(Y)", "W' * X ⊙ h'(Y)"},
    {"W'*Xᵀ*Y′*V^T*W^{T}*X^⊤", "W' * X' * Y' * V' * W' * X'"},
    {"1/m * X", "1/m * X"},
    {"a*b/c", "a * b / c"},
    {"a*(b/c)", "a * (b/c)"},
    {"-Y*X", "-Y * X"},
    {"(-Y)*X", "(-Y) * X"},
    {"a * -b * c", "a * -b * c"},
    {"a * -(b*c)", "a * -(b * c)"},
    {"a - -b", "a - -b"},
    {"a-(b-c)", "a - (b - c)"},
    {"e^-x^2", "e^-x^2"},
    {"e^(-x*y)", "e^-(x * y)"},
    {"2^3^x", "2^3^x"},
    {"(2^3)^x", "(2^3)^x"},
    {"(-a)^2", "(-a)^2"},
    {"-a²+b³", "-a^2 + b^3"},
    {"X.^2", "X.^2"},
    {"x²'", "(x^2)'"},
    {"W₁ + W1", "W1 + W1"},
    {"e\xCC\x81", "\xC3\xA9"}, /* composed */
    {"𝑊 + ∆", "W + Δ"},
    {"X_{:,i} + X_{i,:} + W_{j,k}", "X_{:,i} + X_{i,:} + W_{j,k}"},
    {"Z[l]_k + W_1 + X_12 + X_{k+1} + X_{k}", "Z[l]_k + W_1 + X_12 + X_{k+1} + X_k"},
    {"Z[ l + 1 ]'", "Z[l+1]'"},
    {"sigmoid(Z[1]) + g[2]'(Z[2]) + h''(X)", "sigmoid(Z[1]) + g[2]'(Z[2]) + h''(X)"},
    {"leaky_relu(X)", "leaky_relu(X)"},
    {"√(x) + √2", "sqrt(x) + sqrt(2)"},
    {"[1，2；3，4]", "[1, 2; 3, 4]"},
    {"[W, -X; .5, 1e-3]", "[W, -X; 0.5, 1e-3]"},
    {"Σ_{i=1..m} X_i*Y_i + 1", "sum_{i=1..m} X_i * Y_i + 1"},
    {"∑_{i=1…m, j=1..n} W_{i,j}", "sum_{i=1..m} sum_{j=1..n} W_{i,j}"},
    {"2*(sum_{i=1..m} X_i)*3", "2 * (sum_{i=1..m} X_i) * 3"},
    {"2*sum_{i=1..m} (X_i+1)*3", "2 * sum_{i=1..m} (X_i + 1) * 3"},
    {"where(x > 0, a, x == 1, b, c)", "where(x > 0, a, x = 1, b, c)"},
    {"∂J/∂W", "∂J/∂W"},
    {"dJ/dW", "∂J/∂W"},
    {"1/m * dJ/dW * X", "1/m * ∂J/∂W * X"},
    {"dJ/dZ[l]_{j,k}", "∂J/∂Z[l]_{j,k}"},
    {"(∂J/∂W)'*(∂J/∂W)_{j,k}", "(∂J/∂W)' * (∂J/∂W)_{j,k}"},
    {"∂(W*X + Y)/∂X", "∂(W * X + Y)/∂X"},
    {"∂vec(Z[1])/∂vec(W)", "∂vec(Z[1])/∂vec(W)"},
    {"∂∂J/∂X/∂Y", "∂(∂J/∂X)/∂Y"},
    {"∂J/∂(W)", "∂J/∂W"},
    {"∂²J/∂X²", "∂(∂J/∂X)/∂X"},
    {"∂³(W*X)/∂X^2∂Y", "∂(∂(∂(W * X)/∂X)/∂X)/∂Y"},
    {"∂^2 J/∂X∂Y'", "∂(∂J/∂X)/∂Y"},
    {"d²J/dX² + 1", "∂(∂J/∂X)/∂X + 1"},
    {"d/dX J*X + 1", "∂(J * X)/∂X + 1"},
    {"∂²/∂X∂Y (W*X)", "∂(∂(W * X)/∂X)/∂Y"},
    {"dW + dZ[l]' + dX_{:,i}", "d(W) + d(Z[l])' + d(X)_{:,i}"},
    {"d(W*X)", "d(W * X)"},
    {"(J at W = W - 0.1*X, X = 0*X) - J", "(J at W = W - 0.1 * X, X = 0 * X) - J"},
    {"（W＋X）", "W + X"},
    {"(a\n\n# nor this\n+ b)", "a + b"},
};
enum { ACCEPTED = sizeof accepted / sizeof *accepted };

START_TEST(formula_has_its_normal_form) {
  const char *normal = accepted[_i].normal;
  const struct bp_expression *first = formula(accepted[_i].text);
  ck_assert_msg(!strcmp(text_of(first), normal), "%s: read as %s", accepted[_i].text,
                text_of(first));
  ck_assert_msg(same_tree(first, formula(normal)), "%s: printed as another formula, %s",
                accepted[_i].text, normal);
}
END_TEST

/* ---- random trees ---- */

static uint32_t state;

static uint32_t draw(uint32_t below) {
  state = state * 1664525u + 1013904223u;
  return (state >> 8) % below;
}

static struct bp_expression *node(enum bp_expression_kind kind, size_t count) {
  struct bp_expression *made = bp_arena_alloc(arena, 1, sizeof *made);
  made->kind = kind;
  made->child = bp_arena_alloc(arena, count ? count : 1, sizeof *made->child);
  made->count = count;
  return made;
}

static struct bp_expression *leaf(void) {
  static const char *const names[] = {"W", "X", "a", "σ", "T", "d1"};
  bool number = draw(4) == 0;
  struct bp_expression *made = node(number ? BP_EXPR_NUMBER : BP_EXPR_NAME, 0);
  if (number) {
    made->text = draw(2) ? "2" : "0.5";
    made->last_place = made->text[1] ? -1 : 0;
  } else {
    made->name = names[draw(5)];
  }
  return made;
}

static struct bp_expression *whole(const char *text) {
  struct bp_expression *made = node(BP_EXPR_NUMBER, 0);
  made->text = text;
  return made;
}

static struct bp_expression *tree(unsigned depth) {
  static const enum bp_expression_kind kinds[] = {
      BP_EXPR_NEGATE, BP_EXPR_TRANSPOSE,    BP_EXPR_CALL, BP_EXPR_ELEMENT, BP_EXPR_SUM,
      BP_EXPR_MATRIX, BP_EXPR_DIFFERENTIAL, BP_EXPR_AT,   BP_EXPR_PARTIAL};
  uint32_t pick = draw(20);
  if (depth == 0 || pick == 0)
    return leaf();
  if (pick < 11) {
    struct bp_expression *made = node((enum bp_expression_kind)draw(BP_EXPR_POINT_POWER + 1), 2);
    made->child[0] = tree(depth - 1);
    made->child[1] = tree(depth - 1);
    /* A^T is a transpose, so a power of that name cannot be written without declaring it */
    const struct bp_expression *right = made->child[1];
    if (made->kind == BP_EXPR_POWER && right->kind == BP_EXPR_NAME && !strcmp(right->name, "T"))
      made->child[1] = whole("2");
    return made;
  }
  enum bp_expression_kind kind = kinds[pick - 11];
  size_t count =
      kind == BP_EXPR_MATRIX                                                                ? 4
      : kind == BP_EXPR_SUM || kind == BP_EXPR_AT                                           ? 3
      : kind == BP_EXPR_NEGATE || kind == BP_EXPR_TRANSPOSE || kind == BP_EXPR_DIFFERENTIAL ? 1
                                                                                            : 2;
  struct bp_expression *made = node(kind, count);
  for (size_t k = 0; k < count; k++)
    made->child[k] = tree(depth - 1);
  if (kind == BP_EXPR_MATRIX)
    made->rows = made->columns = 2;
  if (kind == BP_EXPR_SUM) {
    made->name = "i";
    made->order = (int)draw(BP_JOIN_BELOW + 1);
  }
  if (kind == BP_EXPR_CALL || kind == BP_EXPR_AT || kind == BP_EXPR_PARTIAL) {
    size_t which = kind == BP_EXPR_CALL ? 0 : 1;
    struct bp_expression *name = node(BP_EXPR_NAME, 0);
    name->name = kind == BP_EXPR_CALL ? "h" : "W";
    made->child[which] = name;
    made->order = kind == BP_EXPR_CALL ? (int)draw(3) : 0;
  }
  return made;
}

START_TEST(random_tree_is_read_as_it_is_printed) {
  state = (uint32_t)_i * 7919 + 1;
  for (int k = 0; k < 100; k++) {
    const struct bp_expression *made = tree(1 + draw(5));
    const char *text = text_of(made);
    const struct bp_expression *read = formula(text);
    ck_assert_msg(same_tree(made, read), "%s is read as %s", text, text_of(read));
  }
}
END_TEST

/* ---- the derivations of this project ---- */

static const char *text_of_file(const char *path) {
  FILE *file = fopen(path, "rb");
  ck_assert_msg(file != NULL, "%s: cannot be opened", path);
  char *text = bp_arena_alloc(arena, 1, (size_t)1 << 20);
  size_t length = fread(text, 1, ((size_t)1 << 20) - 1, file);
  fclose(file);
  text[length] = '\0';
  return text;
}

/* Puts the print of one side into the text of its file; the tree must stay the same. */
static void check_side(const char *text, const struct bp_statement *statement, size_t side) {
  const struct bp_expression *made = statement->sides[side];
  struct bp_diagnostics diagnostics;
  int until = (int)(statement->span.end - made->span.end);
  const char *line = bp_arena_printf(arena, "%.*s%s%.*s\n", (int)made->span.begin, text,
                                     text_of(made), until, text + made->span.end);
  struct bp_document document = parse(line, &diagnostics);
  const struct bp_statement *last = &document.statements[document.count - 1];
  ck_assert_msg(!last->broken && same_tree(made, last->sides[side]), "printed as %s",
                text_of(made));
}

START_TEST(derivations_are_read_as_they_are_printed) {
  const char *source = getenv("SOURCE");
  const char *folder = source ? bp_arena_printf(arena, "%s/derivations", source) : NULL;
  DIR *files = folder ? opendir(folder) : NULL;
  struct bp_arena *outer = arena;
  for (struct dirent *entry; files && (entry = readdir(files));) {
    if (!strstr(entry->d_name, ".deriv"))
      continue;
    arena = bp_arena_new(0);
    struct bp_diagnostics diagnostics;
    const char *text = text_of_file(bp_arena_printf(arena, "%s/%s", folder, entry->d_name));
    struct bp_document document = parse(text, &diagnostics);
    for (size_t k = 0; k < document.count; k++)
      for (size_t side = 0; side < document.statements[k].side_count; side++)
        if (!document.statements[k].broken)
          check_side(text, &document.statements[k], side);
    bp_arena_free(arena);
  }
  arena = outer;
  if (files)
    closedir(files);
}
END_TEST

/* ---- index letters replaced ---- */

static const char *value_of(void *context, const char *name) {
  (void)context;
  return !strcmp(name, "l") ? "2" : !strcmp(name, "k") ? "13" : NULL;
}

START_TEST(index_letters_are_replaced) {
  static const char *const rows[][2] = {
      {"Z[l+1]*Z[l-1] + l*Z[j]", "Z[3] * Z[1] + l * Z[j]"},
      {"W_{k,j} + X_k", "W_{13,j} + X_13"},
      {"sum_{k=1..l} X_{k+l}", "sum_{k=1..2} X_{k+2}"},
      {"Z[2*l-1]", "Z[3]"},
  };
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    const char *text = bp_expression_text(formula(rows[k][0]), value_of, NULL, arena);
    ck_assert_str_eq(text, rows[k][1]);
  }
}
END_TEST

/* ---- statements ---- */

/* A statement with all its parts, in one line. */
static const char *summary(const struct bp_statement *statement) {
  char *text = bp_arena_printf(arena, "%s", statement->text ? statement->text : "");
  for (size_t k = 0; k < statement->target_count; k++)
    text = bp_arena_printf(arena, "%s<%s>", text, text_of(statement->targets[k]));
  for (size_t k = 0; k < statement->parameter_count; k++)
    text = bp_arena_printf(arena, "%s(%s)", text, statement->parameters[k]);
  for (size_t k = 0; k < statement->side_count; k++)
    text = bp_arena_printf(arena, "%s%s{%s}", text,
                           k && statement->relations ? bp_relation_sign(statement->relations[k - 1])
                                                     : "",
                           text_of(statement->sides[k]));
  if (statement->low)
    text = bp_arena_printf(arena, "%s %s..%s", text, text_of(statement->low),
                           text_of(statement->high));
  if (statement->rows)
    text = bp_arena_printf(arena, "%s:%s", text, text_of(statement->rows));
  if (statement->columns)
    text = bp_arena_printf(arena, "%sx%s", text, text_of(statement->columns));
  text = bp_arena_printf(arena, "%s%s", text, statement->is_function ? " function" : "");
  if (statement->domain.kind != BP_DOMAIN_REAL)
    text = bp_arena_printf(arena, "%s in %d", text, (int)statement->domain.kind);
  for (size_t k = 0; k < statement->domain.count; k++)
    text = bp_arena_printf(arena, "%s %s", text, text_of(statement->domain.values[k]));
  for (size_t k = 0; k < statement->range_count; k++)
    text = bp_arena_printf(arena, "%s for %s=%s..%s", text, statement->ranges[k].name,
                           text_of(statement->ranges[k].from), text_of(statement->ranges[k].to));
  return text;
}

static const struct {
  const char *text;
  enum bp_statement_kind kind;
  const char *summary;
} statements[] = {
    {"title \"a # b\" # c", BP_STATEMENT_TITLE, "a # b"},
    {"note “two ‘words’”", BP_STATEMENT_NOTE, "two ‘words’"},
    {"size m = 5", BP_STATEMENT_SIZE, "<m> 5..5"},
    {"size m, n in 2..6", BP_STATEMENT_SIZE, "<m><n> 2..6"},
    {"size n[l]", BP_STATEMENT_SIZE, "<n[l]>"},
    {"given W : n1 x n0", BP_STATEMENT_GIVEN, "<W>:n1xn0"},
    {"given W : 4x3", BP_STATEMENT_GIVEN, "<W>:4x3"},
    {"given W : n×2*m", BP_STATEMENT_GIVEN, "<W>:nx2 * m"},
    {"given x, y : n", BP_STATEMENT_GIVEN, "<x><y>:n"},
    {"given t : number in positive", BP_STATEMENT_GIVEN, "<t> in 1"},
    {"given Y : n x m in {0, 1}", BP_STATEMENT_GIVEN, "<Y>:nxm in 7 0 1"},
    {"given Y : n in (-1, 1e2)", BP_STATEMENT_GIVEN, "<Y>:n in 6 -1 1e2"},
    {"given g[l] : function for l = 1..L", BP_STATEMENT_GIVEN, "<g[l]> function for l=1..L"},
    {"let A[l] = g(Z[l]) for l = 1..L", BP_STATEMENT_LET, "<A[l]>{g(Z[l])} for l=1..L"},
    {"let f(x, y) = x/y", BP_STATEMENT_LET, "<f>(x)(y){x/y} function"},
    {"let g[1] = tanh", BP_STATEMENT_LET, "<g[1]>{tanh} function"},
    {"network 3 - 4 tanh, m samples  # x", BP_STATEMENT_NETWORK, "3 - 4 tanh, m samples"},
    {"write dW[l] for ∂J/∂W[l]", BP_STATEMENT_WRITE, "<dW[l]>{∂J/∂W[l]}"},
    {"vary W, b[l]", BP_STATEMENT_VARY, "<W><b[l]>"},
    {"vary all", BP_STATEMENT_VARY, ""},
    {"claim \"x\" a = b ≈ 1 < c <= d > e >= f", BP_STATEMENT_CLAIM,
     "x{a}={b}≈{1}<{c}<={d}>{e}>={f}"},
    {"claim a ~= 1 for l = 1..L,\n k = 1..m", BP_STATEMENT_CLAIM, "{a}≈{1} for l=1..L for k=1..m"},
    {"claim a = b\n\n  = c\n for l = 1..2", BP_STATEMENT_CLAIM, "{a}={b}={c} for l=1..2"},
    {"claim a + # why\n b = c", BP_STATEMENT_CLAIM, "{a + b}={c}"},
    {"refute a = b", BP_STATEMENT_REFUTE, "{a}={b}"},
    {"shape \"s\" W[l] : n[l] x n[l-1]", BP_STATEMENT_SHAPE, "s{W[l]}:n[l]xn[l-1]"},
    {"shape J : number", BP_STATEMENT_SHAPE, "{J}"},
};
enum { STATEMENTS = sizeof statements / sizeof *statements };

START_TEST(statement_has_its_parts) {
  static const char *const around[][2] = {{"", ""}, {"\xEF\xBB\xBF", "\r\n"}, {"\n  ", "\n\n# x"}};
  static const char last[] = "\nsize q"; /* a declaration: without one, all names are numbers */
  for (size_t k = 0; k < 3; k++) {
    struct bp_diagnostics diagnostics;
    const char *file =
        bp_arena_printf(arena, "%s%s%s%s", around[k][0], statements[_i].text, around[k][1], last);
    struct bp_document document = parse(file, &diagnostics);
    ck_assert_msg(diagnostics.count == 0, "%s: %s", file,
                  diagnostics.count ? diagnostics.list[0].message : "");
    ck_assert_uint_eq(document.count, 2);
    ck_assert_int_eq((int)document.statements[0].kind, (int)statements[_i].kind);
    ck_assert_str_eq(summary(&document.statements[0]), statements[_i].summary);
  }
}
END_TEST

START_TEST(source_line_is_one_line) {
  struct bp_diagnostics diagnostics;
  struct bp_document document =
      parse("claim \"a  #b\"   x = # no\n   y # last\nsize z", &diagnostics);
  ck_assert_str_eq(bp_source_line(document.source, document.statements[0].span, arena),
                   "claim \"a  #b\" x = y");
}
END_TEST

START_TEST(spans_are_exact) {
  struct bp_diagnostics diagnostics;
  struct bp_document document = parse("claim (a + bb)' = W[2]_{j,k}", &diagnostics);
  const struct bp_expression *left = document.statements[0].sides[0];
  ck_assert_uint_eq(left->span.begin, 6);
  ck_assert_uint_eq(left->span.end, 15);
  ck_assert_uint_eq(left->sign.begin, 14);
  ck_assert(left->child[0]->parenthesised);
  ck_assert_uint_eq(left->child[0]->span.end, 14);
  ck_assert_uint_eq(left->child[0]->sign.begin, 9);
  const struct bp_expression *right = document.statements[0].sides[1];
  ck_assert_uint_eq(right->span.begin, 18);
  ck_assert_uint_eq(right->span.end, 28);
  ck_assert_uint_eq(right->child[0]->span.end, 22);
  ck_assert_uint_eq(document.statements[0].relation_spans[0].begin, 16);
}
END_TEST

/* ---- mistakes ---- */

static bool begins(const char *text, const char *start) {
  return text && strncmp(text, start, strlen(start)) == 0;
}

/* The wrong line stands between good ones, which have to be read. */
START_TEST(error_is_pointed_at) {
  struct bp_diagnostics diagnostics;
  const char *line =
      bp_arena_printf(arena, "%s%s%s", refused[_i].before, refused[_i].wrong, refused[_i].after);
  const char *file = bp_arena_printf(arena, "%s%s\nclaim \"last\" J = C\n", prelude, line);
  struct bp_document document = parse(file, &diagnostics);
  ck_assert_msg(diagnostics.count == 1, "%s: %zu errors", line, diagnostics.count);
  const struct bp_diagnostic *error = &diagnostics.list[0];
  size_t begin = strlen(prelude) + strlen(refused[_i].before);
  size_t end = begin + strlen(refused[_i].wrong);
  ck_assert_msg(begins(error->message, refused[_i].message), "%s: %s", line, error->message);
  ck_assert_msg(error->span.begin == begin && error->span.end == end,
                "%s: %s at %zu..%zu, not %zu..%zu", line, error->message, error->span.begin,
                error->span.end, begin, end);
  if (refused[_i].suggestion)
    ck_assert_msg(begins(error->suggestion, refused[_i].suggestion), "%s: try %s", line,
                  error->suggestion ? error->suggestion : "nothing");
  const struct bp_statement *last = &document.statements[document.count - 1];
  ck_assert_msg(!last->broken && same_text(last->text, "last"), "%s: the next line is lost", line);
}
END_TEST

START_TEST(bad_bytes_break_one_line) {
  static const struct {
    const char *text;
    size_t length, errors;
  } rows[] = {
      {"claim a = \xff\nclaim b = 1\n", 24, 1},    {"claim a\0 = 1\nclaim b = 1\n", 25, 1},
      {"note \"\xe2\x82\"\nclaim b = 1\n", 21, 1}, {"# \xff\nclaim b = 1\n", 16, 0},
      {"network 3 \xc0\nclaim b = 1\n", 24, 1},
  };
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    struct bp_diagnostics diagnostics;
    struct bp_document document = parse_bytes(rows[k].text, rows[k].length, &diagnostics);
    ck_assert_msg(diagnostics.errors == rows[k].errors, "row %zu: %zu errors", k,
                  diagnostics.errors);
    ck_assert(!document.statements[document.count - 1].broken);
  }
}
END_TEST

/* ---- large and hostile input ---- */

START_TEST(depth_has_a_limit) {
  static const char *const pieces[] = {"(",     "-",        "x+", "x'*",           "[",  "∂", "√",
                                       "x^",    "x_{x",     "f(", "sum_{i=1..2} ", "x²", "'", "d(",
                                       "∂x/∂(", "∂x/∂vec(", "W[", "kron(1,"};
  for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
    size_t length = strlen(pieces[k]);
    char *text = bp_arena_alloc(arena, 10000, length + 1);
    char *end = text + sprintf(text, "claim x");
    if (pieces[k][0] != '\'')
      end--;
    for (size_t n = 0; n < 9000; n++, end += length)
      memcpy(end, pieces[k], length);
    memcpy(end, "x = 1\nsize q\n", 14);
    struct bp_diagnostics diagnostics;
    struct bp_document document = parse(text, &diagnostics);
    ck_assert_msg(diagnostics.errors == 1, "%s: %zu errors", pieces[k], diagnostics.errors);
    ck_assert_uint_eq(document.count, 2);
    ck_assert(!document.statements[1].broken);
  }
}
END_TEST

/* A line that takes far too many steps is one error, at that line, and nothing of it is kept. */
START_TEST(patience_ends) {
  enum { WORDS = 12000 };
  static const char before[] = "size k\nclaim x = x\n", word[] = "given ";
  char *text = bp_arena_alloc(arena, sizeof before + WORDS * (sizeof word - 1), 1), *end = text;
  struct bp_diagnostics diagnostics;
  end += sprintf(end, "%s", before);
  for (size_t n = 0; n < WORDS; n++, end += sizeof word - 1)
    memcpy(end, word, sizeof word);
  struct bp_document document = parse(text, &diagnostics);
  ck_assert_uint_eq(diagnostics.errors, 1);
  ck_assert_uint_eq(diagnostics.list[0].span.begin, sizeof before - 1);
  for (size_t k = 2; k < document.count; k++)
    ck_assert(document.statements[k].broken);
}
END_TEST

START_TEST(any_bytes_are_read_or_refused) {
  static const char good[] = "let f(x) = 1\nclaim \"a\" ∂J/∂W[l]_{j,k} = sum_{i=1..m} g'(Z[1])' ⊙ "
                             "[1, 2; W, dX]^2 ≈ .5 for l = 1..2\n";
  char text[sizeof good];
  struct bp_diagnostics diagnostics;
  struct bp_arena *outer = arena;
  for (size_t at = 0; at < sizeof good - 1; at++) {
    arena = bp_arena_new(0);
    parse_bytes(good, at, &diagnostics);
    for (int byte = takes_part() ? (int)at % 8 : 0; byte < 256; byte += takes_part() ? 8 : 1) {
      memcpy(text, good, sizeof good);
      text[at] = (char)byte;
      parse_bytes(text, sizeof good - 1, &diagnostics);
    }
    bp_arena_free(arena);
  }
  arena = outer;
}
END_TEST

START_TEST(short_memory_is_an_error) {
  static const char text[] = "given W : n x m\nlet f(x) = 2*x\nclaim f(W)_{1,2} = [1, 2; 3, 4]\n";
  struct bp_source source = {"test.deriv", text, sizeof text - 1};
  int refused_once = 0;
  for (size_t limit = 64; limit < 65536; limit += 448) {
    struct bp_arena *small = bp_arena_new(limit);
    struct bp_diagnostics diagnostics;
    struct bp_document document;
    size_t next_id = 0;
    bp_diagnostics_init(&diagnostics, small);
    int status =
        bp_parse(&source, &bp_vocabulary, NULL, NULL, &next_id, small, &diagnostics, &document);
    ck_assert_int_eq(status == 0, diagnostics.errors == 0);
    refused_once |= status != 0;
    bp_arena_free(small);
  }
  ck_assert(refused_once);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("parse");
  TCase *cases = tcase_create("parse");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, formula_has_its_normal_form, 0, ACCEPTED);
  tcase_add_loop_test(cases, random_tree_is_read_as_it_is_printed, 0, 20);
  tcase_add_test(cases, derivations_are_read_as_they_are_printed);
  tcase_add_test(cases, index_letters_are_replaced);
  tcase_add_loop_test(cases, statement_has_its_parts, 0, STATEMENTS);
  tcase_add_test(cases, source_line_is_one_line);
  tcase_add_test(cases, spans_are_exact);
  tcase_add_loop_test(cases, error_is_pointed_at, 0, REFUSED);
  tcase_add_test(cases, bad_bytes_break_one_line);
  tcase_add_test(cases, depth_has_a_limit);
  if (!takes_part()) /* twenty million tokens */
    tcase_add_test(cases, patience_ends);
  tcase_add_test(cases, any_bytes_are_read_or_refused);
  tcase_add_test(cases, short_memory_is_an_error);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
