"use strict";
/* A conversation with `backproof lsp`: requests with their answers, notifications both ways.  Where the
 * server ends, what was asked is answered with nothing. */

const { spawn } = require("child_process");

class Client {
  constructor(command, notice, ended) {
    this.notice = notice;
    this.number = 0;
    this.asked = new Map();
    this.buffer = Buffer.alloc(0);
    this.process = spawn(command, ["lsp"], { stdio: ["pipe", "pipe", "ignore"] });
    this.process.on("error", (error) => this.end(ended, error));
    this.process.on("exit", () => this.end(ended, null));
    this.process.stdin.on("error", () => {});
    this.process.stdout.on("data", (bytes) => this.take(bytes));
  }

  end(ended, error) {
    if (this.over) return;
    this.over = true;
    for (const answer of this.asked.values()) answer(null);
    this.asked.clear();
    ended(error);
  }

  send(message) {
    if (this.over) return;
    const body = Buffer.from(JSON.stringify(Object.assign({ jsonrpc: "2.0" }, message)));
    this.process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.process.stdin.write(body);
  }

  tell(method, params) {
    this.send({ method, params });
  }

  ask(method, params) {
    if (this.over) return Promise.resolve(null);
    const id = ++this.number;
    return new Promise((answer) => {
      this.asked.set(id, answer);
      this.send({ id, method, params });
    });
  }

  take(bytes) {
    this.buffer = Buffer.concat([this.buffer, bytes]);
    for (;;) {
      const head = this.buffer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: *(\d+)/i.exec(this.buffer.toString("latin1", 0, head))[1]);
      if (this.buffer.length < head + 4 + length) return;
      const message = JSON.parse(this.buffer.toString("utf8", head + 4, head + 4 + length));
      this.buffer = this.buffer.subarray(head + 4 + length);
      this.handle(message);
    }
  }

  handle(message) {
    const answer = this.asked.get(message.id);
    if (message.method) this.notice(message.method, message.params);
    if (!answer) return;
    this.asked.delete(message.id);
    answer(message.error ? null : message.result);
  }

  async stop() {
    await this.ask("shutdown");
    this.tell("exit");
  }
}

module.exports = { Client };
