/* What `explain` and `trace` of a derivation show: the example of the language page, claims that
 * fail by value and by shape, families, free letters, Jacobians and differentials. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
#include "read/document.h"
#include "report/report.h"
#include "report/trace_words.h"
#include "show/show.h"
#include "suite.h"
#include "value/vocabulary.h"

static struct bp_arena *arena;
static struct bp_diagnostics diagnostics;
static const struct bp_judge_options options = {.seed = 1};

static void set_up(void) {
  arena = bp_arena_new(0);
  bp_diagnostics_init(&diagnostics, arena);
}

static void tear_down(void) { bp_arena_free(arena); }

static const char example[] =
    "title \"One hidden layer, m samples\"\n"
    "network 3 - 4 tanh - 1 sigmoid, cross-entropy, m samples\n"
    "write dZ[l] for m * ∂J/∂Z[l]\n"
    "write dW[l] for ∂J/∂W[l]\n"
    "claim \"output layer\"   dZ[2] = A[2] - Y\n"
    "claim                  dW[l] = 1/m * dZ[l] * A[l-1]'              for l = 1..2\n"
    "claim                  dZ[1] = (W[2]' * dZ[2]) ⊙ tanh'(Z[1])\n"
    "claim                  ∂vec(Z[1])/∂vec(W[1]) = X' ⊗ I(n[1])\n"
    "refute \"a inside g'\"   dZ[1] = (W[2]' * dZ[2]) ⊙ tanh'(A[1])\n";

static const char matrices[] = "given W : n x k\n"
                               "given X : k x m\n"
                               "given b : n\n"
                               "given s : number\n"
                               "given M[l] : q[l] x q[l-1] for l = 1..9\n"
                               "given Y : n x m in {0, 1}\n"
                               "let f(t, u) = t/(1 + exp(-u))\n"
                               "let Z = W*X + b\n"
                               "let C = 1/2 * sum(Z.^2)\n";

static const struct bp_document *read(const char *text) {
  struct bp_source *source = bp_arena_alloc(arena, 1, sizeof *source);
  *source = (struct bp_source){"test.deriv", text, strlen(text)};
  return bp_document_read(source, &bp_vocabulary, NULL, NULL, arena, &diagnostics);
}

static const char *with_matrices(const char *lines) {
  return bp_arena_printf(arena, "%s%s\n", matrices, lines);
}

/* ---- explain ------------------------------------------------------------- */

static struct bp_worked explained(const char *text, size_t index) {
  struct bp_worked worked;
  ck_assert_int_eq(bp_explain_claim(read(text), index, &options, arena, &diagnostics, &worked), 0);
  ck_assert_ptr_nonnull(worked.claim);
  return worked;
}

static const struct bp_worked_step *step_of(const struct bp_worked *worked, const char *text) {
  for (size_t i = 0; i < worked->count; i++)
    if (!strcmp(worked->steps[i].text, text))
      return &worked->steps[i];
  return NULL;
}

/* The texts of the steps, sides in brackets, separated by bars. */
static const char *listing(const struct bp_worked *worked) {
  const char *text = "";
  for (size_t i = 0; i < worked->count; i++)
    text =
        bp_arena_printf(arena, "%s%s%s%s%s", text, i ? " | " : "", worked->steps[i].side ? "[" : "",
                        worked->steps[i].text, worked->steps[i].side ? "]" : "");
  return text;
}

