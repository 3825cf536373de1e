/* Names are taken apart from both ends: what marks a gradient first, then the part, then its
 * number. A name that is not wholly understood means nothing, rather than nearly the right thing:
 * "W1_old" is no W1.
 */
#include "data/roles.h"

#include <string.h>
#include <strings.h>

static const struct bp_span nowhere = {0, 0};

/* ---- one name ------------------------------------------------------------ */

struct word {
  const char *text;
  enum bp_role_kind kind;
};

/* Longer words before their beginnings. */
static const struct word parts[] = {
    {"weights", BP_ROLE_W}, {"weight", BP_ROLE_W}, {"kernel", BP_ROLE_W}, {"w", BP_ROLE_W},
    {"biases", BP_ROLE_B},  {"bias", BP_ROLE_B},   {"b", BP_ROLE_B},
};

static const struct word data[] = {
    {"x", BP_ROLE_X},       {"input", BP_ROLE_X}, {"inputs", BP_ROLE_X}, {"y", BP_ROLE_Y},
    {"targets", BP_ROLE_Y}, {"label", BP_ROLE_Y}, {"labels", BP_ROLE_Y}, {"target", BP_ROLE_Y},
};

static const struct word deltas[] = {
    {"dz", BP_ROLE_DZ}, {"delta", BP_ROLE_DZ}, {"d_z", BP_ROLE_DZ},
    {"da", BP_ROLE_DA}, {"d_a", BP_ROLE_DA},
};

#define LENGTH(list) (sizeof(list) / sizeof *(list))

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* number = digits | "_" digits | "." digits | "[" digits "]" | "(" digits ")", up to `end` */
static bool read_number(const char *at, const char *end, size_t *number) {
  char open = at < end ? *at : '\0';
  char close = open == '[' ? ']' : open == '(' ? ')' : '\0';
  if (close || open == '_' || open == '.')
    at++;
  const char *first = at;
  *number = 0;
  while (at < end && is_digit(*at) && at - first < 9)
    *number = 10 * *number + (size_t)(*at++ - '0');
  if (at == first)
    return false;
  if (close && (at >= end || *at++ != close))
    return false;
  return at == end;
}

/* Whether all of at..end is one of the words and, if any, a number. */
static bool read_numbered(const char *at, const char *end, const struct word *words, size_t count,
                          struct bp_role *role) {
  for (size_t k = 0; k < count; k++) {
    size_t length = strlen(words[k].text);
    if ((size_t)(end - at) < length || strncasecmp(at, words[k].text, length) != 0)
      continue;
    role->numbered = read_number(at + length, end, &role->number);
    role->kind = words[k].kind;
    if (role->numbered || at + length == end)
      return true;
  }
  role->kind = BP_ROLE_NONE;
  return false;
}

/* path ( "." | "_" | "/" ) part */
static bool read_path(const char *at, const char *end, struct bp_role *role) {
  for (size_t k = 0; k < LENGTH(parts); k++) {
    size_t length = strlen(parts[k].text);
    if (length < 2 || (size_t)(end - at) < length + 2 ||
        strncasecmp(end - length, parts[k].text, length) != 0 || !strchr("._/", end[-length - 1]))
      continue;
    *role = (struct bp_role){
        .kind = parts[k].kind, .path = at, .path_length = (size_t)(end - at) - length - 1};
    return true;
  }
  return false;
}

static const char *skip_prefix(const char *at, const char *const *prefixes) {
  for (; *prefixes; prefixes++)
    if (strncasecmp(at, *prefixes, strlen(*prefixes)) == 0)
      return at + strlen(*prefixes);
  return at;
}

static const char *skip_suffix(const char *at, const char *end) {
  static const char *const suffixes[] = {".grad", "_grad", ".gradient", "_gradient"};
  for (size_t k = 0; k < LENGTH(suffixes); k++) {
    size_t length = strlen(suffixes[k]);
    if ((size_t)(end - at) > length && strncasecmp(end - length, suffixes[k], length) == 0)
      return end - length;
  }
  return end;
}

struct bp_role bp_role_of(const char *name) {
  static const char *const marks[] = {"grad_", "grad.", "d_", NULL};
  static const char *const short_marks[] = {"grad_", "grad.", "grad", "d_", "d", NULL};
  struct bp_role role = {.kind = BP_ROLE_NONE};
  const char *whole = name + strlen(name), *end = skip_suffix(name, whole);
  const char *behind = skip_prefix(name, short_marks), *path = skip_prefix(name, marks);
  if (end == whole && read_numbered(name, end, data, LENGTH(data), &role)) {
    if (role.numbered)
      role.kind = BP_ROLE_NONE;
    return role;
  }
  if (end == whole && read_numbered(name, end, deltas, LENGTH(deltas), &role))
    return role;
  bool gradient = end != whole;
  if (!read_numbered(name, end, parts, LENGTH(parts), &role)) {
    bool marked = behind != name && read_numbered(behind, end, parts, LENGTH(parts), &role);
    if (!marked && !read_path(path, end, &role))
      return (struct bp_role){.kind = BP_ROLE_NONE};
    gradient = gradient || marked || path != name;
  }
  if (gradient)
    role.kind = role.kind == BP_ROLE_W ? BP_ROLE_DW : BP_ROLE_DB;
  return role;
}

