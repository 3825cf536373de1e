/* Whole conversations of an editor with `backproof lsp`.
 *
 * The input is cut at lines "%%".  The first letter of a part says what it is: `o` and `O` open a
 * derivation or a note with the text that follows, `c` changes from the line and column to those of
 * its first line, `C` changes the whole, `q` closes, `x` and `t` ask for worked numbers and shapes
 * of a line, another letter of the table asks that at a line and column; what begins with { is a
 * message as it is, and
 * `!` are bytes without a frame.  The server is greeted first and shut down at the end.
 *
 * Every request has one answer, every message of the server is JSON in a frame, and where no frame
 * was broken it ends with 0.
 */
#define _GNU_SOURCE
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
  char letter;
  const char *method;
} questions[] = {
    {'h', "textDocument/hover"},          {'d', "textDocument/definition"},
    {'s', "textDocument/documentSymbol"}, {'k', "textDocument/completion"},
    {'i', "textDocument/inlayHint"},      {'f', "textDocument/codeAction"},
    {'l', "textDocument/codeLens"},       {'u', "textDocument/unknown"},
};

enum { QUESTIONS = sizeof questions / sizeof *questions, MOST_ANSWERS_IN_TIME = 4 };

struct conversation {
  char *bytes;
  size_t length, capacity;
  int requests;
  int slow;     /* worked numbers may take seconds each, so there are few */
  bool is_ours; /* every message was made here */
  char uri[32];
};

static void add_bytes(struct conversation *talk, const char *bytes, size_t length) {
  if (talk->length + length > talk->capacity) {
    talk->capacity = 2 * (talk->length + length);
    talk->bytes = realloc(talk->bytes, talk->capacity);
    if (!talk->bytes)
      exit(3);
  }
  memcpy(talk->bytes + talk->length, bytes, length);
  talk->length += length;
}

static void add_frame(struct conversation *talk, const char *body, size_t length) {
  char header[64];
  int used = snprintf(header, sizeof header, "Content-Length: %zu\r\n\r\n", length);
  add_bytes(talk, header, (size_t)used);
  add_bytes(talk, body, length);
}

/* Takes over the parameters; NULL, where a text was no UTF-8, is left out. */
static void add_message(struct conversation *talk, const char *method, bool is_request,
                        json_t *parameters) {
  if (!parameters)
    return;
  json_t *message = is_request ? json_pack("{s:i, s:s, s:o}", "id", ++talk->requests, "method",
                                           method, "params", parameters)
                               : json_pack("{s:s, s:o}", "method", method, "params", parameters);
  char *text = json_dumps(message, JSON_COMPACT);
  if (text)
    add_frame(talk, text, strlen(text));
  free(text);
  json_decref(message);
}

static json_t *range(const int places[4]) {
  return json_pack("{s:{s:i, s:i}, s:{s:i, s:i}}", "start", "line", places[0], "character",
                   places[1], "end", "line", places[2], "character", places[3]);
}

/* Up to four numbers at the start of a text; what is behind their line. */
static const char *take_places(const char *text, size_t length, int places[4]) {
  char line[48] = "";
  const char *end = memchr(text, '\n', length);
  size_t used = end ? (size_t)(end - text) : length;
  memcpy(line, text, used < sizeof line ? used : sizeof line - 1);
  memset(places, 0, 4 * sizeof *places);
  int found = sscanf(line, "%9d %9d %9d %9d", &places[0], &places[1], &places[2], &places[3]);
  if (found < 4) {
    places[2] = places[0];
    places[3] = places[1];
  }
  return end ? end + 1 : text + length;
}

static void add_change(struct conversation *talk, bool whole, const char *text, size_t length) {
  int places[4];
  const char *end = text + length;
  json_t *change;
  if (whole) {
    change = json_pack("[{s:s%}]", "text", text, length);
  } else {
    text = take_places(text, length, places);
    change = json_pack("[{s:o, s:s%}]", "range", range(places), "text", text, (size_t)(end - text));
  }
  if (change)
    add_message(talk, "textDocument/didChange", false,
                json_pack("{s:{s:s, s:i}, s:o}", "textDocument", "uri", talk->uri, "version", 2,
                          "contentChanges", change));
}

