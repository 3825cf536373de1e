/* The thread that judges.  It has one instance of the core; whoever started it ends it as a whole
 * where it takes too long, and it says so itself where the instance is not to be used again. */
"use strict";

const HAS_NOT = 52, NO_SUCH_FILE = 8; // ENOSYS and EBADF of WASI
let core;

/* The few calls of WASI that the C library makes: a clock, and a standard error that nobody reads. */
function system(memory) {
  const view = () => new DataView(memory().buffer);
  return {
    clock_time_get(clock, precision, at) {
      view().setBigUint64(at, BigInt(Math.round(performance.now() * 1e6)), true);
      return 0;
    },
    environ_sizes_get(count, size) {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return 0;
    },
    environ_get: () => 0,
    fd_prestat_get: () => NO_SUCH_FILE, // no folders
    fd_write(file, list, count, written) {
      let length = 0;
      for (let i = 0; i < count; i++) length += view().getUint32(list + 8 * i + 4, true);
      view().setUint32(written, length, true);
      return 0;
    },
    proc_exit(status) {
      throw new Error("the program ended with status " + status);
    },
  };
}

function begin(bytes) {
  const module = new WebAssembly.Module(bytes);
  const known = system(() => core.memory);
  const calls = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    calls[from] = calls[from] || {};
    calls[from][name] = known[name] || (() => HAS_NOT);
  }
  core = new WebAssembly.Instance(module, calls).exports;
  core._initialize();
  if (!core.begin())
    throw new Error("the arithmetic of this browser does not have the bits that the bounds rely on, so no verdict would be true");
}

function put(text) {
  const bytes = new TextEncoder().encode(text);
  const at = core.place(bytes.length);
  if (!at) throw new Error("out of memory");
  const memory = new Uint8Array(core.memory.buffer);
  memory.set(bytes, at);
  memory[at + bytes.length] = 0;
  return [at, bytes.length];
}

const taken = (at, length) => new TextDecoder().decode(new Uint8Array(core.memory.buffer, at, length));

function judge({ name, text, format, seconds }) {
  const [source, length] = put(text);
  const outcome = core.judge(put(name)[0], source, length, put(format)[0], seconds);
  return {
    outcome,
    ended: core.ended(),
    report: taken(core.report_at(), core.report_length()),
    messages: taken(core.messages_at(), core.messages_length()),
  };
}

onmessage = ({ data }) => {
  try {
    if (data.core) {
      begin(data.core);
      postMessage({ ready: true });
    } else {
      postMessage(Object.assign(judge(data), { number: data.number }));
    }
  } catch (error) {
    postMessage({ number: data.number, broken: String(error && error.message), deep: error instanceof RangeError });
  }
};
