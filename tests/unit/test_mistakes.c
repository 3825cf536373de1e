/* Planted mistakes: their words, where they fit, and that each changes what it should and no more.
 *
 * As in the tests of the network spec an erroneous text is written in three parts,
 * before | wrong | after.  What a planted mistake does is tested block by block against a rule for
 * its place, and number by number against the sentence that describes it.
 */
#include <math.h>
#include <stdlib.h>

#include "net/backprop.h"
#include "net/mistakes.h"
#include "networks.h"

static const char network_text[] = "3 - 4 tanh - 4 silu - 2 sigmoid, squared";

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

/* ---- words ---- */

static int parse(const char *text, size_t length, const char *network, enum bp_route route,
                 struct bp_diagnostics *diagnostics, struct bp_mistake *mistake) {
  struct bp_spec spec = spec_of(network, arena);
  char *bytes = malloc(length ? length : 1); /* so that reading too far is seen */
  ck_assert_ptr_nonnull(bytes);
  memcpy(bytes, text, length);
  struct bp_source source = {"--inject", bytes, length};
  bp_diagnostics_init(diagnostics, arena);
  int status = bp_mistake_parse(&source, &spec, route, diagnostics, mistake);
  ck_assert_msg(status == 0 ? diagnostics->errors == 0 : diagnostics->errors == 1,
                "%.*s: status %d with %zu errors", (int)length, text, status, diagnostics->errors);
  for (size_t k = 0; k < diagnostics->count; k++)
    ck_assert(diagnostics->list[k].span.begin <= diagnostics->list[k].span.end &&
              diagnostics->list[k].span.end <= length);
  free(bytes);
  return status;
}

static const struct {
  const char *text;
  struct bp_mistake mistake;
  const char *normal;
} accepted[] = {
    {"no-mean W[1]", {BP_MISTAKE_NO_MEAN, 1, false, 0, 0, 0}, "no-mean W[1]"},
    {"no-mean b[3]", {BP_MISTAKE_NO_MEAN, 3, true, 0, 0, 0}, "no-mean b[3]"},
    {"twice dW[2]", {BP_MISTAKE_TWICE, 2, false, 0, 0, 0}, "twice W[2]"},
    {"twice db[2]", {BP_MISTAKE_TWICE, 2, true, 0, 0, 0}, "twice b[2]"},
    {"  sign\tW [ 02 ] ", {BP_MISTAKE_SIGN, 2, false, 0, 0, 0}, "sign W[2]"},
    {"transposed W[2]", {BP_MISTAKE_TRANSPOSED, 2, false, 0, 0, 0}, "transposed W[2]"},
    {"slope-at-a dZ[1]", {BP_MISTAKE_SLOPE_AT_A, 1, false, 0, 0, 0}, "slope-at-a dZ[1]"},
    {"no-slope dZ[3]", {BP_MISTAKE_NO_SLOPE, 3, false, 0, 0, 0}, "no-slope dZ[3]"},
    {"wrong-axis b[1]", {BP_MISTAKE_WRONG_AXIS, 1, true, 0, 0, 0}, "wrong-axis b[1]"},
    {"wrong-delta W[1]", {BP_MISTAKE_WRONG_DELTA, 1, false, 0, 0, 0}, "wrong-delta W[1]"},
    {"wrong-delta b[2]", {BP_MISTAKE_WRONG_DELTA, 2, true, 0, 0, 0}, "wrong-delta b[2]"},
    {"entry W[1](4,3) 1e-4", {BP_MISTAKE_ENTRY, 1, false, 3, 2, 1e-4}, "entry W[1](4,3) 0.0001"},
    {"entry dW[3] ( 2 , 1 ) -0.5",
     {BP_MISTAKE_ENTRY, 3, false, 1, 0, -0.5},
     "entry W[3](2,1) -0.5"},
    {"entry b[3](2)1e-9", {BP_MISTAKE_ENTRY, 3, true, 1, 0, 1e-9}, "entry b[3](2,1) 1e-09"},
    {"entry b[3](2, 1) 1e-9", {BP_MISTAKE_ENTRY, 3, true, 1, 0, 1e-9}, "entry b[3](2,1) 1e-09"},
};
enum { ACCEPTED = sizeof accepted / sizeof *accepted };

