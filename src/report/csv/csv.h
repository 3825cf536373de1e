/* The fields of a CSV file (RFC 4180). */
#ifndef BP_REPORT_CSV_H
#define BP_REPORT_CSV_H

#include <stdio.h>

/* Quoted where it has a comma, a quote or a line break. */
void bp_csv_text(const char *text, FILE *out);

/* 17 significant digits, enough to read the same float64 back; "NaN", "inf", "-inf". */
void bp_csv_number(double number, FILE *out);

#endif
