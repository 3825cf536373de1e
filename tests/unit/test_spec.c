/* The reader of network specs: what it accepts, and that what it refuses is pointed at exactly.
 *
 * An erroneous spec is written in three parts, before | wrong | after, so that the expected place
 * is seen in the table and needs no counting.  Beyond the tables the reader gets every prefix and
 * every one-byte change of a good spec, without a terminator, so that a sanitizer sees it read too
 * far.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "networks.h"

static struct bp_arena *arena;

static void set_up(void) { arena = bp_arena_new(0); }

static void tear_down(void) { bp_arena_free(arena); }

/* ---- what is accepted ---- */

static const struct {
  const char *text, *normal;
  const struct bp_loss *loss;
  size_t samples;
} accepted[] = {
    {"3 - 4 tanh - 1 sigmoid", "3 - 4 tanh - 1 sigmoid", &bp_cross_entropy, 0},
    {"3-4tanh-1sigmoid", "3 - 4 tanh - 1 sigmoid", &bp_cross_entropy, 0},
    {" \t3\n-  4\ttanh -1   sigmoid \n", "3 - 4 tanh - 1 sigmoid", &bp_cross_entropy, 0},
    {"003 - 04 tanh - 01 sigmoid", "3 - 4 tanh - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 – 4 TANH — 1 Sigmoid，squared", "3 - 4 tanh - 1 sigmoid", &bp_squared, 0},
    {"3－4 σ→1 σ − 2 relu", "3 - 4 sigmoid - 1 sigmoid - 2 relu", &bp_half_squared, 0},
    {"1 - 1 relu", "1 - 1 relu", &bp_half_squared, 0},
    {"1000000000 - 1 sigmoid", "1000000000 - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 - 4 σ - 1 σ", "3 - 4 sigmoid - 1 sigmoid", &bp_cross_entropy, 0},
    {"3-4σ-1σ", "3 - 4 sigmoid - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 - 4 sigma - 1 logistic", "3 - 4 sigmoid - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 - 4 swish - 1 linear", "3 - 4 silu - 1 identity", &bp_half_squared, 0},
    {"3 - 4 none - 1 id", "3 - 4 identity - 1 identity", &bp_half_squared, 0},
    {"3 - 4 lrelu - 1 leaky-relu", "3 - 4 leaky_relu - 1 leaky_relu", &bp_half_squared, 0},
    {"3-4leaky-relu-1leakyrelu", "3 - 4 leaky_relu - 1 leaky_relu", &bp_half_squared, 0},
    {"3 - 4 softplus - 2 elu", "3 - 4 softplus - 2 elu", &bp_half_squared, 0},
    {"3 - 4 gelu - 2 softmax", "3 - 4 gelu - 2 softmax", &bp_cross_entropy, 0},
    {"3 - 1 sigmoid, cross-entropy", "3 - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 - 1 sigmoid, cross_entropy", "3 - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 - 1 sigmoid, crossentropy", "3 - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 - 1 sigmoid,ce", "3 - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 - 1 sigmoid , log-loss", "3 - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 - 1 sigmoid, squared", "3 - 1 sigmoid", &bp_squared, 0},
    {"3 - 1 sigmoid, half-squared", "3 - 1 sigmoid", &bp_half_squared, 0},
    {"3 - 1 sigmoid, half_squared", "3 - 1 sigmoid", &bp_half_squared, 0},
    {"3 - 1 sigmoid, quadratic", "3 - 1 sigmoid", &bp_half_squared, 0},
    {"3 - 1 sigmoid, 5 samples", "3 - 1 sigmoid", &bp_cross_entropy, 5},
    {"3 - 1 sigmoid,1sample", "3 - 1 sigmoid", &bp_cross_entropy, 1},
    {"3 - 1 sigmoid, m samples", "3 - 1 sigmoid", &bp_cross_entropy, 0},
    {"3 - 1 sigmoid, 7 samples, squared", "3 - 1 sigmoid", &bp_squared, 7},
    {"3 - 1 sigmoid, squared, 7 samples", "3 - 1 sigmoid", &bp_squared, 7},
    {"3 - 1 tanh, 1000000000 samples", "3 - 1 tanh", &bp_half_squared, 1000000000},
};
enum { ACCEPTED = sizeof accepted / sizeof *accepted };

