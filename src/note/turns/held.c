/* What names hold while a program is followed.
 *
 * Nobody says of a parameter whether it is an array, a list of arrays or a dictionary: it is what
 * it is used as.  A given name begins as an array; the first use that asks for a member makes it a
 * list or a table, whose members are given in their turn.  So nobody may keep a copy of what is
 * held: all who hold it share it.
 */
#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "note/latex/written.h"
#include "note/turns/turns.h"

struct bp_turns_held *bp_held_new(struct bp_turns *turns, enum bp_held_kind kind) {
  struct bp_turns_held *held = bp_arena_alloc(turns->arena, 1, sizeof *held);
  if (held)
    *held = (struct bp_turns_held){.kind = kind, .rank = BP_RANK_OPEN};
  return held;
}

struct bp_turns_held *bp_held_unknown(struct bp_turns *turns, const char *why) {
  struct bp_turns_held *held = bp_held_new(turns, BP_HELD_UNKNOWN);
  if (held)
    held->why = why;
  return held;
}

struct bp_turns_held *bp_held_count(struct bp_turns *turns, long count) {
  struct bp_turns_held *held = bp_held_new(turns, BP_HELD_COUNT);
  if (held)
    held->count = count;
  return held;
}

struct bp_turns_held *bp_held_array(struct bp_turns *turns, struct bp_code_node *node, int rank,
                                    enum bp_held_way way) {
  struct bp_turns_held *held = node ? bp_held_new(turns, BP_HELD_ARRAY) : NULL;
  if (held) {
    held->node = node;
    held->rank = rank;
    held->way = way;
  }
  return held;
}

const char *bp_turns_key(struct bp_turns *turns, const char *word) {
  return bp_code_key(word, strlen(word), turns->arena);
}

/* ---- tables and lists ---------------------------------------------------- */

struct bp_turns_held *bp_held_member(const struct bp_turns_held *table, const char *key) {
  for (size_t k = 0; k < table->count_of_slots; k++)
    if (table->slots[k].key && strcmp(table->slots[k].key, key) == 0)
      return table->slots[k].held;
  return NULL;
}

bool bp_held_append(struct bp_turns *turns, struct bp_turns_held *list,
                    struct bp_turns_held *held) {
  if (!held || !bp_list_room(turns->arena, list->slots, list->count_of_slots, list->capacity))
    return false;
  list->slots[list->count_of_slots++] = (struct bp_slot){NULL, held};
  return true;
}

bool bp_held_put(struct bp_turns *turns, struct bp_turns_held *table, const char *key,
                 struct bp_turns_held *held) {
  for (size_t k = 0; key && k < table->count_of_slots; k++)
    if (table->slots[k].key && strcmp(table->slots[k].key, key) == 0) {
      table->slots[k].held = held;
      return held != NULL;
    }
  if (!key || !bp_held_append(turns, table, held))
    return false;
  table->slots[table->count_of_slots - 1].key = key;
  return true;
}

struct bp_turns_held *bp_held_item(const struct bp_turns_held *list, long index) {
  if (list->kind == BP_HELD_TABLE) {
    char key[32];
    snprintf(key, sizeof key, "%ld", index);
    return bp_held_member(list, key);
  }
  long count = (long)list->count_of_slots;
  index += index < 0 ? count : 0;
  return index >= 0 && index < count ? list->slots[index].held : NULL;
}

/* ---- what is given ------------------------------------------------------- */

/* Where the name stands in the text from `at` on, its underscores aside; the end where it does not.
 */
static struct bp_span word_in(const char *text, size_t at, size_t end, const char *key) {
  while (at < end) {
    size_t same = 0, over = at;
    bool field = at >= 5 && memcmp(text + at - 5, "self.", 5) == 0;
    bool apart =
        at == 0 || field || !(bp_is_letter(text[at - 1]) || strchr("_.0123456789", text[at - 1]));
    for (; apart && over < end && (key[same] || text[over] == '_'); over++)
      if (text[over] != '_' && text[over] != key[same++])
        break;
    bool whole = apart && !key[same] && over > at && text[over - 1] != '[' &&
                 (over >= end || !(bp_is_letter(text[over]) || strchr("_0123456789", text[over])));
    if (whole)
      return (struct bp_span){at, over};
    at++;
  }
  return (struct bp_span){end, end};
}

/* Whether the text may be gone through once more: a long program has many names. */
static bool may_scan(struct bp_turns *turns) {
  enum { MOST_SCANNED = 200000000 };
  turns->scanned += turns->steps->code->source->length;
  return turns->scanned < MOST_SCANNED;
}

/* Whether the program has no arrays: it computes with math.exp and its like, and names no library
 * of arrays. */
static bool is_of_numbers(const struct bp_turns *turns) {
  static const char *const words[] = {"np.", "numpy", "torch", "jnp", "tf.", ".dot(", ".T", "@"};
  const struct bp_source *source = turns->steps->code->source;
  bool numbers = memmem(source->text, source->length, "math.", strlen("math.")) != NULL;
  for (size_t k = 0; k < sizeof words / sizeof *words && numbers; k++)
    numbers = !memmem(source->text, source->length, words[k], strlen(words[k]));
  return numbers;
}

