/* backproof new: a derivation to be filled in.
 *
 * A starter is a file of the derivation language: what is given and computed stands there, and of
 * every formula of the backward pass only the left side; a ? holds the place of the other.  Such a
 * line is read, and told as unfilled until it is written.  Courses differ in what a sample is and
 * in what a delta means, and a formula is right under one convention only, so each convention is a
 * row of its own, which says so in the file.
 */
#include <stdio.h>
#include <string.h>

#include "base/mutable.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/problem.h"

/* What a starter is made of, and where it goes. */
struct starter {
  const struct bp_spec *spec;
  struct bp_arena *arena;
  FILE *out;
};

/* name, of the option and of the function that writes the file; what it means */
#define CONVENTIONS(X)                                                                             \
  X(ng, "columns are samples, dZ and dA are of the summed losses, dW and db of their mean")        \
  X(nielsen, "one sample, deltas, element by element")                                             \
  X(rows, "rows are samples, as in NumPy and PyTorch; all derivatives are of the mean")            \
  X(neuron, "one neuron, one sample, the chain rule factor by factor")

/* ---- what conventions share ---------------------------------------------- */

/* The loss as a formula of the outputs and the targets, for one column of either or several. */
static const char *loss_of(const struct starter *starter, const char *outputs,
                           const char *targets) {
  const struct bp_spec *spec = starter->spec;
  const struct bp_loss_rules *rules = bp_loss_rules(spec->loss, spec->activation[spec->depth]);
  const char *text = bp_loss_text(rules->statement, outputs, targets, starter->arena);
  if (!text)
    bp_die_no_memory();
  return text;
}

static const char *indexed(const struct starter *starter, const char *format, size_t l) {
  const char *text = bp_arena_printf(starter->arena, format, l);
  if (!text)
    bp_die_no_memory();
  return text;
}

/* What targets are: " in {0, 1}", with a blank before it, or nothing. */
static const char *domain_of(const struct bp_spec *spec) {
  if (!spec->loss->classes)
    return "";
  return spec->activation[spec->depth]->columnwise ? " in onehot" : " in {0, 1}";
}

static void write_sizes(const struct starter *starter) {
  const struct bp_spec *spec = starter->spec;
  fprintf(starter->out, "size L = %zu\n", spec->depth);
  for (size_t l = 0; l <= spec->depth; l++)
    fprintf(starter->out, "size n[%zu] = %zu\n", l, spec->size[l]);
}

static const char *layer_name(const struct starter *starter, size_t l) {
  if (l == starter->spec->depth)
    return "output layer";
  return starter->spec->depth == 2 ? "hidden layer" : indexed(starter, "hidden layer %zu", l);
}

/* A line to be filled in, with its names below one another; `left` is a format for the layer. */
static void write_claim(const struct starter *starter, const char *name, const char *left,
                        size_t l) {
  enum { NAME_COLUMNS = 18 };
  int blanks = NAME_COLUMNS - (int)strlen(name);
  fprintf(starter->out, "claim \"%s\"%*s %s = ?\n", name, blanks > 0 ? blanks : 0, "",
          indexed(starter, left, l));
}

/* ---- the conventions ----------------------------------------------------- */

static void write_layer(const struct starter *starter, size_t l) {
  write_claim(starter, layer_name(starter, l), "dZ[%zu]", l);
  write_claim(starter, "its weights", "dW[%zu]", l);
  write_claim(starter, "its biases", "db[%zu]", l);
}

static void write_ng(const struct starter *starter) {
  const struct bp_spec *spec = starter->spec;
  FILE *out = starter->out;
  size_t L = spec->depth;
  fprintf(out,
          "# A sample is a column of X (n[0] x m) and of Y.  The network line declares\n"
          "#   A[0] = X    Z[l] = W[l]*A[l-1] + b[l]    A[l] = g[l](Z[l])\n"
          "# the losses of the samples, and their mean J.\n"
          "network %s, %s, ",
          bp_spec_text(spec, starter->arena), spec->loss->name);
  if (spec->samples)
    fprintf(out, "%zu samples\n", spec->samples);
  else
    fputs("m samples\n", out);
  fputs(
      "\n# dZ and dA are derivatives of the summed losses, without 1/m; dW and db are those of J.\n"
      "write dA[l] for m * ∂J/∂A[l]\n"
      "write dZ[l] for m * ∂J/∂Z[l]\n"
      "write dW[l] for ∂J/∂W[l]\n"
      "write db[l] for ∂J/∂b[l]\n",
      out);
  for (size_t l = L; l > 0; l--) {
    fprintf(out, "\n# The %s: layer %zu, %s\n", layer_name(starter, l), l,
            spec->activation[l]->name);
    if (l < L)
      write_claim(starter, indexed(starter, "back through W[%zu]", l + 1), "dA[%zu]", l);
    write_layer(starter, l);
  }
}