const char *bp_role_name(enum bp_role_kind kind, size_t layer, struct bp_arena *arena) {
  static const char *const names[BP_ROLE_COUNT] = {"", "X", "Y", "W", "b", "dW", "db", "dZ", "dA"};
  if (kind == BP_ROLE_X || kind == BP_ROLE_Y)
    return names[kind];
  return bp_arena_printf(arena, "%s%zu", names[kind], layer);
}

/* ---- all names ----------------------------------------------------------- */

struct casting {
  const char *file;
  const char *const *names;
  size_t count;
  struct bp_role *roles;
  size_t *paths; /* index of the first name of each path, in the order of layers */
  size_t path_count;
  bool *ordered; /* names that an order gave a role */
  struct bp_arena *arena;
  struct bp_diagnostics *diagnostics;
  struct bp_cast *cast;
};

static bool is_data(enum bp_role_kind kind) { return kind == BP_ROLE_X || kind == BP_ROLE_Y; }

static int take(struct casting *c, enum bp_role_kind kind, size_t layer, size_t name) {
  size_t *place = &c->cast->place[kind][is_data(kind) ? 0 : layer];
  if (*place != SIZE_MAX) {
    const char *role = bp_role_name(kind, layer, c->arena);
    if (c->ordered[*place])
      return 0; /* the order has settled it */
    const char *suggestion =
        role ? bp_arena_printf(c->arena, "--name %s=%s", role, c->names[*place]) : NULL;
    bp_error(c->diagnostics, NULL, nowhere, suggestion, "%s: both %s and %s could be %s", c->file,
             c->names[*place], c->names[name], role ? role : "the same");
    return -1;
  }
  *place = name;
  c->cast->used[name] = true;
  return 0;
}

/* ROLE "=" NAME */
static int follow_order(struct casting *c, const struct bp_source *order) {
  const char *equals = strchr(order->text, '=');
  size_t length = equals ? (size_t)(equals - order->text) : order->length;
  struct bp_span span = {0, length};
  const char *text = bp_arena_strndup(c->arena, order->text, length);
  struct bp_role role = text ? bp_role_of(text) : (struct bp_role){.kind = BP_ROLE_NONE};
  size_t depth = c->cast->depth, layer = role.numbered ? role.number : depth == 1;
  if (!equals || role.kind == BP_ROLE_NONE || role.path_length > 0 ||
      (!is_data(role.kind) && (layer < 1 || layer > depth))) {
    bp_error(c->diagnostics, order, span,
             "X, Y, W1, b1, dW1, db1 and so on, then = and the array's name: W1=kernel_a",
             "this names no array that a network of %zu layer%s needs", depth,
             depth == 1 ? "" : "s");
    return -1;
  }
  for (size_t k = 0; k < c->count; k++)
    if (strcmp(c->names[k], equals + 1) == 0) {
      c->ordered[k] = true;
      return take(c, role.kind, layer, k);
    }
  const char *nearest = bp_nearest_name(equals + 1, strlen(equals + 1), c->names, c->count);
  bp_error(c->diagnostics, order, (struct bp_span){length + 1, order->length}, nearest,
           "%s has no array of this name", c->file);
  return -1;
}

/* Layers that are counted from 0: some weight or bias has the number 0, and none has L. */
static void find_shift(struct casting *c) {
  bool zero = false, last = false;
  for (size_t k = 0; k < c->count; k++) {
    enum bp_role_kind kind = c->roles[k].kind;
    bool counts = kind == BP_ROLE_W || kind == BP_ROLE_B;
    zero = zero || (counts && c->roles[k].numbered && c->roles[k].number == 0);
    last = last || (counts && c->roles[k].numbered && c->roles[k].number == c->cast->depth);
  }
  c->cast->shifted = zero && !last;
}

/* ---- paths --------------------------------------------------------------- */

static bool same_path(const struct bp_role *a, const struct bp_role *b) {
  return a->path_length == b->path_length && memcmp(a->path, b->path, a->path_length) == 0;
}

/* The last number in a path; SIZE_MAX: none. */
static size_t path_number(const struct bp_role *role) {
  size_t end = role->path_length, number = 0;
  while (end > 0 && !is_digit(role->path[end - 1]))
    end--;
  size_t begin = end;
  while (begin > 0 && is_digit(role->path[begin - 1]) && end - begin < 9)
    begin--;
  for (size_t k = begin; k < end; k++)
    number = 10 * number + (size_t)(role->path[k] - '0');
  return begin == end ? SIZE_MAX : number;
}