static const struct {
  const char *claim; /* behind `matrices` */
  enum bp_verdict verdict;
  const char *steps;
  bool difference;
} explanations[] = {
    {"claim ∂C/∂Z = Z", BP_HOLDS, "C | [∂C/∂Z] | [Z]", true},
    {"claim ∂C/∂Z = 2*Z", BP_FAILS, "C | Z | [∂C/∂Z] | [2 * Z]", true},
    {"refute ∂C/∂Z = 2*Z", BP_HOLDS, "C | Z | [∂C/∂Z] | [2 * Z]", true},
    {"claim ∂C/∂W = (∂C/∂Z)*X'", BP_HOLDS, "C | W | Z | X | ∂C/∂Z | X' | [∂C/∂W] | [∂C/∂Z * X']",
     true},
    /* shapes that do not fit: up to the operator, or both sides without a difference */
    {"claim X*W = X", BP_FAILS, "W | X", false},
    {"claim ∂C/∂W = X*(∂C/∂Z)'", BP_FAILS,
     "C | W | X | Z | ∂C/∂Z | (∂C/∂Z)' | [∂C/∂W] | [X * (∂C/∂Z)']", false},
    {"claim Z*W = 1", BP_FAILS, "Z | W", false},
    /* letters */
    {"claim vec(M[l]')' = rowsum(vec(M[l]'))'", BP_HOLDS,
     "M[1] | M[1]' | vec(M[1]') | rowsum(vec(M[1]')) | [vec(M[1]')'] | [rowsum(vec(M[1]'))']",
     true},
    {"claim ∂C/∂b_j = sum_{i=1..m} (∂C/∂Z)_{j,i}", BP_HOLDS,
     "C | b | Z | ∂C/∂Z | [∂C/∂b_1] | [sum_{i=1..m} (∂C/∂Z)_{1,i}]", true},
    /* the first member for which it fails */
    {"claim (3 - l) * vec(M[l]) = 1 * l * (3 - l) * vec(M[l]) for l = 1..3", BP_FAILS,
     "M[2] | vec(M[2]) | [(3 - l) * vec(M[2])] | [1 * l * (3 - l) * vec(M[2])]", true},
    {"vary W\nclaim d(Z) = d(W)*X", BP_HOLDS, "Z | W | X | d(W) | [d(Z)] | [d(W) * X]", true},
    {"claim ∂Z/∂X = I(m) ⊗ W", BP_HOLDS, "Z | X | W | I(m) | [∂Z/∂X] | [I(m) ⊗ W]", true},
    /* a chain: up to the first link that does not hold, else to the end */
    {"claim Z = W*X + b = Z + 0*Z", BP_HOLDS,
     "Z | W | X | b | W * X | 0 * Z | [W * X + b] | [Z + 0 * Z]", true},
    {"claim Z = 2*Z = W", BP_FAILS, "[Z] | [2 * Z]", true},
    /* a zero fits everything */
    {"claim ∂C/∂Y = 0", BP_HOLDS, "C | Y | [∂C/∂Y] | [0]", true},
    {"claim 0 = ∂C/∂Y", BP_HOLDS, "C | Y | [0] | [∂C/∂Y]", true},
    {"claim (C at W = W - 0*∂C/∂W) <= C", BP_HOLDS,
     "W | ∂C/∂W | 0 * ∂C/∂W | W - 0 * ∂C/∂W | [(C at W = W - 0 * ∂C/∂W)] | [C]", true},
    {"claim f(s, 2*s) = s * sigmoid(2*s)", BP_HOLDS,
     "s | 2 * s | sigmoid(2 * s) | [f(s, 2 * s)] | [s * sigmoid(2 * s)]", true},
    {"shape ∂C/∂W : n x k", BP_HOLDS, "C | W | [∂C/∂W]", false},
    {"shape W : k x n", BP_FAILS, "[W]", false},
    /* nothing to compute */
    {"claim log(-s^2) = 1", BP_FAILS, "s | s^2 | -s^2 | [log(-s^2)] | [1]", false},
    {"claim nobody = 1", BP_UNDECIDED, "", false},
    {"claim M[11] = 2 * X", BP_UNDECIDED, "X | 2 * X", false},
    {"claim = =", BP_UNDECIDED, "", false},
};
enum { EXPLANATIONS = sizeof explanations / sizeof *explanations };

/* The numbers of the difference are those of the sides. */
static void check_difference(const struct bp_worked *worked, const char *claim) {
  const struct bp_worked_step *left = &worked->steps[worked->count - 2], *right = left + 1;
  size_t count = left->shape.rows.number * left->shape.columns.number;
  ck_assert_msg(right->shape.rows.number * right->shape.columns.number == count, "%s", claim);
  for (size_t k = 0; k < count; k++) {
    double apart = left->values[k] - right->values[k];
    double rounding = 4e-16 * (fabs(left->values[k]) + fabs(right->values[k]));
    ck_assert_msg(fabs(worked->difference[k] - apart) <= rounding, "%s: number %zu", claim, k);
  }
}