static void hold_same(const char *text, const struct bp_mistake *a, const struct bp_mistake *b) {
  ck_assert_msg(a->kind == b->kind && a->layer == b->layer && a->bias == b->bias &&
                    a->row == b->row && a->column == b->column && a->amount == b->amount,
                "%s: kind %d, layer %zu, (%zu,%zu), %g", text, (int)a->kind, a->layer, a->row,
                a->column, a->amount);
}

START_TEST(form_is_accepted) {
  const char *text = accepted[_i].text;
  struct bp_diagnostics diagnostics;
  struct bp_mistake mistake, again;
  ck_assert_msg(parse(text, strlen(text), network_text, BP_ROUTE_DIRECT, &diagnostics, &mistake) ==
                    0,
                "%s: %s", text, diagnostics.count ? diagnostics.list[0].message : "");
  hold_same(text, &mistake, &accepted[_i].mistake);
  const char *normal = bp_mistake_text(&mistake, arena);
  ck_assert_str_eq(normal, accepted[_i].normal);
  ck_assert_int_eq(
      parse(normal, strlen(normal), network_text, BP_ROUTE_DIRECT, &diagnostics, &again), 0);
  hold_same(normal, &again, &mistake);
}
END_TEST

#define UNKNOWN "unknown mistake"
#define AMOUNT_EXPECTED "a relative amount other than 0 was expected here"
#define NO_PLACE "cannot be planted here"

static const struct {
  const char *before, *wrong, *after, *message, *suggestion;
} refused[] = {
    {"", "", "", "a mistake was expected here", "--list-mistakes shows them all"},
    {"", "sing", " W[1]", UNKNOWN " \"sing\"", "did you mean sign?"},
    {"", "no-maen", " W[1]", UNKNOWN " \"no-maen\"", "did you mean no-mean?"},
    {"", "sign[1]", " W", UNKNOWN, NULL},
    {" ", "none", " W[1]", UNKNOWN, NULL},
    {"", "\xff\xfe", " W[1]", UNKNOWN, "--list-mistakes"},
    {"sign", "", "", NO_PLACE, "it goes with a parameter: W[1] or b[1]"},
    {"sign ", "dZ", "[1]", NO_PLACE, "it goes with a parameter"},
    {"sign ", "V", "[1]", NO_PLACE, "it goes with a parameter"},
    {"sign ", "[", "1]", NO_PLACE, "it goes with a parameter"},
    {"transposed ", "b", "[1]", NO_PLACE, "it goes with a weight matrix"},
    {"wrong-axis ", "W", "[1]", NO_PLACE, "it goes with a bias"},
    {"no-slope ", "W", "[1]", NO_PLACE, "it goes with a delta"},
    {"slope-at-a ", "b", "[1]", NO_PLACE, "it goes with a delta"},
    {"entry ", "dZ", "[1](1,1) 1e-4", NO_PLACE, "it goes with one entry and an amount"},
    {"sign W", "1", "", "\"[\" was expected here", "write the layer in brackets"},
    {"sign W", "", "", "\"[\" was expected here", NULL},
    {"sign W[1", "", "", "\"]\" was expected here", NULL},
    {"sign W[1", ")", "", "\"]\" was expected here", NULL},
    {"sign W[", "x", "]", "a number was expected here", "write it like this"},
    {"sign W[", "", "", "a number was expected here", NULL},
    {"sign W[", "0", "]", "this network has layers 1 to 3", NULL},
    {"sign W[", "4", "]", "this network has layers 1 to 3", NULL},
    {"sign W[", "99999999999999999999999", "]", "this network has layers 1 to 3", NULL},
    {"sign W[1] ", "x", "", "the mistake should have ended here", NULL},
    {"sign W[1]", "(", "1,1)", "the mistake should have ended here", NULL},
    {"entry W[1]", "", "", "\"(\" was expected here", "write it like this: entry"},
    {"entry W[1](", "0", ",1) 1", "this weight matrix has rows 1 to 4", NULL},
    {"entry W[1](", "5", ",1) 1", "this weight matrix has rows 1 to 4", NULL},
    {"entry W[1](1,", "4", ") 1", "this weight matrix has columns 1 to 3", NULL},
    {"entry W[1](1", ")", " 1", "\",\" was expected here", NULL},
    {"entry b[1](1,", "2", ") 1", "this bias has only column 1", "1, the only one"},
    {"entry W[1](4,3)", "", "", AMOUNT_EXPECTED, "write it like this: entry W[1](4,3) 1e-4"},
    {"entry b[2](1,1)", "", "", AMOUNT_EXPECTED, "write it like this: entry b[2](1,1) 1e-4"},
    {"entry W[1](1,1) ", "0", "", AMOUNT_EXPECTED, NULL},
    {"entry W[1](1,1) ", "nan", "", AMOUNT_EXPECTED, NULL},
    {"entry W[1](1,1) ", "inf", "", AMOUNT_EXPECTED, NULL},
    {"entry W[1](1,1) ", "1e999", "", AMOUNT_EXPECTED, NULL},
    {"entry W[1](1,1) ", "1e-4x", "", AMOUNT_EXPECTED, NULL},
    {"entry W[1](1,1) 1e-4 ", "1", "", "the mistake should have ended here", NULL},
    {"", "transposed W[1]", "", "this mistake cannot be planted here: W[1] is 4 x 3", NULL},
    {"", "wrong-delta b[3]", "", "this mistake cannot be planted here: no other layer has 2 units",
     NULL},
};
enum { REFUSED = sizeof refused / sizeof *refused };