static void write_nielsen(const struct starter *starter) {
  const struct bp_spec *spec = starter->spec;
  FILE *out = starter->out;
  size_t L = spec->depth;
  fputs("# One sample, x; w[l]_{j,k} leads from neuron k of layer l-1 to neuron j of layer l.\n",
        out);
  write_sizes(starter);
  fputs("given x : n[0]\n"
        "given w[l] : n[l] x n[l-1] for l = 1..L\n"
        "given b[l] : n[l] for l = 1..L\n"
        "let a[0] = x\n",
        out);
  for (size_t l = 1; l <= L; l++)
    fprintf(out, "let z[%zu] = w[%zu]*a[%zu] + b[%zu]\nlet a[%zu] = %s(z[%zu])\n", l, l, l - 1, l,
            l, spec->activation[l]->name, l);
  fprintf(out, "given y : n[L] x 1%s\nlet C = sum(%s)\n", domain_of(spec),
          loss_of(starter, indexed(starter, "a[%zu]", L), "y"));
  fputs("\n# The error of a layer.  A letter that is declared nowhere, such as j, means: for all.\n"
        "write δ[l] for ∂C/∂z[l]\n\n",
        out);
  write_claim(starter, "BP1, the output", "δ[L]", L);
  for (size_t l = L - 1; l > 0; l--)
    write_claim(starter, indexed(starter, "BP2, layer %zu", l), "δ[%zu]", l);
  write_claim(starter, "BP3, the biases", "∂C/∂b[l]_j", L);
  write_claim(starter, "BP4, the weights", "∂C/∂w[l]_{j,k}", L);
}

static void write_rows(const struct starter *starter) {
  const struct bp_spec *spec = starter->spec;
  FILE *out = starter->out;
  size_t L = spec->depth;
  fputs("# A sample is a row of X.  softmax takes columns here, so that of rows has a ' on both "
        "sides.\n",
        out);
  write_sizes(starter);
  if (spec->samples)
    fprintf(out, "size m = %zu\n", spec->samples);
  fputs("given X : m x n[0]\n"
        "given W[l] : n[l-1] x n[l] for l = 1..L\n"
        "given b[l] : 1 x n[l] for l = 1..L\n"
        "let A[0] = X\n",
        out);
  for (size_t l = 1; l <= L; l++) {
    const char *form = spec->activation[l]->columnwise ? "%s(Z[%zu]')'\n" : "%s(Z[%zu])\n";
    fprintf(out, "let Z[%zu] = A[%zu]*W[%zu] + b[%zu]\nlet A[%zu] = ", l, l - 1, l, l, l);
    fprintf(out, form, spec->activation[l]->name, l);
  }
  fprintf(out, "given T : n[L] x m%s\nlet Y = T'\nlet J = 1/m * sum(%s)\n", domain_of(spec),
          loss_of(starter, indexed(starter, "A[%zu]'", L), "T"));
  fputs("\n# All of them are derivatives of the mean J.\n"
        "write dZ[l] for ∂J/∂Z[l]\n"
        "write dW[l] for ∂J/∂W[l]\n"
        "write db[l] for ∂J/∂b[l]\n",
        out);
  for (size_t l = L; l > 0; l--) {
    putc('\n', out);
    write_layer(starter, l);
  }
}

static void write_neuron(const struct starter *starter) {
  const struct bp_spec *spec = starter->spec;
  FILE *out = starter->out;
  fprintf(out,
          "# One neuron: numbers x come in, weighted by w.\n"
          "given x, w : %zu\n"
          "given b : number\n"
          "let z = w'*x + b\n"
          "let a = %s(z)\n",
          spec->size[0], spec->activation[1]->name);
  fprintf(out, "given y : number%s\nlet C = %s\n", domain_of(spec), loss_of(starter, "a", "y"));
  static const struct {
    const char *name, *left;
  } factors[] = {{"the loss by a", "∂C/∂a"}, {"a by z", "∂a/∂z"}, {"z by the weights", "∂z/∂w"}},
    products[] = {{"the loss by z", "∂C/∂z"},
                  {"the weights", "∂C/∂w"},
                  {"the bias", "∂C/∂b"},
                  {"the inputs", "∂C/∂x"}};
  fputs("\n# The factors of the chain rule,\n", out);
  for (size_t k = 0; k < sizeof factors / sizeof *factors; k++)
    write_claim(starter, factors[k].name, factors[k].left, 1);
  fputs("# and what they come to.\n", out);
  for (size_t k = 0; k < sizeof products / sizeof *products; k++)
    write_claim(starter, products[k].name, products[k].left, 1);
}