START_TEST(claim_is_explained) {
  const char *claim = explanations[_i].claim;
  struct bp_worked worked = explained(with_matrices(claim), 0);
  ck_assert_msg(worked.claim->verdict == explanations[_i].verdict, "%s: %s", claim,
                bp_verdict_name(worked.claim->verdict));
  ck_assert_msg(!strcmp(listing(&worked), explanations[_i].steps), "%s:\n%s\nexpected\n%s", claim,
                listing(&worked), explanations[_i].steps);
  ck_assert_msg((worked.difference != NULL) == explanations[_i].difference, "%s", claim);
  if (worked.difference)
    check_difference(&worked, claim);
}
END_TEST

/* What is written is what a person would write beside it. */
START_TEST(explanation_can_be_printed) {
  struct bp_worked worked = explained(with_matrices(explanations[_i].claim), 0);
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  static const struct bp_report_style style = {.width = 80};
  ck_assert_int_eq(bp_worked_text(&worked, &style, out), 0);
  fclose(out);
  ck_assert_uint_gt(length, 0);
  ck_assert_ptr_null(strstr(text, "(null)"));
  free(text);
}
END_TEST

static const struct {
  const char *claim, *step, *meaning;
} meanings[] = {
    {"claim ∂C/∂Z = Z", "C", "by definition: 1/2 * sum(Z.^2)"},
    {"claim ∂C/∂Z = 1 * W", "W", "given"},
    {"claim ∂C/∂Z = Z", "∂C/∂Z",
     "by differences: every number of Z is moved by ±h and C computed again"},
    {"claim ∂C/∂W_{1,2} = 3", "∂C/∂W_{1,2}",
     "by differences: W_{1,2} is moved by ±h and C computed again"},
    {"claim ∂vec(Z)/∂vec(W) = X' ⊗ I(n)", "∂vec(Z)/∂vec(W)",
     "by differences: every number of W is moved by ±h and Z computed again"},
    {"claim tanh'(Z) = 1 - tanh(Z).^2", "tanh'(Z)",
     "by differences: every number in the parentheses is moved by ±h and tanh computed again"},
    {"vary W, b\nclaim d(Z) = 0", "d(Z)",
     "by differences: Z computed again after steps of ±h along a random direction of W, b"},
    {"claim d(Z) = 0", "d(Z)",
     "by differences: Z computed again after steps of ±h along a random direction of everything "
     "that is given"},
    {"write dM[l] for ∂tr(M[l]*M[l]')/∂M[l]\nclaim dM[2] = 2*M[2]", "dM[2]",
     "stands for ∂tr(M[2] * M[2]')/∂M[2]"},
};
enum { MEANINGS = sizeof meanings / sizeof *meanings };

START_TEST(step_says_what_it_is) {
  struct bp_worked worked = explained(with_matrices(meanings[_i].claim), 0);
  const struct bp_worked_step *step = step_of(&worked, meanings[_i].step);
  ck_assert_msg(step && step->meaning && !strcmp(step->meaning, meanings[_i].meaning), "%s: %s",
                meanings[_i].claim, step && step->meaning ? step->meaning : "nothing");
}
END_TEST

/* The example: small sizes that are still different, and the numbers are right. */
START_TEST(example_is_explained) {
  struct bp_worked worked = explained(example, 1);
  ck_assert_str_eq(worked.point, "l = 1, m = 5");
  ck_assert_int_eq(worked.claim->verdict, BP_HOLDS);
  const struct bp_worked_step *slope = step_of(&worked, "dZ[1]");
  const struct bp_worked_step *input = step_of(&worked, "A[0]");
  const struct bp_worked_step *left = &worked.steps[worked.count - 2];
  ck_assert(slope && input);
  ck_assert_str_eq(slope->shape.rows.symbol, "n[1]");
  ck_assert_uint_eq(slope->shape.rows.number, 4);
  for (size_t i = 0; i < 4; i++)
    for (size_t j = 0; j < 3; j++) {
      double sum = 0;
      for (size_t k = 0; k < 5; k++)
        sum += slope->values[i * 5 + k] * input->values[j * 5 + k] / 5;
      ck_assert(fabs(sum - left->values[i * 3 + j]) <= 1e-14);
    }
  worked = explained(example, 3);
  const struct bp_trace_shape *jacobian = &worked.steps[worked.count - 1].shape;
  ck_assert_str_eq(jacobian->rows.symbol, "n[1]·m");
  ck_assert_uint_eq(jacobian->rows.number, 20);
}
END_TEST