START_TEST(error_is_pointed_at) {
  const char *text =
      bp_arena_printf(arena, "%s%s%s", refused[_i].before, refused[_i].wrong, refused[_i].after);
  size_t begin = strlen(refused[_i].before), end = begin + strlen(refused[_i].wrong);
  struct bp_diagnostics diagnostics;
  struct bp_mistake mistake;
  ck_assert_msg(parse(text, strlen(text), network_text, BP_ROUTE_DIRECT, &diagnostics, &mistake) ==
                    -1,
                "%s: accepted", text);
  const struct bp_diagnostic *error = &diagnostics.list[0];
  ck_assert_msg(error->span.begin == begin && error->span.end == end,
                "%s: %s at %zu..%zu, not %zu..%zu", text, error->message, error->span.begin,
                error->span.end, begin, end);
  ck_assert_msg(strstr(error->message, refused[_i].message) != NULL, "%s: %s", text,
                error->message);
  if (refused[_i].suggestion)
    ck_assert_msg(error->suggestion && strncmp(error->suggestion, refused[_i].suggestion,
                                               strlen(refused[_i].suggestion)) == 0,
                  "%s: try %s", text, error->suggestion ? error->suggestion : "nothing");
}
END_TEST

START_TEST(any_bytes_are_read_or_refused) {
  static const char good[] = "entry W[2](4,1) 1e-4";
  char text[sizeof good];
  struct bp_diagnostics diagnostics;
  struct bp_mistake mistake;
  for (size_t at = 0; at < sizeof good - 1; at++) {
    parse(good, at, network_text, BP_ROUTE_DIRECT, &diagnostics, &mistake);
    for (int byte = 0; byte < 256; byte++) {
      memcpy(text, good, sizeof good);
      text[at] = (char)byte;
      parse(text, sizeof good - 1, network_text, BP_ROUTE_DIRECT, &diagnostics, &mistake);
    }
  }
  char long_text[10000];
  memset(long_text, '9', sizeof long_text);
  memcpy(long_text, "entry W[2](4,1) ", 16);
  parse(long_text, sizeof long_text, network_text, BP_ROUTE_DIRECT, &diagnostics, &mistake);
  ck_assert_uint_eq(diagnostics.errors, 1);
}
END_TEST

/* ---- where they fit ---- */

