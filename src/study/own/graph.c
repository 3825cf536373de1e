/* The chain rule as people write it before anything is a formula: ∂l/∂w = ∂z/∂w ∂l/∂z.
 *
 * Such a line says that z depends on w and l on z, and that l depends on w in no other way.  So the
 * derivatives of a section are a graph: u depends on v where ∂u/∂v stands in it, and does so
 * directly unless it does through others.  Each name becomes an unknown smooth function of what it
 * depends on directly, and the lines are judged: a path that is left out, or a factor of another
 * one, is seen.  Since the graph is only what the lines themselves say, one that does not hold is
 * not told to fail.
 */
#include "study/own/graph.h"

#include <string.h>

#include "base/list.h"
#include "study/own/rewrite.h"

enum { MOST_NODES = 24, MOST_CHAINS = 100 };

struct graph {
  const char *names[MOST_NODES];
  size_t count;
  bool edges[MOST_NODES][MOST_NODES];          /* the first depends on the second */
  const char *weights[MOST_NODES][MOST_NODES]; /* what the derivative is said to be, or NULL */
  bool full;
};

static size_t node_of(struct graph *graph, const char *name) {
  for (size_t i = 0; i < graph->count; i++)
    if (strcmp(graph->names[i], name) == 0)
      return i;
  graph->full = graph->full || graph->count >= MOST_NODES;
  if (graph->full)
    return 0;
  graph->names[graph->count] = name;
  return graph->count++;
}

/* ---- derivatives ----------------------------------------------------------- */

/* The name behind the ∂ of a group that opens at `open`; NULL: it has none, or more than that. */
static const char *name_in(const struct bp_own_scope *scope, const struct bp_written *text,
                           size_t open, const struct bp_vocabulary *vocabulary,
                           struct bp_arena *arena) {
  static const char partial[] = "\\partial";
  size_t end = bp_group_end(text->text, open, text->length) - 1, at = open + 1;
  at = bp_text_find(text->text, at, end, partial);
  if (at >= end)
    return NULL;
  at += sizeof partial - 1;
  while (at < end && strchr(" {", text->text[at]))
    at++;
  struct bp_own_use use;
  if (at >= end || !bp_own_use_at(text, at, end, &scope->names, vocabulary, arena, &use) ||
      use.index || use.step || use.open > 0)
    return NULL;
  for (at = use.end; at < end; at++)
    if (!strchr(" }", text->text[at]))
      return NULL;
  return use.name.text;
}

/* Whether the statement gives one derivative a name: ∂z/∂a is the weight w_3. */
static bool names_weight(const struct bp_noted *noted) {
  const char *text = noted->cut.text.text;
  if (noted->kind != BP_NOTED_DEFINITION || noted->side_count != 2 || !bp_noted_is_chain(noted, 0))
    return false;
  size_t begin = noted->sides[1].begin, end = noted->sides[1].end, letters = 0;
  for (size_t at = begin; at < end; at++) {
    bool letter = text[at] >= 'a' && text[at] <= 'z';
    letters += letter;
    if (!letter && !strchr("_{}0123456789 ", text[at]))
      return false;
  }
  return letters == 1;
}

static const char *weight_in(const struct bp_own_scope *scope, const struct bp_noted *noted,
                             const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  size_t at = noted->side_count > 1 ? noted->sides[1].begin : 0;
  struct bp_own_use use;
  if (!names_weight(noted))
    return NULL;
  while (noted->cut.text.text[at] == ' ')
    at++;
  return bp_own_use_at(&noted->cut.text, at, noted->sides[1].end, &scope->names, vocabulary, arena,
                       &use)
             ? use.name.text
             : NULL;
}

/* Adds what the derivatives of a statement say; false where one of them is of something else than
 * names. */
