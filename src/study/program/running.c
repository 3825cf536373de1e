/* The spelling of running text, in which people write W2^T dZ2 and e^{-x}: figures for layers, a
 * blank for a product, and of signs that have two spellings the one that the note has.
 *
 * A note whose text is in NumPy's signs, dZ2 @ W2.T, is none of these.
 */
#define _GNU_SOURCE /* memmem */
#include "study/program/running.h"

#include <string.h>

#include "note/latex/written.h"
#include "study/own/names.h"

struct walk {
  const struct bp_source *source;
  struct bp_arena *arena;
  const char *text;
  size_t at;
  const char *all; /* written so far; NULL once memory was short */
  bool raised;     /* layers are written ^[2] */
};

static bool has(const struct bp_source *source, const char *what) {
  return memmem(source->text, source->length, what, strlen(what)) != NULL;
}

bool bp_study_is_numpy(const struct bp_source *source, struct bp_span span) {
  static const char *const marks[] = {"np.", " @ ", ".T", ".dot("};
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
    if (bp_text_find(source->text, span.begin, span.end, marks[k]) < span.end)
      return true;
  return has(source, "np.") || (has(source, ".T") && !has(source, "^T"));
}

static void put(struct walk *walk, const char *text, size_t length) {
  if (walk->all)
    walk->all = bp_arena_printf(walk->arena, "%s%.*s", walk->all, (int)length, text);
}

static bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

static size_t letters_at(const char *text) {
  size_t length = 0;
  while (bp_is_letter(text[length]))
    length++;
  return length;
}

/* The index in brackets behind a name: W[2] is W2, and hstep[t-1] is h_{t-1}. */
static void index_of(struct walk *walk, size_t name) {
  const char *open = walk->text + walk->at + name, *close = strchr(open, ']');
  size_t inside = close ? (size_t)(close - open) - 1 : 0, mark = strlen(BP_OWN_STEP);
  bool step = name > mark && memcmp(open - mark, BP_OWN_STEP, mark) == 0, layer = is_digit(open[1]);
  put(walk, walk->text + walk->at, step ? name - mark : name);
  if (step)
    put(walk, inside > 1 ? "_{" : "_", inside > 1 ? 2 : 1);
  else if (walk->raised)
    put(walk, "^[", 2);
  else if (!layer)
    put(walk, "[", 1);
  put(walk, open + 1, inside);
  if (step && inside > 1)
    put(walk, "}", 1);
  else if (!step && (walk->raised || !layer))
    put(walk, "]", 1);
  walk->at += name + (close ? inside + 2 : 1);
}

static void name(struct walk *walk) {
  size_t length = letters_at(walk->text + walk->at);
  if (walk->text[walk->at + length] == '[')
    index_of(walk, length);
  else {
    put(walk, walk->text + walk->at, length);
    walk->at += length;
  }
}

/* A product: what stands beside one another is multiplied, unless both are figures. */
static void star(struct walk *walk) {
  size_t before = walk->at, behind = walk->at + 1;
  while (before > 0 && walk->text[before - 1] == ' ')
    before--;
  while (walk->text[behind] == ' ')
    behind++;
  bool figures = before > 0 && is_digit(walk->text[before - 1]) && is_digit(walk->text[behind]);
  bool blank = before < walk->at && walk->all && walk->all[0];
  put(walk, figures ? "*" : blank ? "" : " ", figures ? 1 : blank ? 0 : 1);
  walk->at = figures ? walk->at + 1 : behind;
}

/* ^-x: an exponent of more than one piece has brackets. */
static void power(struct walk *walk) {
  size_t end = walk->at + 2;
  bool braces = has(walk->source, "^{");
  while (bp_is_letter(walk->text[end]) || is_digit(walk->text[end]) || walk->text[end] == '_')
    end++;
  put(walk, braces ? "^{" : "^(", 2);
  put(walk, walk->text + walk->at + 1, end - walk->at - 1);
  put(walk, braces ? "}" : ")", 1);
  walk->at = end;
}

struct pair {
  const char *ours, *theirs, *unless; /* where the note has the last one, that stays */
};

static const struct pair pairs[] = {{"⊙", "*", "⊙"},
                                    {"σ", "sigmoid", "σ"},
                                    {"./", "/", NULL},
                                    {".^", "^", NULL},
                                    {"sum_", "∑_", "sum_"}};

static bool sign(struct walk *walk) {
  for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
    size_t length = strlen(pairs[k].ours);
    if (strncmp(walk->text + walk->at, pairs[k].ours, length) != 0)
      continue;
    bool stays = pairs[k].unless && has(walk->source, pairs[k].unless);
    put(walk, stays ? pairs[k].ours : pairs[k].theirs,
        strlen(stays ? pairs[k].ours : pairs[k].theirs));
    walk->at += length;
    return true;
  }
  return false;
}

const char *bp_study_running(const struct bp_source *source, struct bp_span span, const char *text,
                             struct bp_arena *arena) {
  struct walk walk = {.source = source, .arena = arena, .text = text, .all = ""};
  walk.raised = bp_text_find(source->text, span.begin, span.end, "^[") < span.end;
  while (text[walk.at] && walk.all) {
    bool turned = text[walk.at] == '\'' && walk.at > 0 && text[walk.at + 1] != '(';
    if (bp_is_letter(text[walk.at]) && strncmp(text + walk.at, "sum_", 4) != 0)
      name(&walk);
    else if (text[walk.at] == '*')
      star(&walk);
    else if (text[walk.at] == '^' && text[walk.at + 1] == '-')
      power(&walk);
    else if (turned) {
      put(&walk, walk.raised ? "T" : "^T", walk.raised ? 1 : 2);
      walk.at++;
    } else if (!sign(&walk)) {
      put(&walk, text + walk.at, 1);
      walk.at++;
    }
  }
  return walk.all;
}