START_TEST(form_is_accepted) {
  struct bp_spec spec = spec_of(accepted[_i].text, arena);
  ck_assert_msg(strcmp(bp_spec_text(&spec, arena), accepted[_i].normal) == 0, "%s: read as %s",
                accepted[_i].text, bp_spec_text(&spec, arena));
  ck_assert_msg(spec.loss == accepted[_i].loss, "%s: loss %s", accepted[_i].text, spec.loss->name);
  ck_assert_msg(spec.samples == accepted[_i].samples, "%s: %zu samples", accepted[_i].text,
                spec.samples);
  ck_assert_ptr_null(spec.activation[0]);
}
END_TEST

START_TEST(normal_form_is_read_as_the_same) {
  struct bp_spec first = spec_of(accepted[_i].text, arena);
  struct bp_spec second = spec_of(bp_spec_text(&first, arena), arena);
  ck_assert_uint_eq(first.depth, second.depth);
  for (size_t l = 0; l <= first.depth; l++) {
    ck_assert_uint_eq(first.size[l], second.size[l]);
    ck_assert_ptr_eq(first.activation[l], second.activation[l]);
  }
}
END_TEST

/* ---- what is refused ---- */

#define SIZE_EXPECTED "a layer size (a whole number from 1) was expected here"
#define LOSS_EXPECTED "a loss was expected here"
#define SAMPLES_EXPECTED "the word \"samples\" was expected here"
#define NOT_ENDED "the network should have ended here"

static const struct {
  const char *before, *wrong, *after, *message, *suggestion;
} refused[] = {
    {"", "", "", SIZE_EXPECTED, "write the network like this"},
    {"  ", "", "", SIZE_EXPECTED, NULL},
    {"", "t", "anh", SIZE_EXPECTED, NULL},
    {"", "-", "3 - 4 tanh", SIZE_EXPECTED, NULL},
    {"3 -", "", "", SIZE_EXPECTED, NULL},
    {"3 - ", "t", "anh - 4 tanh", SIZE_EXPECTED, NULL},
    {"3 - ", "-", " 4 tanh", SIZE_EXPECTED, NULL},
    {"3 - 4 tanh - ", "\xff", "", SIZE_EXPECTED, NULL},
    {"", "0", " - 4 tanh", "this layer size is 0", NULL},
    {"3 - ", "000", " tanh", "this layer size is 0", NULL},
    {"3 - ", "1000000001", " tanh", "this layer size is absurdly large", NULL},
    {"3 - ", "99999999999999999999999999999999", "tanh", "this layer size is absurdly large", NULL},
    {"3", "", "", "one size alone makes no network", "separate the layers by"},
    {"3", ",", " squared", "one size alone makes no network", NULL},
    {"3", ".", "5 - 4 tanh", "a layer has a whole number of units", NULL},
    {"3 ", "tanh", " - 4 relu", "the input layer has no activation", "activations belong to"},
    {"3 - 4", "", "", "layer 1 has no activation", "name one after the size"},
    {"3 - 4 ", "-", " 1 sigmoid", "layer 1 has no activation", NULL},
    {"3 - 4 tanh - 1", ",", " squared", "layer 2 has no activation", NULL},
    {"3 - 4 ", "tnah", " - 1 sigmoid", "unknown activation \"tnah\"", "did you mean tanh?"},
    {"3 - 4 tanh - 1 ", "sigmod", ", squared", "unknown activation \"sigmod\"",
     "did you mean sigmoid?"},
    {"3 - 4 ", "leaky-rellu", " - 1 id", "unknown activation", "did you mean leaky_relu?"},
    {"3 - 4 ", "qqqqqqqqq", "", "unknown activation \"qqqqqqqqq\"",
     "the activations are sigmoid, tanh"},
    {"3 - 4 ", "\xff\xfe", " - 1 sigmoid", "unknown activation", "the activations are"},
    {"3 - 4 tanh", ";", " 1 sigmoid", NOT_ENDED, "layers are separated by"},
    {"3 - 4 tanh ", "5", " samples", NOT_ENDED, NULL},
    {"3 - 4 tanh, squared ", "1", "", NOT_ENDED, NULL},
    {"3 - 4 tanh,", "", "", LOSS_EXPECTED, "after a comma comes a loss"},
    {"3 - 4 tanh, squared, ", ",", "", LOSS_EXPECTED, NULL},
    {"3 - 4 tanh, ", "-", "5 samples", LOSS_EXPECTED, NULL},
    {"3 - 4 tanh, ", "sqaured", "", "unknown loss \"sqaured\"", "did you mean squared?"},
    {"3 - 1 sigmoid, ", "cross-entrpy", ", 3 samples", "unknown loss \"cross-entrpy\"",
     "did you mean cross-entropy?"},
    {"3 - 4 tanh, ", "xyzzyxyzzy", "", "unknown loss \"xyzzyxyzzy\"", "the losses are"},
    {"3 - 4 tanh, ", "0", " samples", "this number of samples is 0", NULL},
    {"3 - 4 tanh, ", "9999999999", " samples", "this number of samples is absurdly large", NULL},
    {"3 - 4 tanh, 5 ", "pieces", "", SAMPLES_EXPECTED, "write it like this: , 5 samples"},
    {"3 - 4 tanh, 5", "", "", SAMPLES_EXPECTED, NULL},
    {"3 - 4 tanh, 5", ",", " squared", SAMPLES_EXPECTED, NULL},
    {"3 - 4 tanh, m ", "sampless", "", SAMPLES_EXPECTED, NULL},
    {"3 - 4 tanh, m", "", "", SAMPLES_EXPECTED, NULL},
};
enum { REFUSED = sizeof refused / sizeof *refused };

