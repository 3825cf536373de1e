/* Which parameters --indices names, and the same in words for a command that looks at them again.
 *
 * The list has numbers from 0, ranges of two numbers with a dash between them, and names of blocks.
 * A name wins over a number, since somebody may call blocks 0 and 1.
 */
#include "cli/exec/subset.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "cli/cli.h"
#include "cli/exec/trouble.h"

enum { MOST_RUNS = 16, MOST_NAMES = 16 };

struct range {
  size_t first, last;
};

/* Digits, as far as `end`; false where it is no number. */
static bool read_number(const char *text, const char *end, size_t *number) {
  *number = 0;
  for (const char *at = text; at < end; at++)
    if (*at < '0' || *at > '9' || __builtin_mul_overflow(*number, 10, number) ||
        __builtin_add_overflow(*number, (size_t)(*at - '0'), number))
      return false;
  return text < end;
}

static bool read_block(const char *text, size_t length, const struct bp_description *description,
                       struct range *range) {
  size_t begin = 0;
  for (size_t p = 0; p < description->part_count; p++) {
    const struct bp_talk_shape *shape = &description->shapes[p];
    if (strlen(shape->name) == length && memcmp(shape->name, text, length) == 0) {
      *range = (struct range){begin, begin + shape->count - 1};
      return true;
    }
    begin += shape->count;
  }
  return false;
}

static bool read_range(const char *text, size_t length, struct range *range) {
  const char *end = text + length, *dash = memchr(text, '-', length);
  if (!dash)
    return read_number(text, end, &range->first) && read_number(text, end, &range->last);
  return read_number(text, dash, &range->first) && read_number(dash + 1, end, &range->last) &&
         range->first <= range->last;
}

static _Noreturn void die_unknown(const char *text, size_t length,
                                  const struct bp_description *description) {
  const char *names[MOST_NAMES];
  size_t count = description->part_count < MOST_NAMES ? description->part_count : MOST_NAMES;
  for (size_t p = 0; p < count; p++)
    names[p] = description->shapes[p].name;
  const char *nearest = bp_nearest_name(text, length, names, count);
  bp_die(nearest ? nearest : "numbers from 0, ranges and names of blocks: 0,7,12-15,b1",
         "--indices \"%.*s\" is no parameter, no range and no block of this program",
         (int)(length < 60 ? length : 60), text);
}

void bp_subset_read(const char *list, const struct bp_description *description,
                    struct bp_arena *arena, struct bp_probe_options *options) {
  size_t n = description->parameters, count = 0;
  uint8_t *wanted = bp_arena_alloc(arena, n, 1);
  size_t *indices = bp_arena_alloc(arena, n, sizeof *indices);
  if (!wanted || !indices)
    bp_trouble_no_memory();
  for (const char *at = list;;) {
    size_t length = strcspn(at, ",");
    struct range range;
    if (!read_block(at, length, description, &range) && !read_range(at, length, &range))
      die_unknown(at, length, description);
    if (range.last >= n)
      bp_die("numbers from 0 on, or names of blocks",
             "--indices \"%.*s\": this program has %zu parameters, 0 to %zu",
             (int)(length < 60 ? length : 60), at, n, n - 1);
    memset(wanted + range.first, 1, range.last - range.first + 1);
    if (at[length] == '\0')
      break;
    at += length + 1;
  }
  for (size_t i = 0; i < n; i++)
    if (wanted[i])
      indices[count++] = i;
  options->indices = indices;
  options->index_count = count;
}

/* ---- as text ------------------------------------------------------------- */

static bool is_wanted(const struct bp_block *block, size_t parameter, bool jacobian) {
  for (size_t o = 0; o < (jacobian ? block->rows : 1); o++) {
    const struct bp_entry *entry = &block->entries[o * (jacobian ? block->columns : 0) + parameter];
    if (entry->verdict != BP_HOLDS && entry->reason != BP_REASON_SKIPPED)
      return true;
  }
  return false;
}

const char *bp_subset_text(const struct bp_block *block, size_t begin, bool jacobian,
                           struct bp_arena *arena) {
  size_t count = jacobian ? block->columns : block->rows * block->columns, runs = 0;
  const char *text = "";
  for (size_t i = 0; i < count && text; i++) {
    size_t last = i;
    if (!is_wanted(block, i, jacobian))
      continue;
    while (last + 1 < count && is_wanted(block, last + 1, jacobian))
      last++;
    if (runs++ == MOST_RUNS)
      return bp_arena_printf(arena, "%zu-%zu", begin, begin + count - 1);
    text = bp_arena_printf(arena, "%s%s%zu", text, *text ? "," : "", begin + i);
    if (text && last > i)
      text = bp_arena_printf(arena, "%s-%zu", text, begin + last);
    i = last;
  }
  return text;
}