static bool add_edges(struct graph *graph, const struct bp_own_scope *scope,
                      const struct bp_noted *noted, const struct bp_vocabulary *vocabulary,
                      struct bp_arena *arena) {
  static const char frac[] = "\\frac{";
  const struct bp_written *text = &noted->cut.text;
  const char *weight = weight_in(scope, noted, vocabulary, arena);
  for (size_t at = bp_text_find(text->text, 0, text->length, frac); at < text->length;
       at = bp_text_find(text->text, at + 1, text->length, frac)) {
    size_t above = at + sizeof frac - 2, below = bp_group_end(text->text, above, text->length);
    const char *of = name_in(scope, text, above, vocabulary, arena);
    const char *by = of && below < text->length && text->text[below] == '{'
                         ? name_in(scope, text, below, vocabulary, arena)
                         : NULL;
    if (!by)
      return false;
    size_t one = node_of(graph, of), other = node_of(graph, by);
    graph->edges[one][other] = true;
    graph->weights[one][other] = weight ? weight : graph->weights[one][other];
  }
  return true;
}

/* Leaves the edges for which nothing stands between the two.  False where something depends on
 * itself. */
static bool keep_direct(struct graph *graph) {
  bool depends[MOST_NODES][MOST_NODES];
  memcpy(depends, graph->edges, sizeof depends);
  for (size_t by = 0; by < graph->count; by++)
    for (size_t i = 0; i < graph->count; i++)
      for (size_t k = 0; k < graph->count; k++)
        depends[i][k] = depends[i][k] || (depends[i][by] && depends[by][k]);
  for (size_t i = 0; i < graph->count; i++) {
    if (depends[i][i])
      return false;
    for (size_t k = 0; k < graph->count; k++)
      for (size_t between = 0; between < graph->count && graph->edges[i][k]; between++)
        if (depends[i][between] && depends[between][k])
          graph->edges[i][k] = false;
  }
  return true;
}

/* ---- declarations ---------------------------------------------------------- */

/* The name as a smooth function of what it directly depends on.  Words without a number in them are
 * names to the language, so nodes are counted by letters. */
static const char *declare_node(const struct graph *graph, size_t node, const char *text,
                                struct bp_arena *arena) {
  const char *sum = NULL, *linear = "";
  char letter = (char)('a' + node);
  for (size_t k = 0; k < graph->count && text && linear; k++) {
    char other = (char)('a' + k);
    if (!graph->edges[node][k])
      continue;
    if (graph->weights[node][k]) {
      linear =
          bp_arena_printf(arena, "%s + %s*%s", linear, graph->weights[node][k], graph->names[k]);
      continue;
    }
    text = bp_arena_printf(arena, "%sgiven factor%c%c : number\n", text, letter, other);
    sum = bp_arena_printf(arena, "%s%sfactor%c%c*%s", sum ? sum : "", sum ? " + " : "", letter,
                          other, graph->names[k]);
  }
  if (!text || !linear)
    return NULL;
  if (!sum && linear[0] == '\0')
    return bp_arena_printf(arena, "%sgiven %s : number\n", text, graph->names[node]);
  if (!sum)
    return bp_arena_printf(arena, "%sgiven rest%c : number\nlet %s = rest%c%s\n", text, letter,
                           graph->names[node], letter, linear);
  return bp_arena_printf(arena, "%sgiven through%c : function\nlet %s = through%c(%s)%s\n", text,
                         letter, graph->names[node], letter, sum, linear);
}

static const char *declare(const struct graph *graph, const struct bp_own_scope *scope,
                           struct bp_arena *arena) {
  bool done[MOST_NODES] = {false};
  const char *text = "";
  for (size_t i = 0; i < scope->names.count && text; i++) {
    const struct bp_own_name *name = &scope->names.list[i];
    bool node = false;
    for (size_t k = 0; k < graph->count; k++)
      node = node || strcmp(graph->names[k], name->text) == 0;
    if (!node && name->bare)
      text = bp_arena_printf(arena, "%sgiven %s : number\n", text, name->text);
  }
  for (size_t pass = 0; pass < graph->count; pass++)
    for (size_t i = 0; i < graph->count; i++) {
      bool ready = !done[i];
      for (size_t k = 0; k < graph->count; k++)
        ready = ready && (!graph->edges[i][k] || done[k]);
      if (ready)
        text = declare_node(graph, i, text, arena);
      done[i] = done[i] || ready;
    }
  return text;
}

/* ---- contexts -------------------------------------------------------------- */

