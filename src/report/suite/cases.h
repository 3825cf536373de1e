/* A report as suites of cases that pass or do not: what JUnit, TAP, SARIF, annotations and a
 * summary have in common.
 *
 * A suite is a network or a derivation file, a case one block of parameters or one claim.  What
 * concerns a file as a whole (it could not be read; there was nothing to check) is a case, too, so
 * that the cases together always say what the exit status says.  Cases are made one at a time, in
 * memory that is given back after each: a file may have a million claims.
 *
 * A text that is handed out lives as long as the arena that was passed in, a case as long as the
 * visit to it; NULL, and -1 where a status is returned, mean that memory was short.
 */
#ifndef BP_REPORT_SUITE_CASES_H
#define BP_REPORT_SUITE_CASES_H

#include <stdio.h>

#include "base/arena.h"
#include "report/report.h"

enum bp_case_outcome {
  BP_CASE_PASSED,
  BP_CASE_SKIPPED,   /* nobody looked; no part in the verdict */
  BP_CASE_FAILED,    /* checked, and wrong */
  BP_CASE_UNDECIDED, /* checked, and still open */
  BP_CASE_UNREAD,    /* could not be checked: there is a mistake in the file, or no file */
  BP_CASE_OUTCOMES
};

struct bp_case {
  enum bp_case_outcome outcome;
  const char *id;      /* "W[2]", "notes.deriv:dW[1]": stable, and unique in its report */
  const char *rule;    /* "value": why it does not pass, as in JSON; "none" */
  const char *message; /* the same in one sentence; "" where there is nothing to say */
  const char *replay;  /* a shell command that checks it again; NULL: not known */
  /* what it is about, one of these; none: the suite as a whole */
  const struct bp_block *block;
  const struct bp_claim *claim;
  const struct bp_diagnostic *diagnostic;
  const struct bp_power_row *mistake;
};

struct bp_suite {
  const char *name;                  /* the network as text, or the path of the file */
  const struct bp_report_head *head; /* NULL: planted mistakes, or it could not be opened */
  /* what it is, one of these; the others are NULL */
  const struct bp_report *gradient;
  const struct bp_derivation_result *file;
  const struct bp_refusal *refusal;
  const struct bp_power *power;
  const char *place;              /* path of what it is about; NULL: it has none */
  size_t count[BP_CASE_OUTCOMES]; /* of its cases, listed or not */
  size_t total;
  double seconds; /* 0: not known */
};

struct bp_suites {
  const struct bp_suite *list;
  size_t count;
  struct bp_suite all; /* sums; no name */
  enum bp_verdict verdict;
};

/* Suites of each kind of result, handed to `write` with the style; its status is returned, or -1
 * when memory is short. */
typedef int bp_suites_writer(const struct bp_suites *suites, const struct bp_report_style *style,
                             FILE *out);
int bp_suites_of_report(const struct bp_report *report, const struct bp_report_style *style,
                        bp_suites_writer *write, FILE *out);
int bp_suites_of_derivations(const struct bp_derivation_results *results,
                             const struct bp_report_style *style, bp_suites_writer *write,
                             FILE *out);
int bp_suites_of_refusal(const struct bp_refusal *refusal, const struct bp_report_style *style,
                         bp_suites_writer *write, FILE *out);
int bp_suites_of_power(const struct bp_power *power, const struct bp_report_style *style,
                       bp_suites_writer *write, FILE *out);

/* A function of a row of BP_WRITERS, made from one that writes suites. */
#define BP_SUITES_COLUMN(column, name, type, write)                                                \
  int bp_##column##_##name(const struct type *result, const struct bp_report_style *style,         \
                           FILE *out) {                                                            \
    return bp_suites_of_##column(result, style, write, out);                                       \
  }

/* Those of every format that writes test cases, and that of one with a place for planted mistakes.
 */
#define BP_SUITES_FORMAT(name, write)                                                              \
  BP_SUITES_COLUMN(report, name, bp_report, write)                                                 \
  BP_SUITES_COLUMN(derivations, name, bp_derivation_results, write)                                \
  BP_SUITES_COLUMN(refusal, name, bp_refusal, write)
#define BP_SUITES_POWER(name, write) BP_SUITES_COLUMN(power, name, bp_power, write)

/* Whether there was something to check: it could be opened and was not refused. */
bool bp_suite_opened(const struct bp_suite *suite);

/* The sentences that concern a suite as a whole, from 0; NULL behind the last. */
const char *bp_suite_note(const struct bp_suite *suite, size_t index);

/* How many cases the style asks to list. */
size_t bp_suites_listed(const struct bp_suites *suites, const struct bp_report_style *style);

/* A sentence about cases that are not listed, or NULL where all are. */
const char *bp_suites_remark(const struct bp_suites *suites, const struct bp_report_style *style,
                             struct bp_arena *arena);

/* "fails: 4 of 12 cases fail, 1 undecided": all of them in a sentence. */
const char *bp_suites_sentence(const struct bp_suites *suites, struct bp_arena *arena);

/* ---- names that are given once: a second "dW[1]" becomes "dW[1]#2" ---------- */

struct bp_id; /* a name that has been given, and the number to try next */

/* Begin with {.arena = ...}, which keeps the names. */
struct bp_ids {
  struct bp_arena *arena;
  struct bp_id *table; /* open addressing; free where there is no text */
  size_t count, capacity;
};

/* A copy of `wanted`, with a number where it has been given before; NULL for NULL. */
const char *bp_ids_give(struct bp_ids *ids, const char *wanted);

/* Whether the name has been given. */
bool bp_ids_has(const struct bp_ids *ids, const char *name);

void bp_ids_free(struct bp_ids *ids);

/* ---- walking ---------------------------------------------------------------- */

/* A walk through the cases of several suites, which keeps their ids apart. */
struct bp_walk {
  const struct bp_report_style *style;
  struct bp_arena *arena; /* of the ids */
  struct bp_ids ids;
  size_t failures; /* listed so far, for style->most_failures */
};

typedef int bp_case_visitor(const struct bp_case *one, const struct bp_suite *suite,
                            struct bp_arena *arena, void *user);

/* 0, or -1 when memory is short; bp_walk_end in any case. */
int bp_walk_begin(struct bp_walk *walk, const struct bp_report_style *style);
void bp_walk_end(struct bp_walk *walk);

/* Visits the cases of the suite that the style asks to list; stops at the first visit that does not
 * give 0, and returns that; -1 when memory is short. */
int bp_walk_suite(struct bp_walk *walk, const struct bp_suite *suite, bp_case_visitor *visit,
                  void *user);

/* ---- a case in words ---------------------------------------------------------- */

/* All that the text report says about a case that does not pass, as lines without colours. */
const char *bp_case_details(const struct bp_case *one, const struct bp_suite *suite,
                            struct bp_arena *arena);

/* Where in a file it is: false where there is no such place. */
bool bp_case_place(const struct bp_case *one, const struct bp_source **source,
                   struct bp_span *span);

/* "undecided", "not-read": stable; and "fails", "is undecided": as a verb. */
const char *bp_case_outcome_name(enum bp_case_outcome outcome);
const char *bp_case_verb(enum bp_case_outcome outcome);

#endif