static bool begins(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* Parses exactly these bytes, from memory that ends with them. */
static int parse_bytes(const char *bytes, size_t length, struct bp_arena *memory,
                       struct bp_diagnostics *diagnostics, struct bp_spec *spec) {
  static char *kept = NULL;
  free(kept);
  kept = malloc(length ? length : 1);
  ck_assert_ptr_nonnull(kept);
  memcpy(kept, bytes, length);
  struct bp_source *source = malloc(sizeof *source);
  ck_assert_ptr_nonnull(source);
  *source = (struct bp_source){"network spec", kept, length};
  bp_diagnostics_init(diagnostics, memory);
  int status = bp_spec_parse(source, memory, diagnostics, spec);
  for (size_t k = 0; k < diagnostics->count; k++) {
    ck_assert_ptr_nonnull(diagnostics->list[k].message);
    ck_assert_uint_le(diagnostics->list[k].span.begin, diagnostics->list[k].span.end);
    ck_assert_uint_le(diagnostics->list[k].span.end, length);
  }
  ck_assert_msg(status == 0 ? diagnostics->errors == 0 : diagnostics->errors > 0,
                "status %d with %zu errors: %.*s", status, diagnostics->errors, (int)length, bytes);
  free(source);
  return status;
}

START_TEST(error_is_pointed_at) {
  const char *text =
      bp_arena_printf(arena, "%s%s%s", refused[_i].before, refused[_i].wrong, refused[_i].after);
  struct bp_diagnostics diagnostics;
  struct bp_spec spec;
  ck_assert_msg(parse_bytes(text, strlen(text), arena, &diagnostics, &spec) == -1, "%s: accepted",
                text);
  ck_assert_msg(diagnostics.count == 1, "%s: %zu errors", text, diagnostics.count);
  const struct bp_diagnostic *error = &diagnostics.list[0];
  size_t begin = strlen(refused[_i].before), end = begin + strlen(refused[_i].wrong);
  ck_assert_msg(error->span.begin == begin && error->span.end == end,
                "%s: %s at %zu..%zu, not %zu..%zu", text, error->message, error->span.begin,
                error->span.end, begin, end);
  ck_assert_msg(begins(error->message, refused[_i].message), "%s: %s", text, error->message);
  if (refused[_i].suggestion)
    ck_assert_msg(error->suggestion && begins(error->suggestion, refused[_i].suggestion),
                  "%s: try %s", text, error->suggestion ? error->suggestion : "nothing");
}
END_TEST

START_TEST(softmax_in_a_hidden_layer) {
  const char text[] = "3 - 4 softmax - 1 sigmoid";
  struct bp_diagnostics diagnostics;
  struct bp_spec spec;
  ck_assert_int_eq(parse_bytes(text, strlen(text), arena, &diagnostics, &spec), -1);
  const struct bp_diagnostic *error = &diagnostics.list[0];
  ck_assert(begins(error->message, "softmax is for the output layer only"));
  ck_assert_ptr_nonnull(strstr(error->suggestion, "sigmoid, tanh"));
  ck_assert_uint_eq(error->span.begin, 4);
  ck_assert_uint_ge(error->span.end, strlen("3 - 4 softmax"));
}
END_TEST

/* ---- losses against outputs ---- */

START_TEST(loss_must_suit_the_output) {
  for (size_t f = 0; f < bp_function_count; f++) {
    const char *name = bp_functions[f].name;
    bool probability = !strcmp(name, "sigmoid") || !strcmp(name, "softmax");
    struct bp_spec spec = spec_of(bp_arena_printf(arena, "3 - 2 %s", name), arena);
    ck_assert_msg(spec.loss == (probability ? &bp_cross_entropy : &bp_half_squared),
                  "%s: loss by default", name);
    for (size_t loss = 0; loss < bp_loss_count; loss++) {
      struct bp_source source = {"--loss", "0123456789", 10};
      struct bp_diagnostics diagnostics;
      bp_diagnostics_init(&diagnostics, arena);
      spec.loss = bp_losses[loss];
      bool fits = probability || spec.loss != &bp_cross_entropy;
      ck_assert_msg((bp_spec_check(&spec, &source, &diagnostics) == 0) == fits, "%s, %s", name,
                    spec.loss->name);
      ck_assert_uint_eq(diagnostics.errors, fits ? 0 : 1);
      if (fits)
        continue;
      ck_assert_ptr_nonnull(strstr(diagnostics.list[0].message, name));
      ck_assert_uint_eq(diagnostics.list[0].span.begin, 0);
      ck_assert_uint_eq(diagnostics.list[0].span.end, 10);
    }
  }
}
END_TEST

START_TEST(loss_is_set_by_name) {
  struct bp_source source = {"--loss", "half-squared", 12};
  struct bp_diagnostics diagnostics;
  struct bp_spec spec = spec_of("3 - 1 sigmoid", arena);
  bp_diagnostics_init(&diagnostics, arena);
  ck_assert_int_eq(bp_spec_set_loss(&spec, &source, (struct bp_span){0, 12}, &diagnostics), 0);
  ck_assert_ptr_eq(spec.loss, &bp_half_squared);
  ck_assert_int_eq(bp_spec_set_loss(&spec, &source, (struct bp_span){5, 12}, &diagnostics), 0);
  ck_assert_ptr_eq(spec.loss, &bp_squared);
  ck_assert_int_eq(bp_spec_set_loss(&spec, &source, (struct bp_span){0, 4}, &diagnostics), -1);
  ck_assert_ptr_eq(spec.loss, &bp_squared);
  ck_assert_uint_eq(diagnostics.errors, 1);
  ck_assert_uint_eq(diagnostics.list[0].span.end, 4);
}
END_TEST

/* ---- large and hostile input ---- */

/* "2 - 2 tanh - 2 tanh ..." with so many layers that compute. */
static const char *deep(size_t depth) {
  char *text = bp_arena_alloc(arena, depth + 1, 16);
  ck_assert_ptr_nonnull(text);
  char *end = text + sprintf(text, "2");
  for (size_t l = 0; l < depth; l++)
    end += sprintf(end, " - 2 tanh");
  return text;
}

START_TEST(depth_has_a_limit) {
  struct bp_spec spec = spec_of(deep(1000), arena);
  struct bp_diagnostics diagnostics;
  ck_assert_uint_eq(spec.depth, 1000);
  ck_assert_uint_eq(bp_spec_parameters(&spec), 6000);
  for (size_t depth = 1001; depth < 5000; depth += 1333) {
    const char *text = deep(depth);
    ck_assert_int_eq(parse_bytes(text, strlen(text), arena, &diagnostics, &spec), -1);
    ck_assert(begins(diagnostics.list[0].message, "more than 1000 layers are not supported"));
    ck_assert_uint_eq(diagnostics.list[0].span.begin, strlen(deep(1000)) + 2);
  }
}
END_TEST

START_TEST(long_input_is_refused) {
  static const char *const pieces[] = {"a", "9", "-", ",", " ", "3 - ", "σ", "(", "\xff", "4 tanh"};
  for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
    char text[10008];
    size_t length = 0, piece = strlen(pieces[k]);
    for (; length < 10000; length += piece)
      memcpy(text + length, pieces[k], piece);
    struct bp_diagnostics diagnostics;
    struct bp_spec spec;
    ck_assert_msg(parse_bytes(text, length, arena, &diagnostics, &spec) == -1,
                  "10,000 times \"%s\": accepted", pieces[k]);
  }
}
END_TEST