static const struct convention {
  const char *name, *meaning;
  void (*write)(const struct starter *starter);
} conventions[] = {
#define ROW(name, meaning) {#name, meaning, write_##name},
    CONVENTIONS(ROW)
#undef ROW
};

enum { CONVENTION_COUNT = sizeof conventions / sizeof *conventions };

/* ---- the command line ---------------------------------------------------- */

enum { KEY_OUTPUT = 'o', KEY_LIKE = BP_KEY_VERB };

struct new_options {
  struct bp_network_options network; /* of these spec, loss and samples */
  const char *output;
  const struct convention *like;
};

static const struct argp_option option_table[] = {
    {"like", KEY_LIKE, "WHOM", 0,
     "ng (default): columns are samples, dZ of the summed losses, dW and db of their mean; "
     "nielsen: "
     "one sample, deltas, element by element; rows: rows are samples, as in NumPy and PyTorch; "
     "neuron: one neuron, the chain rule factor by factor",
     1},
    {"loss", BP_KEY_LOSS, "NAME", 0, "the losses", 1},
    {"samples", BP_KEY_SAMPLES, "M", 0,
     "Number of samples, whatever SPEC says (default: the letter m, drawn)", 1},
    {"output", KEY_OUTPUT, "FILE", 0, "Write the derivation to FILE, once it is complete", 1},
    {0}};

static const struct convention *convention_named(const char *word) {
  const char *names[CONVENTION_COUNT];
  for (size_t i = 0; i < CONVENTION_COUNT; i++)
    names[i] = conventions[i].name;
  return &conventions[bp_option_word("--like", word, names, CONVENTION_COUNT)];
}

static error_t parse(int key, char *value, struct argp_state *state) {
  struct new_options *options = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    bp_options_spec(&options->network, value, "backproof new");
    return 0;
  case KEY_LIKE:
    options->like = convention_named(value);
    return 0;
  case BP_KEY_LOSS:
    options->network.loss = value;
    return 0;
  case BP_KEY_SAMPLES:
    options->network.samples = bp_option_samples(value);
    return 0;
  case KEY_OUTPUT:
    options->output = value;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static char *explain_option(int key, const char *text, void *input) {
  (void)input;
  return key == BP_KEY_LOSS ? bp_option_losses(text) : bp_unchanged(text);
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .help_filter = explain_option,
    .args_doc = "SPEC",
    .doc = "Writes a derivation to be filled in: what a network like \"3 - 4 tanh - 1 sigmoid\" "
           "computes, and of every formula of its backward pass the left side.  Write the other in "
           "the place of the ?, line by line, and have backproof verify judge it."};

static bool is_neuron(const struct bp_spec *spec) { return spec->depth == 1 && spec->size[1] == 1; }

/* Before a word is written. */
static void require_fit(const struct convention *like, const struct bp_problem *problem) {
  if (like->write == write_neuron && !is_neuron(&problem->spec))
    bp_die("backproof new \"3 - 1 sigmoid\" --like=neuron, or --like=nielsen for this network",
           "--like=neuron is for a network of one neuron, and %s has more", problem->title);
}

static void write_head(const struct starter *starter, const struct convention *like) {
  fprintf(
      starter->out,
      "# To be filled in: write a formula in the place of each ?, then have the file judged by\n"
      "#   backproof verify FILE\n"
      "# as often as you like; a line with a ? is neither right nor wrong.  The shapes of\n"
      "# all there is: backproof trace FILE; how formulas are written: backproof help cheatsheet.\n"
      "title \"%s\"\n"
      "note \"%s\"\n\n",
      bp_spec_text(starter->spec, starter->arena), like->meaning);
}

int bp_verb_new(int argc, char **argv) {
  struct new_options options = {.like = &conventions[0]};
  struct bp_common_options common;
  struct bp_problem problem;
  struct bp_output output;
  bp_network_defaults(&options.network);
  bp_common_defaults(&common);
  bp_options_parse(&argp, argc, argv, &options);
  bp_problem_begin(&problem, &options.network, &common);
  if (options.network.samples)
    problem.spec.samples = options.network.samples;
  require_fit(options.like, &problem);
  bp_output_open(&output, options.output);
  bp_output_begin(&output);
  struct starter starter = {&problem.spec, problem.arena, output.stream};
  write_head(&starter, options.like);
  options.like->write(&starter);
  bp_output_finish(&output, ferror(output.stream) ? -1 : 0);
  bp_problem_free(&problem);
  return 0;
}
