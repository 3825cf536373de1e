/* What is said where a name means nothing: the nearest that does, the same letter in the other
 * alphabet, the line that the file forgot.
 *
 * Most unknown names are no slips of a key.  Who writes dZ[2] without a network has copied the line
 * and not what stands above it; who writes λ below `given lambda` sees no difference.
 */
#include <string.h>

#include "lang/names.h"
#include "model/world.h"

/* λ for lambda, lambda for λ, where the other one is declared; else NULL. */
static const char *in_other_letters(const struct bp_model *model, const char *name) {
  static const char *const letters[][2] = {
      {"alpha", "α"}, {"beta", "β"},  {"gamma", "γ"},  {"delta", "δ"}, {"epsilon", "ε"},
      {"zeta", "ζ"},  {"eta", "η"},   {"theta", "θ"},  {"kappa", "κ"}, {"lambda", "λ"},
      {"mu", "μ"},    {"nu", "ν"},    {"xi", "ξ"},     {"rho", "ρ"},   {"sigma", "σ"},
      {"tau", "τ"},   {"phi", "φ"},   {"chi", "χ"},    {"psi", "ψ"},   {"omega", "ω"},
      {"Gamma", "Γ"}, {"Delta", "Δ"}, {"Lambda", "Λ"}, {"Sigma", "Σ"}, {"Omega", "Ω"},
  };
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
    for (size_t k = 0; k < 2; k++)
      if (!strcmp(name, letters[i][k]) && bp_model_find(model, letters[i][1 - k]))
        return letters[i][1 - k];
  return NULL;
}

/* The declared name that looks the same and has another letter first, as the y of a Russian
 * keyboard; else NULL. */
static const char *looks_the_same(const struct bp_model *model, const char *name,
                                  struct bp_arena *arena) {
  static const char *const letters[][2] = {
      {"а", "a"}, {"е", "e"}, {"о", "o"}, {"р", "p"}, {"с", "c"}, {"у", "y"}, {"х", "x"},
      {"і", "i"}, {"ј", "j"}, {"ѕ", "s"}, {"А", "A"}, {"В", "B"}, {"Е", "E"}, {"К", "K"},
      {"М", "M"}, {"Н", "H"}, {"О", "O"}, {"Р", "P"}, {"С", "C"}, {"Т", "T"}, {"Х", "X"},
      {"У", "Y"}, {"Α", "A"}, {"Β", "B"}, {"Ε", "E"}, {"Ζ", "Z"}, {"Η", "H"}, {"Ι", "I"},
      {"Κ", "K"}, {"Μ", "M"}, {"Ν", "N"}, {"Ο", "O"}, {"Ρ", "P"}, {"Τ", "T"}, {"Υ", "Y"},
      {"Χ", "X"}, {"ν", "v"}, {"ο", "o"}, {"ρ", "p"}, {"ω", "w"}, {"ɑ", "a"}, {"ℓ", "l"}};
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
    for (size_t k = 0; k < 2; k++) {
      size_t length = strlen(letters[i][k]);
      const char *other = !strncmp(name, letters[i][k], length)
                              ? bp_arena_printf(arena, "%s%s", letters[i][1 - k], name + length)
                              : NULL;
      if (other && bp_model_find(model, other))
        return other;
    }
  return NULL;
}

/* delta[2] and dZ[2] beside a network; W[1] and what is made of it without one. */
static const char *forgotten_line(const struct bp_model *model, const struct bp_expression *name,
                                  const char *shown, struct bp_arena *arena) {
  const char *bare = name->name + (name->name[0] == 'd' && name->name[1]);
  bool of_layer = strlen(bare) == 1 && strchr("WbZA", *bare);
  bool delta = !strcmp(name->name, "delta") || !strcmp(name->name, "δ");
  if (name->count != 1 || !(of_layer || delta))
    return NULL;
  if (!bp_model_has_network(model))
    return "say which network it is about, in a line above: network 3 - 4 tanh - 1 sigmoid, "
           "m samples";
  return bp_arena_printf(arena,
                         "say what it stands for, in a line above: write %s[l] for ∂J/∂%s[l]",
                         shown, delta ? "Z" : bare);
}

static const char *suggestion_for(struct bp_world *world, const struct bp_expression *name,
                                  const char *shown) {
  struct bp_arena *arena = world->model->arena;
  const char *twin = in_other_letters(world->model, name->name);
  if (twin)
    return bp_arena_printf(arena, "%s is declared: write one of both everywhere", twin);
  const char *same = looks_the_same(world->model, name->name, arena);
  if (same)
    return bp_arena_printf(arena,
                           "%s, which is declared, looks the same and is another letter: "
                           "type it anew",
                           same);
  const char *nearest = bp_model_nearest(world->model, name->name);
  const char *line = forgotten_line(world->model, name, shown, arena);
  if (line && !(nearest && bp_model_has_network(world->model)))
    return line;
  return nearest
             ? bp_arena_printf(arena, "did you mean %s?", bp_name_shown(world, nearest))
             : bp_arena_printf(arena, "say what it is: given %s : n x m, size %s, or let %s = …",
                               shown, shown, shown);
}

bool bp_fault_unknown(struct bp_world *world, const struct bp_expression *name) {
  if (world->quiet)
    return bp_fault_set(world, BP_FAULT_MISUSE, name->span, NULL, "%s", name->name);
  struct bp_arena *arena = world->model->arena;
  const char *shown = bp_name_shown(world, name->name);
  const struct bp_declaration *later = bp_model_find(world->model, name->name);
  if (later && later->count)
    return bp_fault_set(
        world, BP_FAULT_MISUSE, name->span, "move that line up",
        "%s is used before it is given in %s", shown,
        bp_model_line_text(&later->pieces[0].line, world->context.line->source, arena));
  const struct bp_model_line *unread = bp_model_unread(world->model, name->name);
  if (unread)
    return bp_fault_set(world, BP_FAULT_CONSEQUENCE, name->span, NULL,
                        "%s is not known, because there is a mistake in %s", shown,
                        bp_model_line_text(unread, world->context.line->source, arena));
  if (bp_name_is_no_number(name->name))
    return bp_fault_set(
        world, BP_FAULT_MISUSE, name->span,
        "the number that is meant; where a side has no value, as 1/0, the report says so",
        "%s is no number to compute with", shown);
  const char *suggestion = suggestion_for(world, name, shown);
  return bp_fault_set(world, BP_FAULT_MISUSE, name->span, suggestion, "%s is not declared", shown);
}
