/* Fields after RFC 4180: quotes only where a field needs them, lines that end in CR LF.  Only
 * numbers that are not finite need words, which are those that spreadsheets and numpy read. */
#include "report/csv/csv.h"

#include <math.h>
#include <string.h>

void bp_csv_text(const char *text, FILE *out) {
  if (!strpbrk(text, ",\"\r\n")) {
    fputs(text, out);
    return;
  }
  putc('"', out);
  for (; *text; text++) {
    if (*text == '"')
      putc('"', out);
    putc(*text, out);
  }
  putc('"', out);
}

void bp_csv_number(double number, FILE *out) {
  if (isnan(number))
    fputs("NaN", out);
  else
    fprintf(out, "%.17g", number); /* prints inf and -inf as such */
}