static int refuse_paths(const struct casting *c, const char *why) {
  const char *list = "";
  for (size_t k = 0; list && k < c->path_count && k < 8; k++) {
    const struct bp_role *role = &c->roles[c->paths[k]];
    list = bp_arena_printf(c->arena, "%s%s%.*s", list, k ? ", " : "", (int)role->path_length,
                           role->path);
  }
  bp_error(c->diagnostics, NULL, nowhere,
           "--name W1=fc.weight --name b1=fc.bias and so on, for each layer",
           "%s has layers called %s%s: %s", c->file, list ? list : "?",
           c->path_count > 8 ? " and more" : "", why);
  return -1;
}

/* Lists the distinct paths by their numbers; that of a path is then its layer. */
static int list_paths(struct casting *c) {
  for (size_t k = 0; k < c->count; k++) {
    const struct bp_role *role = &c->roles[k];
    size_t known = 0, at = c->path_count;
    if (role->path_length == 0 || c->ordered[k])
      continue;
    while (known < c->path_count && !same_path(&c->roles[c->paths[known]], role))
      known++;
    if (known < c->path_count)
      continue;
    for (; at > 0 && path_number(&c->roles[c->paths[at - 1]]) > path_number(role); at--)
      c->paths[at] = c->paths[at - 1];
    c->paths[at] = k;
    c->path_count++;
  }
  if (c->path_count == 0)
    return 0;
  if (c->path_count != c->cast->depth)
    return refuse_paths(c, bp_arena_printf(c->arena, "the network has %zu", c->cast->depth));
  for (size_t k = 1; k < c->path_count; k++)
    if (path_number(&c->roles[c->paths[k - 1]]) == path_number(&c->roles[c->paths[k]]))
      return refuse_paths(c, "their order cannot be told from numbers in these names");
  return 0;
}

static size_t layer_of(const struct casting *c, const struct bp_role *role) {
  size_t layer = 1;
  if (role->path_length > 0) {
    while (!same_path(&c->roles[c->paths[layer - 1]], role))
      layer++;
    return layer;
  }
  if (!role->numbered)
    return c->cast->depth == 1 ? 1 : 0;
  return role->number + c->cast->shifted;
}

/* ---- the cast ------------------------------------------------------------ */

static int prepare(struct casting *c, struct bp_cast *cast) {
  struct bp_arena *arena = c->arena;
  cast->used = bp_arena_alloc(arena, c->count, sizeof *cast->used);
  c->roles = bp_arena_alloc(arena, c->count, sizeof *c->roles);
  c->paths = bp_arena_alloc(arena, c->count, sizeof *c->paths);
  c->ordered = bp_arena_alloc(arena, c->count, sizeof *c->ordered);
  for (int kind = 0; kind < BP_ROLE_COUNT; kind++) {
    cast->place[kind] = bp_arena_alloc(arena, cast->depth + 1, sizeof *cast->place[kind]);
    for (size_t l = 0; cast->place[kind] && l <= cast->depth; l++)
      cast->place[kind][l] = SIZE_MAX;
  }
  if (!bp_arena_failed(arena))
    return 0;
  bp_error(c->diagnostics, NULL, nowhere, NULL, "there is no memory for the names of %s", c->file);
  return -1;
}

/* Gives the roles of all names with a path, or of all without. */
static int take_all(struct casting *c, bool paths) {
  for (size_t k = 0; k < c->count; k++) {
    const struct bp_role *role = &c->roles[k];
    if (role->kind == BP_ROLE_NONE || paths != (role->path_length > 0))
      continue;
    size_t layer = is_data(role->kind) ? 0 : layer_of(c, role);
    bool fits = is_data(role->kind) || (layer >= 1 && layer <= c->cast->depth);
    if (fits && take(c, role->kind, layer, k) != 0)
      return -1;
  }
  return 0;
}

/* Whether names with paths are not needed: every parameter is there, and some gradient. */
static bool is_complete(const struct bp_cast *cast) {
  bool gradient = false;
  for (size_t l = 1; l <= cast->depth; l++) {
    if (cast->place[BP_ROLE_W][l] == SIZE_MAX || cast->place[BP_ROLE_B][l] == SIZE_MAX)
      return false;
    gradient = gradient || cast->place[BP_ROLE_DW][l] != SIZE_MAX ||
               cast->place[BP_ROLE_DB][l] != SIZE_MAX;
  }
  return gradient;
}

int bp_cast_roles(const char *file, const char *const *names, size_t count, size_t depth,
                  const struct bp_source *orders, size_t order_count, struct bp_arena *arena,
                  struct bp_diagnostics *diagnostics, struct bp_cast *cast) {
  struct casting c = {.file = file,
                      .names = names,
                      .count = count,
                      .arena = arena,
                      .diagnostics = diagnostics,
                      .cast = cast};
  *cast = (struct bp_cast){.depth = depth};
  if (prepare(&c, cast) != 0)
    return -1;
  for (size_t k = 0; k < order_count; k++)
    if (follow_order(&c, &orders[k]) != 0)
      return -1;
  for (size_t k = 0; k < count; k++)
    if (!c.ordered[k])
      c.roles[k] = bp_role_of(names[k]);
  find_shift(&c);
  if (take_all(&c, false) != 0)
    return -1;
  if (is_complete(cast))
    return 0;
  return list_paths(&c) == 0 ? take_all(&c, true) : -1;
}