/* The worst number belongs to the point that is shown. */
START_TEST(failure_is_at_the_point_shown) {
  struct bp_worked worked = explained(example, 4);
  const struct bp_claim *claim = worked.claim;
  const struct bp_worked_step *left = &worked.steps[worked.count - 2];
  ck_assert_int_eq(claim->verdict, BP_HOLDS); /* it is refuted */
  ck_assert_str_eq(claim->at, worked.point);
  ck_assert_uint_eq(claim->columns, 6);
  ck_assert(left->values[claim->row * 6 + claim->column] == claim->left_value);
}
END_TEST

/* A mistake in a declaration is reported once, however many points are looked at. */
START_TEST(mistakes_are_reported_once) {
  struct bp_worked worked =
      explained(with_matrices("let bad = W + X\nclaim bad = W\nclaim nope = 1"), 0);
  ck_assert_int_eq(worked.claim->verdict, BP_UNDECIDED);
  ck_assert_uint_eq(diagnostics.count, 2);
}
END_TEST

/* A formula with more parts than anybody wants to read still ends with its two sides. */
START_TEST(parts_are_limited) {
  const char *sum = "b";
  for (int i = 0; i < 300; i++)
    sum = bp_arena_printf(arena, "%s + b", sum);
  struct bp_worked worked =
      explained(with_matrices(bp_arena_printf(arena, "claim 301*b = %s", sum)), 0);
  ck_assert_uint_eq(worked.count, 102);
  ck_assert(worked.steps[100].side && worked.steps[101].side && worked.difference);
}
END_TEST

START_TEST(there_is_no_such_claim) {
  struct bp_worked worked;
  ck_assert_int_eq(bp_explain_claim(read(example), 5, &options, arena, &diagnostics, &worked), -1);
  ck_assert_uint_eq(diagnostics.errors, 1);
}
END_TEST

/* ---- trace --------------------------------------------------------------- */

static struct bp_trace traced(const char *text) {
  struct bp_trace trace;
  ck_assert_int_eq(bp_trace_document(read(text), &options, arena, &diagnostics, &trace), 0);
  return trace;
}

/* The factors of a step with their shapes, and its note: "a (n,1)→(n,m) = ...  (note)". */
static const char *step_text(const struct bp_trace_step *step, bool symbols) {
  const char *text = "";
  for (size_t f = 0; f < step->factor_count; f++) {
    const struct bp_trace_factor *factor = &step->factors[f];
    text = bp_arena_printf(arena, "%s%s%s%s%s", text, f ? " " : "", factor->before,
                           bp_trace_gap(factor), bp_trace_factor_text(factor, symbols, arena));
  }
  return step->note ? bp_arena_printf(arena, "%s  (%s)", text, step->note) : text;
}

static const char *part_text(const struct bp_trace *trace, const char *title, bool symbols) {
  const char *text = "";
  for (size_t p = 0; p < trace->part_count; p++)
    for (size_t s = 0; !strcmp(trace->parts[p].title, title) && s < trace->parts[p].step_count; s++)
      text = bp_arena_printf(arena, "%s%s%s%s\n", text, trace->parts[p].steps[s].label,
                             *trace->parts[p].steps[s].label ? ": " : "",
                             step_text(&trace->parts[p].steps[s], symbols));
  return text;
}