/* Whether nothing in it is a sum, a layer, or a matrix to everybody. */
static bool has_plain_names(const struct bp_noted *noted) {
  static const char *const marks[] = {"\\sum", "dots",     "...",    "^{T}", "\\top", "\\odot",
                                      "diag",  "\\mathbf", "\\prod", "^{[",  "^{(",   "\\begin"};
  const struct bp_written *text = &noted->cut.text;
  if (noted->why || noted->cut.continues)
    return false;
  for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
    if (bp_text_find(text->text, 0, text->length, marks[k]) < text->length)
      return false;
  for (size_t at = 0; at < text->length; at++)
    if (text->text[at] >= 'A' && text->text[at] <= 'Z' && !strchr("JLCE", text->text[at]))
      return false;
  return true;
}

static bool is_chain(const struct bp_noted *noted) {
  return noted->kind == BP_NOTED_SYMBOLIC && has_plain_names(noted);
}

/* a'(…) of a name that depends on one other is its derivative by that: nobody calls a number. */
static bool write_slopes(const struct graph *graph, struct bp_arena *arena,
                         struct bp_written *side) {
  struct bp_written out = bp_written_new(arena);
  for (size_t at = 0; at < side->length;) {
    size_t node = 0, length = 0, by = graph->count, count = 0;
    for (; node < graph->count; node++) {
      length = strlen(graph->names[node]);
      if (bp_text_is_at(side->text, at, side->length, graph->names[node]) &&
          bp_text_is_at(side->text, at + length, side->length, "'("))
        break;
    }
    for (size_t k = 0; node < graph->count && k < graph->count; k++)
      if (graph->edges[node][k]) {
        by = k;
        count++;
      }
    bool alone = at == 0 || !strchr("abcdefghijklmnopqrstuvwxyz\\}", side->text[at - 1]);
    if (count != 1 || !alone) {
      if (!bp_written_copy(&out, side, at, at + 1))
        return false;
      at++;
      continue;
    }
    const char *slope = bp_arena_printf(arena, "\\frac{\\partial %s}{\\partial %s}*",
                                        graph->names[node], graph->names[by]);
    if (!slope ||
        !bp_written_add(&out, slope, strlen(slope), bp_written_from(side, at, at + length + 1)))
      return false;
    at += length + 1;
  }
  *side = out;
  return true;
}

/* One reading: the graph of the first `count` members of the scope.  1: they say nothing that can
 * be declared. */
static int make_reading(const struct bp_note_context *chains, const struct bp_own_scope *scope,
                        size_t count, const struct bp_vocabulary *vocabulary,
                        struct bp_arena *arena, struct bp_note_own *own) {
  const struct bp_note *note = chains->note;
  struct graph *graph = bp_arena_alloc(arena, 1, sizeof *graph);
  bool *defining = bp_arena_alloc(arena, note->count + 1, sizeof *defining);
  if (!graph || !defining)
    return -1;
  for (size_t i = 0; i < count; i++)
    if (!add_edges(graph, scope, &note->list[scope->members[i]], vocabulary, arena))
      return bp_arena_failed(arena) ? -1 : 1;
  if (graph->full || !keep_direct(graph))
    return 1;
  *own = (struct bp_note_own){.prelude = declare(graph, scope, arena),
                              .words = "each name depends on what it is differentiated by",
                              .chains = true,
                              .numbers = true,
                              .loose = " ",
                              .unsized = " ",
                              .defining = defining,
                              .sides = bp_own_rewrite_members(chains, scope, vocabulary, arena)};
  if (!own->prelude || !own->sides)
    return -1;
  for (size_t i = 0; i < chains->count; i++)
    for (size_t k = 0; k < note->list[chains->members[i]].side_count; k++)
      if (!write_slopes(graph, arena, &own->sides[chains->members[i]][k]))
        return -1;
  return 0;
}

/* The chains of a section as a context, `before` behind its own members: by what they say alone,
 * and with what those before them say.  1: they say nothing that can be declared. */