static const struct {
  const char *network;
  enum bp_route route;
  const char *text, *obstacle; /* NULL: fits */
} places[] = {
    {"3 - 4 tanh - 1 sigmoid", BP_ROUTE_DIRECT, "no-slope dZ[2]", "dZ[2] = A[2] - Y has no factor"},
    {"3 - 4 tanh - 1 sigmoid", BP_ROUTE_DIRECT, "slope-at-a dZ[2]", "dZ[2] = A[2] - Y has no"},
    {"3 - 4 tanh - 1 sigmoid", BP_ROUTE_DA, "no-slope dZ[2]", NULL},
    {"3 - 4 tanh - 1 sigmoid", BP_ROUTE_DIRECT, "no-slope dZ[1]", NULL},
    {"3 - 4 tanh - 2 softmax", BP_ROUTE_DA, "no-slope dZ[2]", "softmax's derivative is a matrix"},
    {"3 - 4 tanh - 2 softmax, squared", BP_ROUTE_DIRECT, "no-slope dZ[2]", "softmax's derivative"},
    {"3 - 4 tanh - 1 sigmoid, squared", BP_ROUTE_DIRECT, "no-slope dZ[2]", NULL},
    {"3 - 3 tanh - 1 sigmoid", BP_ROUTE_DIRECT, "transposed W[1]", NULL},
    {"1 - 1 sigmoid", BP_ROUTE_DIRECT, "transposed W[1]", NULL},
    {"3 - 1 sigmoid", BP_ROUTE_DIRECT, "transposed W[1]", "W[1] is 1 x 3"},
    {"4 - 3 sigmoid", BP_ROUTE_DIRECT, "wrong-delta W[1]", "no other layer has 3 units"},
    {"4 - 1 sigmoid", BP_ROUTE_DIRECT, "wrong-delta b[1]", "no other layer has 1 unit,"},
    {"9 - 1 tanh - 2 relu - 1 sigmoid", BP_ROUTE_DIRECT, "wrong-delta W[3]", NULL},
};
enum { PLACES = sizeof places / sizeof *places };

START_TEST(obstacle_is_told) {
  const char *text = places[_i].text;
  struct bp_diagnostics diagnostics;
  struct bp_mistake mistake;
  int status =
      parse(text, strlen(text), places[_i].network, places[_i].route, &diagnostics, &mistake);
  ck_assert_msg((status == 0) == !places[_i].obstacle, "%s in %s: status %d", text,
                places[_i].network, status);
  if (places[_i].obstacle)
    ck_assert_msg(strstr(diagnostics.list[0].message, places[_i].obstacle) != NULL, "%s in %s: %s",
                  text, places[_i].network, diagnostics.list[0].message);
}
END_TEST

START_TEST(all_are_listed_once) {
  struct bp_spec spec = spec_of(network_text, arena);
  struct bp_mistake *list, read;
  struct bp_diagnostics diagnostics;
  size_t count = bp_mistake_all(&spec, arena, &list), kinds[BP_MISTAKE_COUNT] = {0};
  ck_assert_uint_eq(count, (size_t)3 * (5 * 2 + 1 + 1 + 1 + 1));
  for (size_t k = 0; k < count; k++) {
    const char *text = bp_mistake_text(&list[k], arena);
    kinds[list[k].kind]++;
    for (size_t other = 0; other < k; other++)
      ck_assert_str_ne(text, bp_mistake_text(&list[other], arena));
    bool fits = !bp_mistake_obstacle(&list[k], &spec, BP_ROUTE_DIRECT, arena);
    ck_assert_msg((parse(text, strlen(text), network_text, BP_ROUTE_DIRECT, &diagnostics, &read) ==
                   0) == fits,
                  "%s", text);
    hold_same(text, &read, &list[k]);
  }
  for (int kind = 1; kind < BP_MISTAKE_COUNT; kind++) {
    ck_assert_uint_gt(kinds[kind], 0);
    ck_assert_ptr_nonnull(bp_mistake_sentence((enum bp_mistake_kind)kind));
  }
}
END_TEST

