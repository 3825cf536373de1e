/* The frame of a page, its style, and the pieces that all pages are made of.
 *
 * The style has light and dark colours with a contrast of at least 4.5 to 1, fits 320 pixels (wide
 * formulas and tables scroll in boxes of their own, which the keyboard reaches), and prints with
 * what is folded away left out.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/memory_stream.h"
#include "report/html/html.h"
#include "report/table.h"

static const char style_sheet[] =
    ":root{--ink:#1b1d21;--page:#fff;--soft:#5a606b;--line:#cfd4dc;--box:#f5f6f8;--good:#11693a;"
    "--bad:#b3151f;--open:#825400;--mark:#ffe08a;--cold:#1f5fa8;color-scheme:light dark}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e7e9ed;--page:#15171b;--soft:#a4abb8;"
    "--line:#3b414c;--box:#1e2127;--good:#6fd49a;--bad:#ff8f8f;--open:#f0c060;--mark:#6b5200;"
    "--cold:#8cbcff}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif;"
    "overflow-wrap:break-word}"
    "main{max-width:60rem;margin:0 auto;padding:1rem}"
    "h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}"
    "h2{font-size:1.2rem;margin:2rem 0 .5rem;overflow-wrap:anywhere}"
    "h3{font-size:1rem;margin:.75rem 0 .25rem;overflow-wrap:anywhere}"
    "p{margin:.35rem 0}.soft,caption,summary{color:var(--soft)}"
    ".holds{color:var(--good)}.fails{color:var(--bad)}.undecided{color:var(--open)}"
    ".word{font-weight:600;white-space:nowrap}"
    ".claim>h2,.claim>h3{font-size:1rem;margin:.25rem 0}"
    ".claim{border-left:.25rem solid var(--line);padding:.1rem 0 .1rem .75rem;margin:.6rem 0}"
    ".claim.is-fails{border-color:var(--bad)}.claim.is-holds{border-color:var(--good)}"
    ".claim.is-undecided{border-color:var(--open)}"
    ".wide{overflow:auto hidden;max-width:100%}"
    "var{font-family:serif;font-size:1.1em}sup{font-size:.75em;line-height:0}"
    "math{font-size:1.15rem}.wide math{padding:.15rem 0}"
    ".mark,mark{background:var(--mark);color:inherit;border-radius:.2em}.shape{font-size:.62em;"
    "color:var(--soft)}"
    ".mend{background:var(--box);border-radius:.4rem;padding:.4rem .75rem;margin:.4rem 0}"
    "pre,code{font:.9rem/1.4 ui-monospace,monospace}"
    "pre{overflow-x:auto;background:var(--box);padding:.5rem .75rem;border-radius:.4rem;margin:"
    ".4rem 0}"
    "table{border-collapse:collapse;margin:.4rem 0;font-variant-numeric:tabular-nums}"
    "caption{text-align:left}th,td{padding:.15rem .6rem;border-bottom:1px solid var(--line);"
    "text-align:left;vertical-align:top}td.number{text-align:right}"
    "details{margin:.3rem 0}summary{cursor:pointer}"
    "figure{display:inline-block;vertical-align:top;margin:.4rem 1.5rem .4rem 0;max-width:26rem}"
    "svg{max-width:100%;height:auto}svg text{fill:var(--ink);font:12px system-ui,sans-serif}"
    ".s0{fill:#e8edf3}.s1{fill:#c8dcef}.s2{fill:#f4d58a}.s3{fill:#ef9a5a}.s4{fill:#c0282f}"
    ".n2{fill:#2f6fb7}.n1{fill:#a9c9ea}.z{fill:#eceef1}.p1{fill:#f2bfa6}.p2{fill:#c6532b}"
    ".not{fill:none;stroke:var(--line)}"
    ".cross{stroke:#000;stroke-width:1.5;fill:none}.crossed{stroke:#fff;stroke-width:1.5;fill:none}"
    ".edge{stroke-width:2}.edge.holds{stroke:var(--good)}.edge.fails{stroke:var(--bad);"
    "stroke-dasharray:6 3}.edge.undecided{stroke:var(--open);stroke-dasharray:2 3}"
    ".unit{fill:var(--page);stroke:var(--ink)}.curve{fill:none;stroke:var(--cold);stroke-width:2}"
    ".axis{stroke:var(--soft);fill:none}"
    "@media print{:root{--ink:#000;--page:#fff;--soft:#444;--box:#f4f4f4}main{max-width:none;"
    "padding:0}details:not([open]){display:none}.claim,table,svg{break-inside:avoid}"
    ".wide,pre{overflow:visible;white-space:pre-wrap}.mark,mark{outline:1px solid #000}"
    "table{font-size:.85rem;white-space:nowrap}table:has(td:nth-child(8)){font-size:.65rem}"
    "th,td{padding:.1rem .25rem}}";

int bp_page_begin(struct bp_markup *markup, const char *title, FILE *out) {
  if (bp_markup_begin(markup, out) != 0)
    return -1;
  bp_markup_raw(markup, "<!DOCTYPE html>\n");
  bp_element(markup, "html");
  bp_attribute(markup, "lang", "en");
  bp_element(markup, "head");
  bp_element(markup, "meta");
  bp_attribute(markup, "charset", "utf-8");
  bp_element_void_end(markup);
  bp_element(markup, "meta");
  bp_attribute(markup, "name", "viewport");
  bp_attribute(markup, "content", "width=device-width, initial-scale=1");
  bp_element_void_end(markup);
  bp_markup_element(markup, "title", NULL, title);
  bp_element(markup, "style");
  bp_markup_raw(markup, style_sheet);
  bp_element_end(markup);
  bp_element_end(markup);
  bp_markup_raw(markup, "\n");
  bp_element(markup, "body");
  bp_element(markup, "main");
  bp_markup_element(markup, "h1", NULL, title);
  return 0;
}

int bp_page_end(struct bp_markup *markup, FILE *out) {
  bp_markup_element(markup, "p", "soft", "backproof " BP_VERSION);
  bp_elements_end(markup, 3);
  bp_markup_raw(markup, "\n");
  return bp_markup_end(markup, out);
}

void bp_page_section(struct bp_markup *markup, int level, const char *class, const char *id,
                     const char *title) {
  char name[] = "h2";
  name[1] = (char)('0' + (level < 6 ? level : 6));
  bp_markup_raw(markup, "\n");
  bp_element(markup, "section");
  if (class)
    bp_attribute(markup, "class", class);
  if (id)
    bp_attribute(markup, "id", id);
  if (title)
    bp_markup_element(markup, name, NULL, title);
}

void bp_page_fold(struct bp_markup *markup, const char *summary) {
  bp_element(markup, "details");
  bp_markup_element(markup, "summary", NULL, summary);
}

void bp_page_verbatim(struct bp_markup *markup, const char *text) {
  bp_element(markup, "pre");
  bp_attribute(markup, "tabindex", "0");
  bp_markup_text(markup, text);
  bp_element_end(markup);
}

/* "    ^~~": how many columns it points at, from which one on; 0 where it is no such line. */
static size_t pointed_at(const char *line, size_t *from) {
  *from = strspn(line, " ");
  if (line[*from] != '^')
    return 0;
  size_t width = 1 + strspn(line + *from + 1, "~");
  return strchr("\n", line[*from + width]) ? width : 0; /* or the end */
}