static int make(struct bp_note_context *chains, size_t count,
                const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  struct bp_own_scope scope = {.note = chains->note,
                               .members = chains->members,
                               .count = chains->count,
                               .own = count,
                               .capitals = BP_OWN_ELEMENTS};
  size_t all = chains->count;
  struct bp_note_own *own = bp_arena_alloc(arena, 2, sizeof *own);
  if (!own ||
      !bp_own_names_collect(chains->note, chains->members, all, vocabulary, arena, &scope.names))
    return -1;
  chains->count = count;
  chains->family = BP_FAMILY_OWN;
  chains->own = own;
  for (size_t way = 0; way < (all > count ? 2 : 1); way++) {
    int made = make_reading(chains, &scope, way == 0 ? count : all, vocabulary, arena,
                            &own[chains->own_count]);
    if (made < 0)
      return -1;
    chains->own_count += made == 0;
  }
  return chains->own_count > 0 ? 0 : 1;
}

static bool is_member(const struct bp_noted *noted) {
  return is_chain(noted) || (names_weight(noted) && has_plain_names(noted));
}

/* The chains of one section, [first, end) of all; those before it stand behind them. */
static int add_section(struct bp_note_contexts *contexts, const struct bp_note_context *chains,
                       size_t first, size_t end, const struct bp_vocabulary *vocabulary,
                       bool *taken, struct bp_arena *arena) {
  struct bp_note_context one = {.note = chains->note};
  bool any = false;
  for (size_t i = first; i < end; i++)
    any = any || is_chain(&chains->note->list[chains->members[i]]);
  one.members = bp_arena_alloc(arena, end + 1, sizeof *one.members);
  if (!one.members)
    return -1;
  for (size_t i = first; i < end; i++)
    one.members[one.count++] = chains->members[i];
  for (size_t i = 0; i < first; i++)
    one.members[one.count++] = chains->members[i];
  int made = any ? make(&one, end - first, vocabulary, arena) : 1;
  if (made != 0)
    return made < 0 ? -1 : 0;
  for (size_t i = first; i < end; i++)
    taken[chains->members[i]] = true;
  if (!bp_list_room(arena, contexts->list, contexts->count, contexts->capacity))
    return -1;
  contexts->list[contexts->count++] = one;
  return 0;
}

/* Takes the chains out of a context, a section after the other. */
static int take_chains(struct bp_note_contexts *contexts, size_t from,
                       const struct bp_vocabulary *vocabulary, struct bp_arena *arena) {
  const struct bp_note *note = contexts->list[from].note;
  struct bp_note_context chains = {.note = note};
  bool *taken = bp_arena_alloc(arena, note->count + 1, sizeof *taken);
  if (!taken)
    return -1;
  for (size_t i = 0; i < contexts->list[from].count; i++) {
    size_t member = contexts->list[from].members[i];
    if (!is_member(&note->list[member]))
      continue;
    if (!bp_list_room(arena, chains.members, chains.count, chains.capacity))
      return -1;
    chains.members[chains.count++] = member;
  }
  for (size_t first = 0, end; first < chains.count && first < MOST_CHAINS; first = end) {
    end = first;
    while (end < chains.count &&
           note->list[chains.members[end]].section == note->list[chains.members[first]].section)
      end++;
    if (add_section(contexts, &chains, first, end, vocabulary, taken, arena) != 0)
      return -1;
  }
  struct bp_note_context *context = &contexts->list[from];
  size_t kept = 0;
  for (size_t i = 0; i < context->count; i++)
    if (!taken[context->members[i]])
      context->members[kept++] = context->members[i];
  context->count = kept;
  return 0;
}

int bp_own_graphs(struct bp_note_contexts *contexts, const struct bp_vocabulary *vocabulary,
                  struct bp_arena *arena) {
  for (size_t k = 0, count = contexts->count; k < count; k++) {
    const struct bp_note_context *context = &contexts->list[k];
    bool plain = context->family == BP_FAMILY_NONE || context->family == BP_FAMILY_UNIT;
    if (!plain || context->functions || context->many || bp_own_has_matrices(context))
      continue;
    if (take_chains(contexts, k, vocabulary, arena) != 0)
      return -1;
  }
  return 0;
}