START_TEST(short_memory) {
  struct bp_spec spec = spec_of(network_text, arena);
  struct bp_mistake mistake = {BP_MISTAKE_SIGN, 1, false, 0, 0, 0}, *list;
  struct bp_arena *small = bp_arena_new(512);
  ck_assert_ptr_nonnull(small);
  while (bp_arena_alloc(small, 1, 1))
    ;
  ck_assert_ptr_null(bp_mistake_text(&mistake, small));
  ck_assert_uint_eq(bp_mistake_all(&spec, small, &list), 0);
  bp_arena_free(small);
}
END_TEST

/* ---- what they change ---- */

struct planted {
  struct bp_network *network;
  struct bp_forward *forward;
  struct bp_mistake *list;
  size_t count;
  struct bp_gradient *right, *wrong;
  struct bp_quad_gradient *quad;
};

static struct planted plant_in(const char *text, enum bp_route route) {
  struct bp_spec spec = spec_of(text, arena);
  struct planted p = {.network = drawn_network(text, 5, 8, arena)};
  p.forward = forward_of(p.network, arena);
  p.right = bp_gradient_new(p.network, arena);
  p.wrong = bp_gradient_new(p.network, arena);
  p.quad = bp_quad_gradient_new(p.network, arena);
  size_t all = bp_mistake_all(&spec, arena, &p.list);
  for (size_t k = 0; k < all; k++)
    if (!bp_mistake_obstacle(&p.list[k], &spec, route, arena))
      p.list[p.count++] = p.list[k];
  bp_backprop(p.network, p.forward, route, NULL, p.right);
  return p;
}

/* The blocks in order: dA[l], dZ[l], dW[l], db[l]. */
static const gsl_matrix *block_of(const struct bp_gradient *g, size_t l, int which) {
  gsl_matrix **const parts[] = {g->dA, g->dZ, g->dW, g->db};
  return parts[which][l];
}

static double largest_of(const gsl_matrix *matrix) {
  return fmax(gsl_matrix_max(matrix), -gsl_matrix_min(matrix));
}

/* A delta's mistake goes down to everything before it; a parameter's stays where it is. */
static bool should_change(const struct bp_mistake *mistake, size_t l, int which) {
  if (bp_mistake_place_of(mistake->kind) == BP_AT_DELTA)
    return which == 0 ? l < mistake->layer : l <= mistake->layer;
  return l == mistake->layer && which == (mistake->bias ? 3 : 2);
}

static const struct {
  const char *network;
  enum bp_route route;
} planted_in[] = {
    {network_text, BP_ROUTE_DIRECT},
    {"3 - 3 sigmoid - 3 softplus - 3 sigmoid", BP_ROUTE_DA},
    {"4 - 4 elu - 2 gelu - 4 softmax", BP_ROUTE_DIRECT},
};
enum { PLANTED_IN = sizeof planted_in / sizeof *planted_in };

START_TEST(only_its_blocks_change) {
  static const char *const names[] = {"dA", "dZ", "dW", "db"};
  struct planted p = plant_in(planted_in[_i].network, planted_in[_i].route);
  ck_assert_uint_gt(p.count, 15);
  for (size_t k = 0; k < p.count; k++) {
    const char *text = bp_mistake_text(&p.list[k], arena);
    bp_backprop(p.network, p.forward, planted_in[_i].route, &p.list[k], p.wrong);
    bp_backprop_quad(p.network, p.forward, planted_in[_i].route, &p.list[k], p.quad);
    for (size_t l = 1; l <= p.network->depth; l++) {
      struct bp_quad_matrix *const quads[] = {p.quad->dA[l], p.quad->dZ[l], p.quad->dW[l],
                                              p.quad->db[l]};
      for (int which = 0; which < 4; which++) {
        const gsl_matrix *right = block_of(p.right, l, which), *wrong = block_of(p.wrong, l, which);
        bool expected = should_change(&p.list[k], l, which);
        ck_assert_msg(gsl_matrix_equal(right, wrong) == !expected, "%s in %s: %s[%zu] %s", text,
                      planted_in[_i].network, names[which], l,
                      expected ? "is the same" : "changed");
        for (size_t e = 0; e < right->size1 * right->size2; e++)
          ck_assert_msg(fabs((double)quads[which]->data[e] - wrong->data[e]) <=
                            1e-12 * (largest_of(wrong) + largest_of(right)),
                        "%s: %s[%zu], entry %zu: float64 and 113 bits differ", text, names[which],
                        l, e);
      }
    }
  }
}
END_TEST

