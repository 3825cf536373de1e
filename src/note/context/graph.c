/* The derivatives on the right are the edges of a graph, and each of its letters is an unknown
 * function of all that an edge leads to it from.  The left side is differentiated through the whole
 * graph, so a path that a sum leaves out is missed, as far as its edges are written.
 */
#include "note/context/graph.h"

#include <string.h>

#include "note/context/symbols.h"

const char *bp_graph_prime(size_t primes) {
  static const char *const names[] = {"", "_{prime}", "_{second}", "_{third}"};
  return primes < sizeof names / sizeof *names ? names[primes] : "_{primes}";
}

enum { MOST_NODES = 10, MOST_EDGES = 16 };

struct node {
  const char *text;
  size_t length;
  bool written; /* declared already */
};

struct edge {
  size_t from, to; /* ∂to/∂from */
};

struct graph {
  struct node nodes[MOST_NODES];
  struct edge edges[MOST_EDGES];
  size_t node_count, edge_count;
};

static size_t blanks(const char *text, size_t at, size_t end) {
  while (at < end && strchr(" {}", text[at]))
    at++;
  return at;
}

/* Behind a ∂ at `at`; `at` where none stands there. */
static size_t behind_partial(const char *text, size_t at, size_t end) {
  static const char *const spellings[] = {"\\partial", "∂"};
  for (size_t k = 0; k < sizeof spellings / sizeof *spellings; k++)
    if (bp_text_is_at(text, at, end, spellings[k]))
      return at + strlen(spellings[k]);
  return at;
}

/* The letter behind a ∂ at `at` that is all of a part of a fraction, which ends at `end`; false
 * where it is not one letter. */
static bool take_letter(const char *text, size_t at, size_t end, struct node *node) {
  at = blanks(text, at, end);
  size_t begin = behind_partial(text, at, end);
  if (begin == at)
    return false;
  begin = blanks(text, begin, end);
  size_t over = begin < end ? bp_symbol_end(text, begin, end) : begin;
  while (over < end && text[over] == '\'')
    over++; /* z' and z'' are names here */
  *node = (struct node){text + begin, over - begin, false};
  return over > begin && blanks(text, over, end) >= end;
}

static bool is_small(const struct node *node) {
  return node->text[0] == '\\' || (node->text[0] >= 'a' && node->text[0] <= 'z');
}

/* The place of the letter among the nodes; MOST_NODES where there is no room. */
static size_t place_of(struct graph *graph, const struct node *node) {
  for (size_t i = 0; i < graph->node_count; i++)
    if (graph->nodes[i].length == node->length &&
        memcmp(graph->nodes[i].text, node->text, node->length) == 0)
      return i;
  if (graph->node_count == MOST_NODES)
    return MOST_NODES;
  graph->nodes[graph->node_count] = *node;
  return graph->node_count++;
}

/* Adds the derivatives of a side as edges; false where something else stands there. */
static bool take_side(struct graph *graph, const char *text, size_t begin, size_t end) {
  for (size_t at = begin; at < end;) {
    if (strchr(" +*", text[at])) {
      at++;
      continue;
    }
    if (bp_text_is_at(text, at, end, "\\cdot") || bp_text_is_at(text, at, end, "\\times")) {
      at = bp_command_end(text, at, end);
      continue;
    }
    struct node above, below;
    size_t open = at + 5;
    if (!bp_text_is_at(text, at, end, "\\frac"))
      return false;
    while (open < end && text[open] == ' ')
      open++;
    size_t middle = bp_group_end(text, open, end);
    while (middle < end && text[middle] == ' ')
      middle++;
    size_t over = middle < end ? bp_group_end(text, middle, end) : end;
    if (middle >= end || !take_letter(text, open, middle, &above) ||
        !take_letter(text, middle, over, &below) || graph->edge_count == MOST_EDGES)
      return false;
    struct edge edge = {place_of(graph, &below), place_of(graph, &above)};
    if (edge.from == MOST_NODES || edge.to == MOST_NODES)
      return false;
    graph->edges[graph->edge_count++] = edge;
    at = over;
  }
  return true;
}

/* Whether the node is computed from others that are not declared yet, itself included. */
static bool is_waiting(const struct graph *graph, size_t node) {
  for (size_t k = 0; k < graph->edge_count; k++)
    if (graph->edges[k].to == node && !graph->nodes[graph->edges[k].from].written)
      return true;
  return false;
}

