/* JSON-RPC as the language server protocol frames it: a header with a length, then that many bytes
 * of JSON, on standard input and output.
 */
#ifndef BP_CLI_LSP_RPC_H
#define BP_CLI_LSP_RPC_H

#include <jansson.h>
#include <stdbool.h>

/* The next message, an object, to be given back with json_decref; NULL at the end of the input, or
 * where what comes has no frame, which *broken says.  What is no object is refused on the way. */
json_t *bp_rpc_read(bool *broken);

/* Whether bp_rpc_read has something to read at once: a byte, or the end. */
bool bp_rpc_waiting(void);

/* These take over what they are given; NULL is memory that was short, and ends the program. */
void bp_rpc_answer(const json_t *id, json_t *result);
/* `id` is NULL where it is not known what is refused. */
void bp_rpc_refuse(const json_t *id, int code, const char *message);
void bp_rpc_notify(const char *method, json_t *parameters);

enum {
  BP_RPC_NO_JSON = -32700,
  BP_RPC_NO_REQUEST = -32600,
  BP_RPC_NO_METHOD = -32601,
  BP_RPC_NOT_READY = -32002,
  BP_RPC_FAILED = -32803
};

#endif
