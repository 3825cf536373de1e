/* The input has a buffer of its own, because whether something is waiting must be known without
 * reading it: bytes in the buffer, or a readable descriptor.
 *
 * A header without a length, or with one beyond reason, ends the conversation: what follows could
 * not be told apart.  What has a length and is no JSON, or no object, is refused, and the
 * conversation goes on behind it.
 */
#include "cli/lsp/rpc.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/file/stream.h"
#include "cli/interrupt.h"

enum { BUFFER = 1 << 16, MOST_HEADER = 256 };

static const size_t MOST_MESSAGE = (size_t)64 << 20;

static struct {
  char bytes[BUFFER];
  size_t begin, end;
} input;

/* ---- reading ------------------------------------------------------------- */

static bool fill(void) {
  ssize_t got = bp_stream_read(STDIN_FILENO, input.bytes, sizeof input.bytes);
  if (got < 0 && !bp_interrupt_signal())
    bp_die("the editor's log, which has what it sent last", "cannot read standard input: %s",
           strerror(errno));
  input.begin = 0;
  input.end = got > 0 ? (size_t)got : 0;
  return got > 0;
}

bool bp_rpc_waiting(void) {
  struct pollfd descriptor = {.fd = 0, .events = POLLIN};
  return input.begin < input.end || poll(&descriptor, 1, 0) > 0;
}

/* A byte, or -1 at the end. */
static int next_byte(void) {
  if (input.begin == input.end && !fill())
    return -1;
  return (unsigned char)input.bytes[input.begin++];
}

/* A header line without its line end; false at the end of the input, or where it is too long. */
static bool read_line(char line[MOST_HEADER]) {
  size_t length = 0;
  for (;;) {
    int byte = next_byte();
    if (byte < 0 || length + 1 >= MOST_HEADER)
      return false;
    if (byte == '\n')
      break;
    if (byte != '\r')
      line[length++] = (char)byte;
  }
  line[length] = '\0';
  return true;
}

/* The length that the header gives; 0: none. */
static size_t read_header(void) {
  static const char key[] = "Content-Length:";
  char line[MOST_HEADER];
  size_t length = 0;
  while (read_line(line)) {
    if (*line == '\0')
      return length <= MOST_MESSAGE ? length : 0;
    if (!strncasecmp(line, key, sizeof key - 1))
      length = strtoul(line + sizeof key - 1, NULL, 10);
  }
  return 0;
}

static bool read_bytes(char *bytes, size_t length) {
  for (size_t got = 0; got < length;) {
    if (input.begin == input.end && !fill())
      return false;
    size_t part = input.end - input.begin;
    part = part < length - got ? part : length - got;
    memcpy(bytes + got, input.bytes + input.begin, part);
    input.begin += part;
    got += part;
  }
  return true;
}

/* One message, an object or not; NULL and *broken where the conversation is over. */
static json_t *read_message(bool *broken) {
  size_t length = read_header();
  char *bytes = length > 0 ? malloc(length) : NULL;
  if (length > 0 && !bytes)
    bp_die_no_memory();
  *broken = !bytes || !read_bytes(bytes, length);
  json_t *message =
      *broken ? NULL : json_loadb(bytes, length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
  free(bytes);
  return message;
}

json_t *bp_rpc_read(bool *broken) {
  *broken = false;
  while (!*broken && (input.begin < input.end || fill())) {
    json_t *message = read_message(broken);
    if (json_is_object(message))
      return message;
    if (!*broken)
      bp_rpc_refuse(NULL, message ? BP_RPC_NO_REQUEST : BP_RPC_NO_JSON,
                    message ? "a message is one JSON object" : "what came is no JSON");
    json_decref(message);
  }
  return NULL;
}

/* ---- writing ------------------------------------------------------------- */

static void send(json_t *message) {
  char *text = message ? json_dumps(message, JSON_COMPACT) : NULL;
  if (!text)
    bp_die_no_memory();
  printf("Content-Length: %zu\r\n\r\n%s", strlen(text), text);
  fflush(stdout);
  free(text);
  json_decref(message);
}

void bp_rpc_answer(const json_t *id, json_t *result) {
  json_t *copy = json_deep_copy(id);
  send(result ? json_pack("{s:s, s:o, s:o}", "jsonrpc", "2.0", "id", copy, "result", result)
              : NULL);
}

void bp_rpc_refuse(const json_t *id, int code, const char *message) {
  send(json_pack("{s:s, s:o, s:{s:i, s:s}}", "jsonrpc", "2.0", "id",
                 id ? json_deep_copy(id) : json_null(), "error", "code", code, "message", message));
}

void bp_rpc_notify(const char *method, json_t *parameters) {
  send(parameters
           ? json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", method, "params", parameters)
           : NULL);
}
