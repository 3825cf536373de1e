/* The dimension trace: that every formula in it is right by shape, that the statements of the
 * source documents are in it, and that it can be read on 80 columns.
 *
 * The first is tested without knowing the formulas: the shapes of a right side are multiplied,
 * added and summed as its operators say, in symbols, and must give the shape of its left side.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "net/spec.h"
#include "net/trace.h"
#include "report/report.h"
#include "suite.h"

static const char *const networks[] = {
    "3 - 4 tanh - 1 sigmoid",
    "3 - 4 tanh - 1 sigmoid, squared",
    "2 - 4 tanh - 1 sigmoid, half-squared",
    "5 - 3 softmax",
    "5 - 3 softmax, squared",
    "1 - 1 sigmoid",
    "784 - 1000 leaky_relu - 300 silu - 200 gelu - 100 elu - 10 softmax",
    "7 - 6 relu - 5 softplus - 4 identity - 3 sigmoid",
    "12345 - 12345 leaky_relu - 12345 leaky_relu - 12345 softmax",
};
enum { NETWORKS = sizeof networks / sizeof *networks };
static const size_t sample_counts[] = {0, 1, 5, 100000};
enum { SAMPLE_COUNTS = sizeof sample_counts / sizeof *sample_counts };

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

static struct bp_spec parse(const char *text, struct bp_arena *memory) {
  struct bp_source source = {"network spec", text, strlen(text)};
  struct bp_diagnostics diagnostics;
  struct bp_spec spec = {0};
  bp_diagnostics_init(&diagnostics, memory);
  ck_assert_msg(bp_spec_parse(&source, memory, &diagnostics, &spec) == 0, "%s: not read", text);
  return spec;
}

static struct bp_trace *trace_of(const char *text, size_t samples) {
  struct bp_spec spec = parse(text, arena);
  struct bp_trace *trace = bp_trace_shapes(&spec, samples, arena);
  ck_assert_msg(trace != NULL, "%s: no trace", text);
  return trace;
}

static const struct bp_report_style plain = {0}, coloured = {.colour = true};

/* What a writer writes, in the arena. */
static const char *written(const struct bp_trace *trace, bool markdown) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  ck_assert_ptr_nonnull(out);
  ck_assert_int_eq(
      markdown ? bp_trace_markdown(trace, &plain, out) : bp_trace_text(trace, &plain, out), 0);
  fclose(out);
  const char *kept = bp_arena_strdup(arena, text);
  free(text);
  return kept;
}

/* ---- right by shape ---- */

/* By number where both have one: with m = 1 the 1 of a bias and m are the same. */
static bool same_dimension(struct bp_dimension a, struct bp_dimension b) {
  if (a.number != 0 && b.number != 0)
    return a.number == b.number;
  return strcmp(a.symbol, b.symbol) == 0;
}

static bool same_shape(struct bp_trace_shape a, struct bp_trace_shape b) {
  return same_dimension(a.rows, b.rows) && same_dimension(a.columns, b.columns);
}

static bool contains(const char *text, const char *part) { return strstr(text, part) != NULL; }

/* Whether the factors after the equals sign come to the shape before it. */
static bool fits(const struct bp_trace_step *step) {
  static const struct bp_dimension one = {"1", 1};
  const struct bp_trace_factor *factors = step->factors;
  struct bp_trace_shape shape = factors[1].shape;
  if (contains(factors[1].before, "sum over samples"))
    shape.columns = one;
  if (contains(factors[1].before, "sum of the"))
    shape.rows = shape.columns = one;
  for (size_t f = 2; f < step->factor_count; f++) {
    struct bp_trace_shape next = factors[f].broadcast ? factors[f].spread : factors[f].shape;
    if (strcmp(factors[f].before, "·") == 0) {
      if (!same_dimension(shape.columns, next.rows))
        return false;
      shape.columns = next.columns;
    } else if (!same_shape(shape, next)) {
      return false;
    }
    if (factors[f].broadcast && !same_dimension(factors[f].shape.rows, factors[f].spread.rows))
      return false;
  }
  return same_shape(shape, factors[0].shape);
}