/* What the entry of the planted block should be, from the right gradient. */
static double expected_entry(const struct planted *p, const struct bp_mistake *mistake, size_t i,
                             size_t j) {
  size_t l = mistake->layer, m = p->network->samples, other = 3 - l; /* 1 and 2 are twins */
  const gsl_matrix *right = mistake->bias ? p->right->db[l] : p->right->dW[l];
  double value = gsl_matrix_get(right, i, j), sum = 0;
  switch (mistake->kind) {
  case BP_MISTAKE_NO_MEAN:
    return (double)m * value;
  case BP_MISTAKE_TWICE:
    return 2 * value;
  case BP_MISTAKE_SIGN:
    return -value;
  case BP_MISTAKE_TRANSPOSED:
    return gsl_matrix_get(right, j, i);
  case BP_MISTAKE_ENTRY:
    return i == mistake->row && j == mistake->column ? value * (1 + mistake->amount) : value;
  case BP_MISTAKE_WRONG_AXIS:
    for (size_t k = 0; k < p->network->size[l]; k++)
      sum += gsl_matrix_get(p->right->dZ[l], k, i % m);
    return sum / (double)m;
  default: /* wrong delta */
    for (size_t s = 0; s < m; s++)
      sum += gsl_matrix_get(p->right->dZ[other], i, s) *
             (mistake->bias ? 1 : gsl_matrix_get(p->forward->A[l - 1], j, s));
    return sum / (double)m;
  }
}

START_TEST(mistake_does_what_its_sentence_says) {
  struct planted p = plant_in(network_text, BP_ROUTE_DIRECT);
  for (size_t k = 0; k < p.count; k++) {
    struct bp_mistake *mistake = &p.list[k];
    size_t l = mistake->layer;
    const struct bp_function *g = p.network->activation[l];
    bool delta = bp_mistake_place_of(mistake->kind) == BP_AT_DELTA;
    if (mistake->kind == BP_MISTAKE_ENTRY)
      mistake->row = 1;
    bp_backprop(p.network, p.forward, BP_ROUTE_DIRECT, mistake, p.wrong);
    const gsl_matrix *block = delta           ? p.wrong->dZ[l]
                              : mistake->bias ? p.wrong->db[l]
                                              : p.wrong->dW[l];
    for (size_t i = 0; i < block->size1; i++) {
      for (size_t j = 0; j < block->size2; j++) {
        double a = gsl_matrix_get(p.forward->A[l], i, delta ? j : 0);
        double slope = mistake->kind == BP_MISTAKE_NO_SLOPE ? 1 : g->taught(a, g->value(a));
        double expected = delta ? gsl_matrix_get(p.wrong->dA[l], i, j) * slope
                                : expected_entry(&p, mistake, i, j);
        ck_assert_msg(fabs(gsl_matrix_get(block, i, j) - expected) <= 1e-13,
                      "%s: (%zu,%zu) is %.17g, not %.17g", bp_mistake_text(mistake, arena), i + 1,
                      j + 1, gsl_matrix_get(block, i, j), expected);
      }
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("mistakes");
  TCase *cases = tcase_create("mistakes");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, form_is_accepted, 0, ACCEPTED);
  tcase_add_loop_test(cases, error_is_pointed_at, 0, REFUSED);
  tcase_add_test(cases, any_bytes_are_read_or_refused);
  tcase_add_loop_test(cases, obstacle_is_told, 0, PLACES);
  tcase_add_test(cases, all_are_listed_once);
  tcase_add_test(cases, short_memory);
  tcase_add_loop_test(cases, only_its_blocks_change, 0, PLANTED_IN);
  tcase_add_test(cases, mistake_does_what_its_sentence_says);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