START_TEST(any_bytes_are_read_or_refused) {
  static const char good[] = "3 - 4 σ - 2 leaky-relu, squared, 5 samples";
  char text[sizeof good];
  struct bp_diagnostics diagnostics;
  struct bp_spec spec;
  for (size_t length = 0; length < sizeof good; length++)
    parse_bytes(good, length, arena, &diagnostics, &spec);
  for (size_t at = 0; at < sizeof good - 1; at++) {
    struct bp_arena *own = bp_arena_new(0);
    for (int byte = 0; byte < 256; byte++) {
      memcpy(text, good, sizeof good);
      text[at] = (char)byte;
      parse_bytes(text, sizeof good - 1, own, &diagnostics, &spec);
    }
    bp_arena_free(own);
  }
}
END_TEST

START_TEST(nul_byte_is_no_end) {
  static const char text[] = "3 - 1 sigmoid\0, squared";
  struct bp_diagnostics diagnostics;
  struct bp_spec spec;
  ck_assert_int_eq(parse_bytes(text, sizeof text - 1, arena, &diagnostics, &spec), -1);
  ck_assert(begins(diagnostics.list[0].message, NOT_ENDED));
  ck_assert_uint_eq(diagnostics.list[0].span.begin, 13);
  ck_assert_uint_eq(diagnostics.list[0].span.end, 14);
}
END_TEST

