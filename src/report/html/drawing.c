/* The network as a picture: a column of circles a layer, and between two of them the verdicts of
 * the weights and biases that lead from one to the next.
 *
 * Layers are read off the blocks: W[l] is n[l] x n[l-1].  Wide layers are drawn with a few units.
 */
#include <string.h>

#include "report/html/html.h"

enum { MOST_UNITS = 5, COLUMN = 150, ROW = 34, MARGIN = 40, TOP = 46, RADIUS = 11 };

static const struct bp_block *find_block(const struct bp_report *report, char letter,
                                         size_t layer) {
  char name[32];
  snprintf(name, sizeof name, "%c[%zu]", letter, layer);
  for (size_t i = 0; i < report->block_count; i++)
    if (report->blocks[i].parameter && !strcmp(report->blocks[i].name, name))
      return &report->blocks[i];
  return NULL;
}

static size_t shown(size_t units) { return units < MOST_UNITS ? units : MOST_UNITS; }

static size_t unit_y(size_t units, size_t k) {
  return TOP + (MOST_UNITS - shown(units)) * ROW / 2 + k * ROW + RADIUS;
}

static void write_line(struct bp_markup *markup, const char *class, size_t x1, size_t y1, size_t x2,
                       size_t y2) {
  bp_element(markup, "line");
  bp_attribute(markup, "class", class);
  bp_attribute_format(markup, "x1", "%zu", x1);
  bp_attribute_format(markup, "y1", "%zu", y1);
  bp_attribute_format(markup, "x2", "%zu", x2);
  bp_attribute_format(markup, "y2", "%zu", y2);
  bp_element_void_end(markup);
}

static void write_text(struct bp_markup *markup, size_t x, size_t y, const char *text) {
  bp_element(markup, "text");
  bp_attribute_format(markup, "x", "%zu", x);
  bp_attribute_format(markup, "y", "%zu", y);
  bp_attribute(markup, "text-anchor", "middle");
  bp_markup_text(markup, text);
  bp_element_end(markup);
}

static void write_layer(struct bp_markup *markup, size_t layer, size_t units) {
  size_t x = MARGIN + layer * COLUMN;
  char text[48];
  for (size_t k = 0; k < shown(units); k++) {
    bp_element(markup, "circle");
    bp_attribute(markup, "class", "unit");
    bp_attribute_format(markup, "cx", "%zu", x);
    bp_attribute_format(markup, "cy", "%zu", unit_y(units, k));
    bp_attribute_format(markup, "r", "%d", RADIUS);
    bp_element_void_end(markup);
  }
  snprintf(text, sizeof text, "n[%zu] = %zu%s", layer, units, units > MOST_UNITS ? " …" : "");
  write_text(markup, x, TOP + MOST_UNITS * ROW + 14, text);
}

/* The edges into a layer in the verdict of its weights, and that verdict in words above them. */
static void write_weights(struct bp_markup *markup, const struct bp_report *report, size_t layer,
                          const struct bp_block *weights) {
  const struct bp_block *biases = find_block(report, 'b', layer);
  char class[32], text[64];
  snprintf(class, sizeof class, "edge %s", bp_page_class(weights->verdict));
  size_t left = MARGIN + (layer - 1) * COLUMN + RADIUS, right = MARGIN + layer * COLUMN - RADIUS;
  for (size_t i = 0; i < shown(weights->columns); i++)
    for (size_t k = 0; k < shown(weights->rows); k++)
      write_line(markup, class, left, unit_y(weights->columns, i), right, unit_y(weights->rows, k));
  size_t middle = (left + right) / 2;
  snprintf(text, sizeof text, "W[%zu] %s %s", layer, bp_page_sign(weights->verdict),
           bp_verdict_name(weights->verdict));
  write_text(markup, middle, 14, text);
  if (!biases)
    return;
  snprintf(text, sizeof text, "b[%zu] %s %s", layer, bp_page_sign(biases->verdict),
           bp_verdict_name(biases->verdict));
  write_text(markup, middle, 32, text);
}

void bp_page_network(struct bp_markup *markup, const struct bp_report *report) {
  size_t layers = 0;
  while (find_block(report, 'W', layers + 1))
    layers++;
  if (layers == 0)
    return;
  size_t width = 2 * MARGIN + layers * COLUMN, height = TOP + MOST_UNITS * ROW + 24;
  bp_element(markup, "div");
  bp_attribute(markup, "class", "wide");
  bp_attribute(markup, "tabindex", "0");
  bp_attribute(markup, "role", "region");
  bp_attribute(markup, "aria-label", "Drawing of the network");
  bp_element(markup, "svg");
  bp_attribute(markup, "role", "img");
  bp_attribute_format(markup, "aria-label",
                      "The network, with the verdict of each layer's weights");
  bp_attribute_format(markup, "width", "%zu", width);
  bp_attribute_format(markup, "height", "%zu", height);
  bp_attribute_format(markup, "viewBox", "0 0 %zu %zu", width, height);
  for (size_t l = 1; l <= layers; l++)
    write_weights(markup, report, l, find_block(report, 'W', l));
  for (size_t l = 0; l <= layers; l++)
    write_layer(markup, l,
                l == 0 ? find_block(report, 'W', 1)->columns : find_block(report, 'W', l)->rows);
  bp_elements_end(markup, 2);
}