/* The bytes of a line that take so many columns. */
static size_t bytes_of(const char *line, size_t length, size_t columns) {
  size_t bytes = 0;
  while (bytes < length && bp_text_columns(line, bytes) < columns)
    do
      bytes++;
    while (bytes < length && ((unsigned char)line[bytes] & 0xC0) == 0x80);
  return bytes;
}

static void write_bytes(struct bp_markup *markup, const char *text, size_t length) {
  struct bp_arena_mark mark = bp_arena_mark(markup->arena);
  bp_markup_text(markup, bp_arena_strndup(markup->arena, text, length));
  bp_arena_release(markup->arena, mark);
}

void bp_page_quoted(struct bp_markup *markup, const char *text) {
  bp_element(markup, "pre");
  bp_attribute(markup, "tabindex", "0");
  while (*text) {
    size_t length = strcspn(text, "\n"), from = 0;
    const char *next = text[length] ? text + length + 1 : text + length;
    size_t columns = pointed_at(next, &from);
    size_t begin = bytes_of(text, length, from), end = bytes_of(text, length, from + columns);
    if (columns > 0 && begin < end) {
      write_bytes(markup, text, begin);
      bp_element(markup, "mark");
      write_bytes(markup, text + begin, end - begin);
      bp_element_end(markup);
      write_bytes(markup, text + end, length - end);
      next += strcspn(next, "\n");
      next += *next != '\0';
    } else {
      write_bytes(markup, text, length);
    }
    if (*next)
      bp_markup_text(markup, "\n");
    text = next;
  }
  bp_element_end(markup);
}

/* ---- tables -------------------------------------------------------------- */

void bp_page_table(struct bp_markup *markup, const char *caption, const char *const *headings) {
  bp_element(markup, "div");
  bp_attribute(markup, "class", "wide");
  bp_attribute(markup, "tabindex", "0");
  bp_attribute(markup, "role", "group"); /* no landmark: a page has many of the same name */
  bp_attribute(markup, "aria-label", caption);
  bp_element(markup, "table");
  bp_markup_element(markup, "caption", NULL, caption);
  if (headings) {
    bp_element(markup, "thead");
    bp_element(markup, "tr");
    for (size_t i = 0; headings[i]; i++) {
      bp_element(markup, "th");
      bp_attribute(markup, "scope", "col");
      bp_markup_text(markup, headings[i]);
      bp_element_end(markup);
    }
    bp_elements_end(markup, 2);
  }
  bp_element(markup, "tbody");
}