START_TEST(every_formula_fits) {
  for (size_t k = 0; k < SAMPLE_COUNTS; k++) {
    const struct bp_trace *trace = trace_of(networks[_i], sample_counts[k]);
    for (size_t p = 0; p < trace->part_count; p++)
      for (size_t s = 0; s < trace->parts[p].step_count; s++) {
        const struct bp_trace_step *step = &trace->parts[p].steps[s];
        ck_assert_msg(step->factor_count >= 2 && contains(step->factors[1].before, "="),
                      "%s: %s has no right side", networks[_i], step->factors[0].text);
        ck_assert_msg(fits(step), "%s, %s: the shapes of %s do not fit", networks[_i],
                      trace->parts[p].title, step->factors[0].text);
      }
  }
}
END_TEST

/* A result whose name is in the table of shapes has the shape that stands there. */
START_TEST(results_have_the_shapes_of_the_table) {
  const struct bp_trace *trace = trace_of(networks[_i], 5);
  size_t found = 0;
  for (size_t p = 0; p < trace->part_count; p++)
    for (size_t s = 0; s < trace->parts[p].step_count; s++) {
      const struct bp_trace_factor *result = &trace->parts[p].steps[s].factors[0];
      for (size_t k = 0; k < trace->matrix_count; k++) {
        const struct bp_trace_matrix *matrix = &trace->matrices[k];
        const char *gradient = matrix->gradient != NULL ? matrix->gradient : "";
        if (strcmp(result->text, matrix->name) != 0 && strcmp(result->text, gradient) != 0)
          continue;
        found++;
        ck_assert_msg(same_shape(result->shape, matrix->shape), "%s: %s in %s", networks[_i],
                      result->text, trace->parts[p].title);
      }
    }
  ck_assert_msg(found > 0, "%s: no result is in the table", networks[_i]);
}
END_TEST

/* ---- what the source documents state ---- */