static void add_question(struct conversation *talk, char letter, const char *text, size_t length) {
  int places[4];
  take_places(text, length, places);
  if (letter == 'x' || letter == 't') {
    if (talk->slow++ < MOST_ANSWERS_IN_TIME)
      add_message(talk, "workspace/executeCommand", true,
                  json_pack("{s:s, s:[s, i]}", "command",
                            letter == 'x' ? "backproof.explain" : "backproof.trace", "arguments",
                            talk->uri, places[0]));
    return;
  }
  for (int i = 0; i < QUESTIONS; i++)
    if (questions[i].letter == letter)
      add_message(talk, questions[i].method, true,
                  json_pack("{s:{s:s}, s:{s:i, s:i}, s:o}", "textDocument", "uri", talk->uri,
                            "position", "line", places[0], "character", places[1], "range",
                            range(places)));
}

static void add_part(struct conversation *talk, const char *part, size_t length) {
  char letter = *part;
  if (letter == '{' || letter == '!') {
    talk->is_ours = false;
    if (letter == '{')
      add_frame(talk, part, length);
    else
      add_bytes(talk, part + 1, length - 1);
  } else if (letter == 'o' || letter == 'O') {
    strcpy(talk->uri, letter == 'o' ? "file:///a%20b.deriv" : "file:///n.md");
    add_message(talk, "textDocument/didOpen", false,
                json_pack("{s:{s:s, s:i, s:s%}}", "textDocument", "uri", talk->uri, "version", 1,
                          "text", part + 1, length - 1));
  } else if (letter == 'c' || letter == 'C') {
    add_change(talk, letter == 'C', part + 1, length - 1);
  } else if (letter == 'q') {
    add_message(talk, "textDocument/didClose", false,
                json_pack("{s:{s:s}}", "textDocument", "uri", talk->uri));
  } else {
    add_question(talk, letter, part + 1, length - 1);
  }
}

/* Answers among what was printed; every message must be whole. */
static int count_answers(const char *text, size_t length) {
  int answers = 0;
  for (size_t at = 0; at < length;) {
    size_t size = 0;
    int used = 0;
    fuzz_require(sscanf(text + at, "Content-Length: %zu\r\n\r\n%n", &size, &used) == 1 &&
                     used > 0 && size <= length - at - (size_t)used,
                 "a message has no frame");
    json_t *message = json_loadb(text + at + used, size, 0, NULL);
    fuzz_require(json_is_object(message), "a message is no JSON");
    answers += !json_object_get(message, "method");
    json_decref(message);
    at += (size_t)used + size;
  }
  return answers;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char cut[] = "\n%%\n", hello[] = "{\"id\":0,\"method\":\"initialize\"}",
                    shutdown[] = "{\"id\":-1,\"method\":\"shutdown\"}",
                    leave[] = "{\"method\":\"exit\"}";
  const char *text = (const char *)data, *words[] = {"backproof", "lsp", NULL};
  struct conversation talk = {.requests = 0, .is_ours = true, .uri = "file:///none.deriv"};
  add_frame(&talk, hello, sizeof hello - 1);
  for (size_t at = 0; at < size;) {
    const char *end = memmem(text + at, size - at, cut, sizeof cut - 1);
    size_t length = end ? (size_t)(end - text) - at : size - at;
    if (length > 0)
      add_part(&talk, text + at, length);
    at += length + (end ? sizeof cut - 1 : 0);
  }
  add_frame(&talk, shutdown, sizeof shutdown - 1);
  add_frame(&talk, leave, sizeof leave - 1);
  struct fuzz_outcome outcome = fuzz_run(words, talk.bytes, talk.length);
  int answers = count_answers(outcome.out, outcome.out_length);
  fuzz_require(!talk.is_ours || answers == talk.requests + 2, "a request has no answer, or two");
  fuzz_require(!talk.is_ours || outcome.status == 0, "it did not end well");
  free(talk.bytes);
  return 0;
}