void bp_page_table_end(struct bp_markup *markup) { bp_elements_end(markup, 3); }

void bp_page_row_heading(struct bp_markup *markup, const char *text) {
  bp_element(markup, "th");
  bp_attribute(markup, "scope", "row");
  bp_page_name(markup, text);
  bp_element_end(markup);
}

void bp_page_cell(struct bp_markup *markup, const char *class, const char *text) {
  bp_markup_element(markup, "td", class, text);
}

void bp_page_cell_number(struct bp_markup *markup, double number) {
  struct bp_arena_mark mark = bp_arena_mark(markup->arena);
  bp_page_cell(markup, "number", bp_short_number(number, markup->arena));
  bp_arena_release(markup->arena, mark);
}

void bp_page_matrix(struct bp_markup *markup, const char *caption, size_t rows, size_t columns,
                    const double *values, int digits) {
  enum { MOST = 24 };
  size_t shown_rows = rows < MOST ? rows : MOST, shown_columns = columns < MOST ? columns : MOST;
  bp_page_table(markup, caption, NULL);
  for (size_t r = 0; r < shown_rows; r++) {
    bp_element(markup, "tr");
    for (size_t c = 0; c < shown_columns; c++) {
      char number[40];
      double value = values[r * columns + c] + 0.0; /* without the sign of a zero */
      snprintf(number, sizeof number, "%.*g", digits, value);
      bp_page_cell(markup, "number", isnan(value) ? "NaN" : number);
    }
    bp_element_end(markup);
  }
  bp_page_table_end(markup);
  if (shown_rows < rows || shown_columns < columns) {
    bp_element(markup, "p");
    bp_attribute(markup, "class", "soft");
    bp_markup_format(markup, "The first %zu x %zu of %zu x %zu numbers.", shown_rows, shown_columns,
                     rows, columns);
    bp_element_end(markup);
  }
}

/* ---- what reports have in common ----------------------------------------- */

void bp_page_settings(struct bp_markup *markup, const struct bp_report_head *head) {
  if (head->setting_count == 0)
    return;
  bp_element(markup, "p");
  bp_attribute(markup, "class", "soft");
  for (size_t i = 0; i < head->setting_count; i++)
    bp_markup_format(markup, "%s%s %s", i ? ", " : "", head->settings[i].name,
                     head->settings[i].value);
  bp_element_end(markup);
}

void bp_page_notes(struct bp_markup *markup, const char *const *notes, size_t count) {
  if (count == 0)
    return;
  bp_element(markup, "ul");
  for (size_t i = 0; i < count; i++)
    bp_markup_element(markup, "li", NULL, notes[i]);
  bp_element_end(markup);
}

const char *bp_page_class(enum bp_verdict verdict) { return bp_verdict_name(verdict); }

const char *bp_page_sign(enum bp_verdict verdict) {
  static const char *const signs[] = {[BP_HOLDS] = "✓", [BP_UNDECIDED] = "?", [BP_FAILS] = "✗"};
  return signs[verdict];
}

void bp_page_verdict(struct bp_markup *markup, enum bp_verdict verdict, const char *sentence) {
  bp_element(markup, "p");
  bp_element(markup, "span");
  bp_attribute_format(markup, "class", "word %s", bp_page_class(verdict));
  bp_markup_format(markup, "%s %s", bp_page_sign(verdict), bp_verdict_name(verdict));
  bp_element_end(markup);
  bp_markup_format(markup, "%s%s", *sentence ? ": " : "", sentence);
  bp_element_end(markup);
}

char *bp_page_told(bp_page_teller *tell, const void *result, const struct bp_report_style *style) {
  enum { ONE_LINE = 1 << 20 };
  struct bp_report_style used = *style;
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out)
    return NULL;
  used.colour = false;
  used.width = ONE_LINE;
  bool fine = tell(result, &used, out) == 0;
  if (!bp_memory_stream_close(out, &text) || !fine) {
    free(text);
    return NULL;
  }
  while (length > 0 && text[length - 1] == '\n')
    text[--length] = '\0';
  return text;
}

void bp_page_closing(struct bp_markup *markup, enum bp_verdict verdict, bp_page_teller *tell,
                     const void *result, const struct bp_report_style *style) {
  struct bp_report_style brief = *style;
  brief.brief = true;
  char *told = bp_page_told(tell, result, &brief);
  markup->failed = markup->failed || !told;
  const char *behind = told ? strchr(told, ' ') : NULL; /* "holds: " */
  bp_page_verdict(markup, verdict, behind ? behind + 1 : "");
  free(told);
}