/* Whether an equal edge stands before the k-th. */
static bool is_repeated(const struct graph *graph, size_t k) {
  for (size_t i = 0; i < k; i++)
    if (graph->edges[i].from == graph->edges[k].from && graph->edges[i].to == graph->edges[k].to)
      return true;
  return false;
}

/* What the node is called in declarations, where a prime is no part of a name. */
static const char *name_of(const struct node *node, struct bp_arena *arena) {
  size_t letters = node->length;
  while (letters > 0 && node->text[letters - 1] == '\'')
    letters--;
  return bp_arena_printf(arena, "%.*s%s", (int)letters, node->text,
                         bp_graph_prime(node->length - letters));
}

/* A node as it is computed: a sum and a product of unknown functions, so that no derivative is what
 * it is by chance. */
static const char *declare_node(const struct graph *graph, size_t node, const char *text,
                                struct bp_arena *arena) {
  const struct node *it = &graph->nodes[node];
  const char *functions = "", *sum = "", *product = "";
  for (size_t k = 0; k < graph->edge_count && sum && product && functions; k++) {
    const struct node *from = &graph->nodes[graph->edges[k].from];
    if (graph->edges[k].to != node || is_repeated(graph, k))
      continue;
    const char *name = name_of(from, arena);
    if (!name)
      return NULL;
    functions = bp_arena_printf(arena, "%sgiven path_{%zu} : function\n", functions, k);
    sum = bp_arena_printf(arena, "%s%spath_{%zu}(%s)", sum, *sum ? " + " : "", k, name);
    product = bp_arena_printf(arena, "%s%spath_{%zu}(%s)", product, *product ? "*" : "", k, name);
  }
  const char *name = name_of(it, arena);
  if (!sum || !product || !functions || !name)
    return NULL;
  return *sum
             ? bp_arena_printf(arena, "%s%slet %s = %s + %s\n", text, functions, name, sum, product)
             : bp_arena_printf(arena, "%sgiven %s : number\n", text, name);
}

/* The nodes in an order in which each stands behind those that it is computed from. */
static const char *declare_nodes(struct graph *graph, struct bp_arena *arena, bool *circle) {
  const char *text = "";
  size_t written = 0;
  for (bool more = true; more && text;) {
    more = false;
    for (size_t i = 0; i < graph->node_count && text; i++) {
      if (graph->nodes[i].written || is_waiting(graph, i))
        continue;
      text = declare_node(graph, i, text, arena);
      graph->nodes[i].written = more = true;
      written++;
    }
  }
  *circle = written < graph->node_count;
  return text;
}

bool bp_graph_declare(const struct bp_noted *noted, struct bp_arena *arena, const char **text) {
  struct graph left = {0}, graph = {0};
  const char *all = noted->cut.text.text;
  bool circle;
  *text = NULL;
  if (noted->side_count < 2 || noted->cut.continues || noted->why ||
      !take_side(&left, all, noted->sides[0].begin, noted->sides[0].end) || left.edge_count != 1)
    return true;
  for (size_t k = 1; k < noted->side_count; k++)
    if (!take_side(&graph, all, noted->sides[k].begin, noted->sides[k].end))
      return true;
  size_t known = graph.node_count;
  size_t top = place_of(&graph, &left.nodes[left.edges[0].to]);
  size_t bottom = place_of(&graph, &left.nodes[left.edges[0].from]);
  if (top >= known || bottom >= known || graph.edge_count < 2)
    return true; /* it speaks of something that no path leads to */
  for (size_t i = 0; i < graph.node_count; i++)
    if (i != top && !is_small(&graph.nodes[i]))
      return true;
  const char *declared = declare_nodes(&graph, arena, &circle);
  if (!declared)
    return false;
  *text = circle ? NULL : declared;
  return true;
}

bool bp_among_matrices(const struct bp_note *note, size_t member) {
  static const char *const marks[] = {"^{T}",     "^{\\top}", "^\\top",      "T}",
                                      "\\mathbf", "\\odot",   "\\boldsymbol"};
  for (size_t i = 0; i < note->count; i++)
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
      const struct bp_written *text = &note->list[i].cut.text;
      if (note->list[i].section == note->list[member].section &&
          bp_text_find(text->text, 0, text->length, marks[k]) < text->length)
        return true;
    }
  return false;
}