static const struct {
  const char *lines; /* behind `matrices` */
  const char *steps; /* at its end … stands for anything */
} traces[] = {
    {"claim ∂C/∂W = (∂C/∂Z)*X'", "line 10: ∂C/∂W (n,k) = ∂C/∂Z (n,m) · X' (m,k)\n"},
    {"claim \"name\" Z = W*X + b", "line 10: name: Z (n,m) = W (n,k) · X (k,m) + b (n,1)→(n,m)  (b "
                                   "is repeated over m columns)\n"},
    {"refute Z = (s + W*X) ⊙ tanh'(Z)", "line 10, refuted: Z (n,m) = (s (1,1)→(n,m) + W (n,k) · X "
                                        "(k,m)) ⊙ tanh'(Z) (n,m)  (s is added "
                                        "to every number)\n"},
    {"claim ∂Z/∂X = I(m) ⊗ W", "line 10: ∂Z/∂X (n·m,k·m) = I(m) (m,m) ⊗ W (n,k)\n"},
    {"claim Z = -(Z + Z)/2*-1", "line 10: Z (n,m) = -(Z (n,m) + Z (n,m)) / 2 · (-1)\n"},
    {"claim -W' = -2*W'", "line 10: -W' (k,n) = -2 · W' (k,n)\n"},
    {"claim 1/m * Z < Z <= 3",
     "line 10: 1/m · Z (n,m) < Z (n,m) <= 3  (does not fit: the left side is (n,m), the right side "
     "(1,1); in numbers …"},
    /* shapes that do not fit */
    {"claim X*W = X", "line 10: X (k,m) · W (n,k) = X (k,m)  (does not fit: X is (k,m), here …"},
    {"claim tr(W*X*W) = s",
     "line 10: tr(W * X * W) = s (1,1)  (does not fit: W*X is (n,m), here …"},
    {"shape W : k x n", "line 10: W (n,k) : k x n  (does not fit: this is (n,k), not (k,n); …"},
    {"shape \"a\" s : number", "line 10: a: s (1,1) : number\n"},
    /* letters */
    {"claim M[l] = M[l] for l = 1..2",
     "line 10: M[1] (q[1],q[0]) = M[1] (q[1],q[0])\nM[2] (q[2],q[1]) = M[2] (q[2],q[1])\n"},
    {"claim ∂C/∂W_{j,p} = sum_{i=1..m} (∂C/∂Z)_{j,i} * X_{p,i}",
     "line 10: ∂C/∂W_{1,1} (1,1) = sum_{i=1..m} (∂C/∂Z)_{1,i} (1,1) · X_{1,i} (1,1)  (and so on "
     "for "
     "every j, p)\n"},
    {"claim M[l]_{1,j} = M[l]_{1,j} for l = 2..3, j = 1..2",
     "line 10: M[2]_{1,1} (1,1) = M[2]_{1,1} (1,1)\nM[3]_{1,1} (1,1) = M[3]_{1,1} (1,1)  (and so "
     "on "
     "for every j)\n"},
    {"claim Z = Z + b_99", "line 10: Z (n,m) = Z (n,m) + b_99  (does not fit: there is no …"},
    {"vary W\nclaim d(Z) = d(W)*X", "line 11: d(Z) (n,m) = d(W) (n,k) · X (k,m)\n"},
    /* the rest of the trace goes on */
    {"claim X*W = X\nclaim Z = Z", "…\nline 11: Z (n,m) = Z (n,m)\n"},
    /* what cannot be read or computed */
    {"claim nobody = W", "line 10: nobody = W (n,k)  (nobody is not declared)\n"},
    {"claim M[l+20] = M[l]",
     "line 10: claim M[l+20] = M[l]  (no combination of its index letters exists)\n"},
    {"claim = =", "line 10: claim = =  (this line could not be read)\n"},
};
enum { TRACES = sizeof traces / sizeof *traces };

/* Whether the text is as expected, where … at an end of that stands for anything. */
static bool fits(const char *text, const char *expected) {
  static const char open[] = "…";
  size_t length = strlen(expected), dots = strlen(open), whole = strlen(text);
  if (!strncmp(expected, open, dots))
    return whole >= length - dots && !strcmp(text + whole - (length - dots), expected + dots);
  if (length > dots && !strcmp(expected + length - dots, open))
    return !strncmp(text, expected, length - dots);
  return !strcmp(text, expected);
}

START_TEST(claim_is_traced) {
  struct bp_trace trace = traced(with_matrices(traces[_i].lines));
  const char *text = part_text(&trace, "Claims", true);
  ck_assert_msg(fits(text, traces[_i].steps), "\n%s\nexpected\n%s", text, traces[_i].steps);
}
END_TEST

START_TEST(definitions_are_traced) {
  struct bp_trace trace = traced(with_matrices("let bad = W + X\nlet h = f\ngiven g : function\n"
                                               "write dM[l] for ∂tr(M[l]*M[l]')/∂M[l]"));
  const char *functions = part_text(&trace, "Functions", true);
  ck_assert_str_eq(functions, "f(t, u) = t/(1 + exp(-u))\nh = f\ng = an unknown function\n");
  const char *text = part_text(&trace, "Definitions", true);
  ck_assert_ptr_nonnull(strstr(text, "Z (n,m) = W (n,k) · X (k,m) + b (n,1)→(n,m)"));
  ck_assert_ptr_nonnull(strstr(text, "bad = W (n,k) + X (k,m)  (does not fit: "));
  ck_assert_ptr_nonnull(strstr(text, "dM[6] (q[6],q[5]) := ∂tr(M[6] * M[6]')/∂M[6] (q[6],q[5])  "
                                     "(and so on for every l)\n"));
  ck_assert_ptr_null(strstr(text, "dM[7]"));
  ck_assert_uint_eq(diagnostics.count, 1);
}
END_TEST