/* Whether something so called is a number, as in a program without arrays all is that it neither
 * takes members of nor goes through. */
static bool is_plain_number(struct bp_turns *turns, const char *key) {
  const char *text = turns->steps->code->source->text;
  size_t end = turns->steps->code->source->length;
  if (turns->of_numbers == 0)
    turns->of_numbers = is_of_numbers(turns) ? 1 : -1;
  bool plain = turns->of_numbers > 0 && may_scan(turns);
  for (struct bp_span word = plain ? word_in(text, 0, end, key) : (struct bp_span){end, end};
       word.begin < end && plain; word = word_in(text, word.end, end, key)) {
    bool within = word.begin >= 4 && (!memcmp(text + word.begin - 4, " in ", 4) ||
                                      !memcmp(text + word.begin - 4, "len(", 4));
    plain = !within && (word.end >= end || !strchr("[.(", text[word.end]));
  }
  return plain;
}

struct bp_turns_held *bp_held_given(struct bp_turns *turns, const char *name) {
  const char *key = bp_turns_key(turns, name);
  struct bp_turns_held *held = key ? bp_held_member(&turns->givens, key) : NULL;
  if (held || !key)
    return held;
  struct bp_code_node *node =
      bp_turns_node(turns, BP_CODE_NAME, (struct bp_span){0, 0}, NULL, NULL);
  if (!node)
    return NULL;
  node->text = key;
  held = bp_held_array(turns, node, BP_RANK_OPEN, BP_WAY_OPEN);
  if (!held || !bp_held_put(turns, &turns->givens, key, held))
    return NULL;
  held->given = true;
  held->text = key;
  if (is_plain_number(turns, key))
    held->rank = 0;
  return held;
}

static bool begins(const char *name, const char *word) {
  return strncmp(name, word, strlen(word)) == 0;
}

static bool is_called_list(const char *name) {
  static const char *const words[] = {"weight", "bias",   "theta", "Theta", "param", "layer",
                                      "cache",  "activ",  "zs",    "Zs",    "sizes", "dims",
                                      "shape",  "hidden", "grads", "units"};
  bool letter = strchr("WwbBAaZzhs", name[0]) && (name[1] == '\0' || !strcmp(name + 1, "s"));
  for (size_t k = 0; k < sizeof words / sizeof *words && !letter; k++)
    letter = begins(name, words[k]);
  return letter;
}

/* Whether the program turns what stands in it, xs[t].T, and never asks for its shape: of the row of
 * a matrix there is nothing to turn, so it is a list of columns. */
static bool is_turned(const struct bp_turns *turns, const char *key) {
  const char *text = turns->steps->code->source->text;
  size_t end = turns->steps->code->source->length;
  bool turned = false;
  for (struct bp_span word = word_in(text, 0, end, key); word.begin < end;
       word = word_in(text, word.end, end, key)) {
    size_t at = word.end;
    if (end - at > 6 && memcmp(text + at, ".shape", 6) == 0)
      return false;
    while (at < end && text[at] != ']' && text[at] != '\n' && text[word.end] == '[')
      at++;
    turned =
        turned || (end - at > 3 && memcmp(text + at, "].T", 3) == 0 && !bp_is_letter(text[at + 3]));
  }
  return turned;
}

/* Whether something given and so turned is asked for at the same place: x[t] for the [t]. */
static bool is_turned_at(const struct bp_turns *turns, struct bp_span place) {
  const char *text = turns->steps->code->source->text;
  size_t end = turns->steps->code->source->length, length = place.end - place.begin;
  for (size_t k = 0; k < turns->givens.count_of_slots; k++) {
    const char *key = turns->givens.slots[k].key;
    const struct bp_turns_held *held = turns->givens.slots[k].held;
    bool listed = held && held->open && held->kind == BP_HELD_LIST && is_turned(turns, key);
    for (struct bp_span word = listed ? word_in(text, 0, end, key) : (struct bp_span){end, end};
         word.begin < end; word = word_in(text, word.end, end, key))
      if (end - word.end > length && !memcmp(text + word.end, text + place.begin, length))
        return true;
  }
  return false;
}

/* Whether members of it are asked for by words: p['W1'], p['W' + str(l)], p[f'b{l}']. */
static bool is_keyed(const struct bp_turns *turns, const char *key) {
  const char *text = turns->steps->code->source->text;
  size_t end = turns->steps->code->source->length;
  for (struct bp_span word = word_in(text, 0, end, key); word.begin < end;
       word = word_in(text, word.end, end, key)) {
    size_t at = word.end + 1;
    at += at < end && text[at] == 'f';
    if (at < end && text[word.end] == '[' && (text[at] == '\'' || text[at] == '"'))
      return true;
  }
  return false;
}

/* Whether the bracket around `at`, on its line, asks for a member by words: p['W' + str(L)]. */
static bool is_within_key(const char *text, size_t at) {
  while (at > 0 && !strchr("[]\n", text[at]))
    at--;
  size_t behind = at + 1 + (text[at] == '[' && text[at + 1] == 'f');
  return text[at] == '[' && strchr("'\"", text[behind]) != NULL;
}

