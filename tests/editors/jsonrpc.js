"use strict";
/* The language server as somebody else's client speaks with it: vscode-jsonrpc, the library under the extensions of VS Code.
 *
 *     jsonrpc.js FOLDER    which has vscode-jsonrpc; writes lines "name<TAB>problem" to the file that ANSWERS names */

const { spawn } = require("child_process");
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const rpc = require(path.join(process.argv[2], "vscode-jsonrpc", "node"));

const answers = [];
const check = (name, fine, seen) => answers.push(name + "\t" + (fine ? "" : "it is " + JSON.stringify(seen)));

async function look() {
  const text = fs.readFileSync(process.env.SAMPLE, "utf8"), lines = text.split("\n"), number = lines.length - 2;
  const uri = pathToFileURL(process.env.SAMPLE).href;
  const server = spawn("backproof", ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((go) => server.on("exit", go));
  const link = rpc.createMessageConnection(new rpc.StreamMessageReader(server.stdout), new rpc.StreamMessageWriter(server.stdin));
  const complaints = [];
  let shown = null, told = () => {};
  link.onError(([error]) => complaints.push(String(error)));
  link.onUnhandledNotification((message) => complaints.push(message.method));
  link.onNotification("textDocument/publishDiagnostics", (given) => { shown = given.diagnostics; told(); });
  const until = async (wanted) => { while (!shown || !wanted(shown)) await new Promise((go) => (told = go)); return shown; };
  link.listen();

  const { capabilities } = await link.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  check("it says what it can do", capabilities.codeActionProvider && capabilities.hoverProvider, capabilities);
  await link.sendNotification("initialized", {});
  await link.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "deriv", version: 1, text } });
  const [one] = await until((seen) => seen.length === 1);
  check("a wrong line is underlined behind signs of two code units",
        one.range.start.line === number && one.range.start.character === lines[number].lastIndexOf("* X"), one);
  const textDocument = { uri };
  const hover = await link.sendRequest("textDocument/hover", { textDocument, position: { line: number, character: 2 } });
  check("a hover tells the verdict", /fails/.test(JSON.stringify(hover)), hover);
  const source = new rpc.CancellationTokenSource();
  const dropped = link.sendRequest("textDocument/hover", { textDocument, position: { line: number, character: 2 } }, source.token);
  source.cancel();
  const outcome = await dropped.then(() => "answered", (error) => error.code);
  check("a request that is taken back is answered or called cancelled", outcome === "answered" || outcome === -32800, outcome);
  const [fix] = await link.sendRequest("textDocument/codeAction", { textDocument, range: one.range, context: { diagnostics: [one] } });
  check("a fix is offered", fix && fix.isPreferred, fix);
  const contentChanges = Object.values(fix.edit.changes)[0].map(({ range, newText }) => ({ range, text: newText }));
  await link.sendNotification("textDocument/didChange", { textDocument: { uri, version: 2 }, contentChanges });
  check("and nothing is underlined after it", (await until((seen) => seen.length === 0)).length === 0);
  await link.sendRequest("shutdown");
  await link.sendNotification("exit");
  check("it ends as it should", (await ended) === 0, server.exitCode);
  check("nothing was complained of", complaints.length === 0, complaints);
}

look().catch((error) => check("the client works", false, String(error.stack))).finally(() => {
  fs.writeFileSync(process.env.ANSWERS, answers.join("\n") + "\n");
  process.exit(0);
});
