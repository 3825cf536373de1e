/* Fields after RFC 4180: quotes only where a field needs them, lines that end in CR LF.  Only
 * numbers that are not finite need words, which are those that spreadsheets and numpy read. */
#include "report/csv/csv.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "report/plain.h"

/* What a spreadsheet would compute when it opens the file. */
static bool is_formula(char first) { return first && strchr("=+-@\t\r", first); }

/* Texts come without controls and bytes that are no UTF-8.  One that begins as a formula of a
 * spreadsheet gets an apostrophe before it, as spreadsheets mark text: a stranger's is never
 * computed. */
void bp_csv_text(const char *text, FILE *out) {
  bool quoted = strpbrk(text, ",\"\r\n");
  size_t length = strlen(text);
  fputs(quoted ? "\"" : "", out);
  fputs(is_formula(*text) ? "'" : "", out);
  for (size_t at = 0; at < length;) {
    const char *piece;
    size_t bytes;
    at += bp_plain_piece(text + at, length - at, false, &piece, &bytes);
    fputs(*piece == '"' ? "\"" : "", out);
    fwrite(piece, 1, bytes, out);
  }
  fputs(quoted ? "\"" : "", out);
}

void bp_csv_number(double number, FILE *out) {
  if (isnan(number))
    fputs("NaN", out);
  else
    fprintf(out, "%.17g", number); /* prints inf and -inf as such */
}