/* Network, m (0: a letter), where it is stated, and how it must be printed. */
static const struct {
  const char *network;
  size_t samples;
  const char *where;
  const char *line;
} statements[] = {
    {"3 - 4 tanh - 1 sigmoid", 5, "m samples", "dW[1] (4,3) = 1/m · dZ[1] (4,5) · X' (5,3)"},
    {"3 - 4 tanh - 1 sigmoid", 5, "m samples",
     "Z[1] (4,5) = W[1] (4,3) · X (3,5) + b[1] (4,1)→(4,5)"},
    {"3 - 4 tanh - 1 sigmoid", 5, "m samples", "b[1] is repeated over 5 columns"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.1", "W[1]    (n[1],n[0])  (4,3)    dW[1]"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.1", "Z[1]    (n[1],m)     (4,m)    dZ[1]"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.1", "A[1]    (n[1],m)     (4,m)    dA[1]"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.1", "W[2]    (n[2],n[1])  (1,4)    dW[2]"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.1", "Z[2]    (n[2],m)     (1,m)    dZ[2]"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.1", "A[2]    (n[2],m)     (1,m)    dA[2]"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.1", "W[l] is (n[l],n[l-1]); Z[l] and A[l] are (n[l],m)."},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.2", "The shapes of dW, db, dZ"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.3", "z[1] (4,1) = W[1] (4,3) · x (3,1) + b[1] (4,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.3", "a[1] (4,1) = tanh(z[1]) (4,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.3", "z[2] (1,1) = W[2] (1,4) · a[1] (4,1) + b[2] (1,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.4",
     "da[2] (1,1) = -y (1,1) ⊘ a[2] (1,1) + (1-y) (1,1) ⊘ (1-a[2]) (1,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.5", "dz[2] (1,1) = da[2] (1,1) ⊙ σ'(z[2]) (1,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.5",
     "⊙ multiplies entry by entry: equal shapes, and no inner"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.6", "dz[2] (1,1) = a[2] (1,1) - y (1,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.7", "dW[2] (1,4) = dz[2] (1,1) · a[1]' (1,4)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.7", "db[2] (1,1) = dz[2] (1,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.8", "da[1] (4,1) = W[2]' (4,1) · dz[2] (1,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.9", "dz[1] (4,1) = da[1] (4,1) ⊙ tanh'(z[1]) (4,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.9",
     "dz[1] (4,1) = (W[2]' (4,1) · dz[2] (1,1)) ⊙ tanh'(z[1]) (4,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.10", "dW[1] (4,3) = dz[1] (4,1) · x' (1,3)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.10", "db[1] (4,1) = dz[1] (4,1)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.11", "= W[1] (4,3) · X (3,m) + b[1] (4,1)→(4,m)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.11", "= W[2] (1,4) · A[1] (4,m) + b[2] (1,1)→(1,m)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.11", "b[1] is repeated over m columns"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.12", "= 1/m · sum of the loss (1,m)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.13", "dZ[2] (1,m) = A[2] (1,m) - Y (1,m)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.13", "dW[2] (1,4) = 1/m · dZ[2] (1,m) · A[1]' (m,4)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.13", "db[2] (1,1) = 1/m · sum over samples of dZ[2] (1,m)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.14",
     "dZ[1] (4,m) = (W[2]' (4,1) · dZ[2] (1,m)) ⊙ tanh'(Z[1]) (4,m)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.14", "dW[1] (4,3) = 1/m · dZ[1] (4,m) · X' (m,3)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.14", "db[1] (4,1) = 1/m · sum over samples of dZ[1] (4,m)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.15", "(4,1), not (4,); NumPy: axis=1, keepdims=True"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000.16", "W[1] (4,3) := W[1] (4,3) - α · dW[1] (4,3)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "000",
     "dZ and dA are derivatives of the loss of each sample, without"},
    {"3 - 4 tanh - 1 sigmoid", 0, "001.1-2",
     "Z[l] (n[l],m)       = W[l] (n[l],n[l-1]) · A[l-1] (n[l-1],m)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "001.1-2", "A[l] (n[l],m)       = g[l](Z[l]) (n[l],m)"},
    {"3 - 4 tanh - 1 sigmoid", 0, "001.12", "= 1/m · dZ[l] (n[l],m) · A[l-1]' (m,n[l-1])"},
    {"2 - 4 tanh - 1 sigmoid", 0, "002.9", "X       (n[0],m)     (2,m)"},
    {"2 - 4 tanh - 1 sigmoid", 0, "002.9", "W[1]    (n[1],n[0])  (4,2)"},
    {"2 - 4 tanh - 1 sigmoid", 0, "002.9",
     "B[1]    (n[1],m)     (4,m)                b[1] in every column"},
    {"2 - 4 tanh - 1 sigmoid", 0, "002.9",
     "B[2]    (n[2],m)     (1,m)                b[2] in every column"},
    {"2 - 4 tanh - 1 sigmoid", 0, "002.9", "Y       (n[2],m)     (1,m)"},
    {"3 - 4 tanh - 1 sigmoid, squared", 5, "004", "dA[2] (1,5) = 2 · (A[2] (1,5) - Y (1,5))"},
    {"5 - 3 softmax", 8, "softmax",
     "dZ[1]_{:,i} (3,1) = softmax'(Z[1]_{:,i}) (3,3) · dA[1]_{:,i} (3,1)"},
    {"5 - 3 softmax", 8, "softmax", "dZ[1] (3,8)       = A[1] (3,8) - Y (3,8)"},
};
enum { STATEMENTS = sizeof statements / sizeof *statements };

START_TEST(statement_is_printed) {
  const struct bp_trace *trace = trace_of(statements[_i].network, statements[_i].samples);
  const char *text = written(trace, false);
  ck_assert_msg(contains(text, statements[_i].line), "%s: \"%s\" is not printed",
                statements[_i].where, statements[_i].line);
}
END_TEST

/* Only cross-entropy has the short way to dZ[L]. */
START_TEST(direct_route_only_where_it_holds) {
  ck_assert(contains(written(trace_of("3 - 2 sigmoid", 4), false), "  direct  dZ[1]"));
  ck_assert(contains(written(trace_of("3 - 2 softmax", 4), false), "  direct  dZ[1]"));
  ck_assert(!contains(written(trace_of("3 - 2 sigmoid, squared", 4), false), "  direct  "));
  ck_assert(!contains(written(trace_of("3 - 2 softmax, squared", 4), false), "  direct  "));
}
END_TEST

/* ---- how it is set ---- */

START_TEST(lines_fit_a_terminal) {
  for (size_t k = 0; k < SAMPLE_COUNTS; k++) {
    const char *text = written(trace_of(networks[_i], sample_counts[k]), false);
    while (*text != '\0') {
      size_t length = strcspn(text, "\n");
      ck_assert_msg(bp_text_columns(text, length) <= 80, "%s: %.*s", networks[_i], (int)length,
                    text);
      ck_assert_msg(length == 0 || text[length - 1] != ' ', "%s: blanks at the end of \"%.*s\"",
                    networks[_i], (int)length, text);
      text += length + (text[length] == '\n');
    }
  }
}
END_TEST

/* Cells of a Markdown row; a bar behind a backslash does not end one. */
static size_t cell_count(const char *line, size_t length) {
  size_t bars = 0;
  for (size_t k = 0; k < length; k++)
    bars += line[k] == '|' && (k == 0 || line[k - 1] != '\\');
  return bars;
}

START_TEST(markdown_tables_are_whole) {
  const char *text = written(trace_of(networks[_i], 5), true);
  size_t expected = 0, rows = 0;
  while (*text != '\0') {
    size_t length = strcspn(text, "\n");
    if (length == 0)
      expected = 0;
    else if (text[0] == '|') {
      size_t cells = cell_count(text, length);
      expected = expected == 0 ? cells : expected;
      ck_assert_msg(cells == expected, "%s: %zu bars, not %zu, in %.*s", networks[_i], cells,
                    expected, (int)length, text);
      rows++;
    }
    text += length + (text[length] == '\n');
  }
  ck_assert_uint_gt(rows, 20);
}
END_TEST

START_TEST(markdown_has_the_formulas) {
  const char *text = written(trace_of("3 - 4 tanh - 1 sigmoid", 5), true);
  ck_assert(contains(text, "| BP4 | `dW[1] (4,3) = 1/m · dZ[1] (4,5) · X' (5,3)` |"));
  ck_assert(contains(text, "`Z[1] (4,5) = W[1] (4,3) · X (3,5) + b[1] (4,1)→(4,5)` | b[1] is"));
  ck_assert(contains(text, "| `W[1]` | `(n[1],n[0])` | `(4,3)` | `dW[1]` | weights |"));
}
END_TEST

START_TEST(colour_adds_only_escapes) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  const struct bp_trace *trace = trace_of("3 - 4 tanh - 1 sigmoid", 5);
  ck_assert_int_eq(bp_trace_text(trace, &coloured, out), 0);
  fclose(out);
  const char *without = written(trace, false), *with = text;
  while (*with != '\0') {
    if (*with == '\033')
      with += strcspn(with, "m") + 1;
    else
      ck_assert_int_eq(*with++, *without++);
  }
  ck_assert_int_eq(*without, '\0');
  free(text);
}
END_TEST

/* ---- when things are short ---- */

START_TEST(short_memory_is_no_trace) {
  struct bp_spec spec = parse("3 - 4 tanh - 1 sigmoid", arena);
  size_t made = 0, refused = 0;
  for (size_t limit = 256; limit < 100000; limit += 256) {
    struct bp_arena *small = bp_arena_new(limit);
    if (small == NULL)
      continue;
    const struct bp_trace *trace = bp_trace_shapes(&spec, 5, small);
    ck_assert_msg((trace == NULL) == bp_arena_failed(small), "limit %zu", limit);
    made += trace != NULL;
    refused += trace == NULL;
    bp_arena_free(small);
  }
  ck_assert_uint_gt(made, 0);
  ck_assert_uint_gt(refused, 0);
}
END_TEST

START_TEST(full_stream_is_reported) {
  FILE *full = fopen("/dev/full", "w");
  if (full == NULL)
    return;
  setvbuf(full, NULL, _IONBF, 0);
  const struct bp_trace *trace = trace_of("3 - 4 tanh - 1 sigmoid", 5);
  ck_assert_int_eq(bp_trace_text(trace, &plain, full), -1);
  ck_assert_int_eq(bp_trace_markdown(trace, &plain, full), -1);
  fclose(full);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("trace");
  TCase *cases = tcase_create("trace");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, every_formula_fits, 0, NETWORKS);
  tcase_add_loop_test(cases, results_have_the_shapes_of_the_table, 0, NETWORKS);
  tcase_add_loop_test(cases, statement_is_printed, 0, STATEMENTS);
  tcase_add_test(cases, direct_route_only_where_it_holds);
  tcase_add_loop_test(cases, lines_fit_a_terminal, 0, NETWORKS);
  tcase_add_loop_test(cases, markdown_tables_are_whole, 0, NETWORKS);
  tcase_add_test(cases, markdown_has_the_formulas);
  tcase_add_test(cases, colour_adds_only_escapes);
  tcase_add_test(cases, short_memory_is_no_trace);
  tcase_add_test(cases, full_stream_is_reported);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