START_TEST(givens_are_in_the_table) {
  struct bp_trace trace = traced(matrices);
  ck_assert_uint_eq(trace.matrix_count, 11);
  ck_assert_str_eq(trace.matrices[0].name, "W");
  ck_assert_str_eq(trace.matrices[0].shape.columns.symbol, "k");
  ck_assert_str_eq(trace.matrices[9].meaning, "given; and so on for every l");
  ck_assert_str_eq(trace.matrices[10].meaning, "given, {0, 1}");
}
END_TEST

START_TEST(example_is_traced) {
  struct bp_trace trace = traced(example);
  ck_assert_str_eq(trace.title, "One hidden layer, m samples");
  const char *network = part_text(&trace, "What the network of line 2 stands for", true);
  ck_assert_ptr_nonnull(strstr(network, "let Z[2] = W[2]*A[1] + b[2]\n"));
  ck_assert_ptr_nonnull(strstr(network, "given W[l] : n[l] x n[l-1] for l = 1..2\n"));
  const char *claims = part_text(&trace, "Claims", true);
  ck_assert_ptr_nonnull(strstr(claims, "line 6: dW[1] (n[1],n[0]) = 1/m · dZ[1] (n[1],m) · "
                                       "A[0]' (m,n[0])\n"));
  ck_assert_ptr_nonnull(strstr(claims, "\ndW[2] (n[2],n[1]) = "));
  ck_assert_ptr_nonnull(strstr(claims, "(n[1]·m,n[0]·n[1]) = X' (m,n[0]) ⊗ I(n[1]) (n[1],n[1])\n"));
  const char *numbers = part_text(&trace, "Claims", false);
  ck_assert_ptr_nonnull(strstr(numbers, "dW[1] (4,3) = 1/m · dZ[1] (4,"));
  /* sizes that are drawn meet none that the file fixes */
  for (size_t i = 0; i < trace.size_count; i++)
    for (size_t k = 0; k < i; k++)
      ck_assert_msg(trace.sizes[i].number != trace.sizes[k].number, "%s = %s",
                    trace.sizes[i].symbol, trace.sizes[k].symbol);
}
END_TEST

START_TEST(memory_may_be_short) {
  const struct bp_document *document = read(example);
  size_t made = 0, refused = 0;
  for (size_t limit = 4096; limit < 4000000; limit += limit / 2) {
    struct bp_arena *small = bp_arena_new(limit);
    struct bp_diagnostics found;
    struct bp_trace trace;
    struct bp_worked worked;
    bp_diagnostics_init(&found, small);
    int status = bp_trace_document(document, &options, small, &found, &trace);
    made += status == 0;
    refused += status != 0;
    ck_assert((status != 0) == (found.errors > 0));
    status = bp_explain_claim(document, 1, &options, small, &found, &worked);
    ck_assert(status == 0 || found.errors > 0);
    bp_arena_free(small);
  }
  ck_assert_uint_gt(made, 0);
  ck_assert_uint_gt(refused, 0);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("explain");
  TCase *cases = tcase_create("explain");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, claim_is_explained, 0, EXPLANATIONS);
  tcase_add_loop_test(cases, explanation_can_be_printed, 0, EXPLANATIONS);
  tcase_add_loop_test(cases, step_says_what_it_is, 0, MEANINGS);
  tcase_add_test(cases, example_is_explained);
  tcase_add_test(cases, failure_is_at_the_point_shown);
  tcase_add_test(cases, mistakes_are_reported_once);
  tcase_add_test(cases, parts_are_limited);
  tcase_add_test(cases, there_is_no_such_claim);
  tcase_add_loop_test(cases, claim_is_traced, 0, TRACES);
  tcase_add_test(cases, definitions_are_traced);
  tcase_add_test(cases, givens_are_in_the_table);
  tcase_add_test(cases, example_is_traced);
  tcase_add_test(cases, memory_may_be_short);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