bool bp_is_layer_count(struct bp_turns *turns, const char *key) {
  if (!may_scan(turns))
    return false;
  const char *text = turns->steps->code->source->text;
  size_t end = turns->steps->code->source->length;
  for (struct bp_span word = word_in(text, 0, end, key); word.begin < end;
       word = word_in(text, word.end, end, key))
    if (is_within_key(text, word.begin) && text[word.begin - 1] != '[' &&
        !strchr("'\"", text[word.begin - 1]) && word.end < end && text[word.end] != '[')
      return true;
  return false;
}

/* Whether something so called is only ever asked for at places, y[t], at one of which something
 * that is a list of columns is asked for, too, and does not say which entry is meant. */
static bool goes_along(const struct bp_turns *turns, const char *key) {
  const char *text = turns->steps->code->source->text;
  size_t end = turns->steps->code->source->length;
  bool along = false;
  for (struct bp_span word = word_in(text, 0, end, key); word.begin < end;
       word = word_in(text, word.end, end, key)) {
    size_t at = word.end, over = at;
    if (at >= end || text[at] != '[')
      continue;
    while (over < end && !strchr("],:\n", text[over]))
      over++;
    size_t before = word.begin;
    while (before > 0 && !strchr("[]\n", text[before - 1]))
      before--;
    if (over >= end || text[over] != ']' || (before > 0 && text[before - 1] == '['))
      return false; /* p[y[t]]: a class */
    along = along || is_turned_at(turns, (struct bp_span){at, over + 1});
  }
  return along;
}

bool bp_is_list(const struct bp_turns *turns, const char *name) {
  struct bp_turns_held *given = bp_held_member(&turns->givens, name);
  if (is_called_list(name) || !given || name[0] == 'X')
    return is_called_list(name);
  if (!given->asked) /* once, for that goes through the whole text */
    given->listed = is_turned(turns, name) || goes_along(turns, name);
  given->asked = true;
  return given->listed;
}

bool bp_held_open_list(struct bp_turns *turns, struct bp_turns_held *given) {
  given->kind = BP_HELD_LIST;
  given->open = true;
  for (int k = 0; k < BP_TURNS; k++) {
    const char *name = bp_arena_printf(turns->arena, "%s%d", given->text, k);
    if (!name || !bp_held_append(turns, given, bp_held_given(turns, name)))
      return false;
  }
  return true;
}

void bp_held_open_table(struct bp_turns_held *given) {
  given->kind = BP_HELD_TABLE;
  given->open = true;
}

struct bp_turns_held *bp_held_open_member(struct bp_turns *turns, struct bp_turns_held *table,
                                          const char *key) {
  struct bp_turns_held *held = bp_held_member(table, key);
  if (held || !table->open)
    return held;
  bool number = strspn(key, "0123456789") == strlen(key) && table->text;
  const char *name = number ? bp_arena_printf(turns->arena, "%s%s", table->text, key) : key;
  held = name ? bp_held_given(turns, name) : NULL;
  if (held && table->blank) {
    struct bp_turns_held *zeros = bp_held_new(turns, BP_HELD_ZEROS);
    if (zeros)
      zeros->like = held;
    held = zeros;
  }
  return held && bp_held_put(turns, table, key, held) ? held : NULL;
}

long bp_turns_along(const char *name, int axis) {
  static const char *const words[] = {"w", "theta", "beta", "coef"};
  bool across = axis == 1;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    across = across || begins(name, words[k]);
  return across ? BP_TURNS_ACROSS : BP_TURNS;
}

bool bp_turns_fix(struct bp_turns *turns, const struct bp_code_node *of, int axis, long count) {
  if (of->kind != BP_CODE_NAME)
    return true;
  if (!bp_list_room(turns->arena, turns->fixed, turns->fixed_count, turns->fixed_capacity))
    return false;
  turns->fixed[turns->fixed_count++] =
      (struct bp_code_fixed){of->text, axis, count > 0 ? count : BP_TURNS};
  return true;
}

long bp_held_length(struct bp_turns *turns, struct bp_turns_held *held) {
  if (held->kind == BP_HELD_LIST)
    return (long)held->count_of_slots;
  if (held->kind == BP_HELD_ARRAY && held->given &&
      (begins(held->text, "param") || is_keyed(turns, held->text)))
    bp_held_open_table(held); /* weights and biases of each layer */
  if (held->kind == BP_HELD_TABLE)
    return held->open ? 2 * BP_TURNS : (long)held->count_of_slots;
  if (held->kind != BP_HELD_ARRAY)
    return -1;
  if (held->given && bp_is_list(turns, held->text))
    return bp_held_open_list(turns, held) ? BP_TURNS : -1;
  long count = held->node->kind == BP_CODE_NAME ? bp_turns_along(held->node->text, 0) : BP_TURNS;
  return bp_turns_fix(turns, held->node, 0, count) ? count : -1;
}