START_TEST(short_memory_is_an_error) {
  static const char *const texts[] = {"3 - 4 tanh - 1 sigmoid", "3 - 4 tnah", "3 - 1 tanh, xx"};
  for (size_t limit = 64; limit < 8192; limit += 64) {
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
      struct bp_arena *small = bp_arena_new(limit);
      struct bp_diagnostics diagnostics;
      struct bp_spec spec;
      if (small)
        parse_bytes(texts[k], strlen(texts[k]), small, &diagnostics, &spec);
      bp_arena_free(small);
    }
  }
}
END_TEST

/* ---- counting parameters ---- */

static const struct {
  const char *name;
  size_t size[4], depth, parameters;
} counts[] = {
    {"one unit", {1, 1}, 1, 2},
    {"a hidden layer", {3, 4, 1}, 2, 21},
    {"digits", {784, 100, 10}, 2, 79510},
    {"the largest that fits", {SIZE_MAX / 5 - 1, 5}, 1, SIZE_MAX / 5 * 5},
    {"a product that overflows", {(size_t)1 << 40, (size_t)1 << 40}, 1, SIZE_MAX},
    {"a sum that overflows", {3000000000u, 3000000000u, 3000000000u, 3000000000u}, 3, SIZE_MAX},
};
enum { COUNTS = sizeof counts / sizeof *counts };

START_TEST(parameters_are_counted) {
  struct bp_spec spec = {.depth = counts[_i].depth, .size = counts[_i].size};
  ck_assert_msg(bp_spec_parameters(&spec) == counts[_i].parameters, "%s: %zu", counts[_i].name,
                bp_spec_parameters(&spec));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("spec");
  TCase *cases = tcase_create("spec");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, form_is_accepted, 0, ACCEPTED);
  tcase_add_loop_test(cases, normal_form_is_read_as_the_same, 0, ACCEPTED);
  tcase_add_loop_test(cases, error_is_pointed_at, 0, REFUSED);
  tcase_add_test(cases, softmax_in_a_hidden_layer);
  tcase_add_test(cases, loss_must_suit_the_output);
  tcase_add_test(cases, loss_is_set_by_name);
  tcase_add_test(cases, depth_has_a_limit);
  tcase_add_test(cases, long_input_is_refused);
  tcase_add_test(cases, any_bytes_are_read_or_refused);
  tcase_add_test(cases, nul_byte_is_no_end);
  tcase_add_test(cases, short_memory_is_an_error);
  tcase_add_loop_test(cases, parameters_are_counted, 0, COUNTS);
  suite_add_tcase(suite, cases);
  return run_suite(suite);
}
