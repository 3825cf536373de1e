"use strict";
/* The extension for VS Code, in an editor that has just what it asks of one.  Writes lines "name<TAB>problem" to the file
 * that ANSWERS names. */

const fs = require("fs");
const Module = require("module");
const path = require("path");

const answers = [];
const check = (name, fine, seen) => answers.push(name + "\t" + (fine ? "" : "it is " + JSON.stringify(seen)));

class Holder {
  constructor(...all) {
    this.all = all;
  }
}
class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}
class Range {
  constructor(start, end) {
    Object.assign(this, { start, end });
  }
}
class Edit {
  constructor() {
    this.edits = [];
  }
  replace(uri, range, text) {
    this.edits.push({ uri, range, text });
  }
}
class Action {
  constructor(title, kind) {
    Object.assign(this, { title, kind });
  }
}
class Diagnostic {
  constructor(range, message, severity) {
    Object.assign(this, { range, message, severity });
  }
}

const shown = new Map(), registered = {}, listeners = {}, commands = {}, warnings = [];
const uriOf = (text) => ({ scheme: "file", toString: () => text });
const listen = (name) => (listener) => ((listeners[name] = listener), { dispose() {} });

const document = {
  languageId: "deriv", version: 1, uri: uriOf("file://" + process.env.SAMPLE),
  text: fs.readFileSync(process.env.SAMPLE, "utf8"),
  getText() {
    return this.text;
  },
};

const languages = new Proxy({ createDiagnosticCollection: () => ({ set: (uri, list) => shown.set(uri.toString(), list), clear: () => shown.clear() }) },
                            { get: (own, name) => own[name] || ((selector, provider) => ((registered[name] = provider), { dispose() {} })) });
const vscode = {
  Position, Range, Diagnostic, CodeAction: Action, WorkspaceEdit: Edit, Hover: Holder, MarkdownString: Holder, Location: Holder, CodeLens: Holder,
  InlayHint: Holder, DocumentSymbol: Holder, CompletionItem: Holder, languages,
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 }, CodeActionKind: { QuickFix: "quickfix" }, ViewColumn: { Beside: -2 },
  Uri: { parse: uriOf },
  window: { showWarningMessage: (words) => warnings.push(words), showTextDocument: async (one) => one },
  commands: { registerCommand: (name, run) => ((commands[name] = run), { dispose() {} }) },
  workspace: {
    textDocuments: [document], getConfiguration: () => ({ get: () => undefined }), openTextDocument: async (one) => one,
    onDidOpenTextDocument: listen("open"), onDidChangeTextDocument: listen("change"), onDidCloseTextDocument: listen("close"),
  },
};
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));

async function wait(wanted) {
  for (let round = 0; round < 600 && !wanted(); round++) await new Promise((go) => setTimeout(go, 100));
  return wanted();
}

const seen = () => shown.get(document.uri.toString()) || [];

async function look() {
  const folder = process.argv[2];
  const extension = require(path.join(folder, JSON.parse(fs.readFileSync(path.join(folder, "package.json"))).main));
  await extension.activate({ subscriptions: [] });
  const lines = document.text.split("\n"), number = lines.length - 2;
  check("a wrong line is underlined", await wait(() => seen().length === 1), seen());
  const place = seen()[0].range.start;
  check("where the mistake is, behind signs of two code units", place.line === number && place.character === lines[number].lastIndexOf("* X"), place);
  const hover = await registered.registerHoverProvider.provideHover(document, new Position(number, 2));
  check("a hover tells the verdict and the shapes", /fails[^]*\(n\[1\],n\[0\]\)/.test(JSON.stringify(hover)), hover);
  const whole = new Range(new Position(number, 0), new Position(number, 3));
  const fixes = await registered.registerCodeActionsProvider.provideCodeActions(document, whole);
  check("a fix is offered", fixes.length > 0 && fixes[0].isPreferred, fixes);
  for (const one of ["registerInlayHintsProvider provideInlayHints", "registerDocumentSymbolProvider provideDocumentSymbols",
                     "registerCompletionItemProvider provideCompletionItems", "registerCodeLensProvider provideCodeLenses"]) {
    const [register, provide] = one.split(" ");
    const list = await registered[register][provide](document, whole);
    check(provide, list.length > 0, list);
  }
  const [edit] = fixes[0].edit.edits;
  lines[number] = lines[number].slice(0, edit.range.start.character) + edit.text + lines[number].slice(edit.range.end.character);
  check("it writes what is missing", lines[number].endsWith("* X'"), lines[number]);
  document.text = lines.join("\n");
  document.version++;
  listeners.change({ document });
  check("and nothing is underlined after it", await wait(() => seen().length === 0), seen());
  await commands["backproof.explain"](document.uri.toString(), number + 1);
  await extension.deactivate();
  check("nothing was complained of", warnings.length === 0, warnings);
}

look().catch((error) => check("the extension works", false, String(error.stack))).finally(() => {
  fs.writeFileSync(process.env.ANSWERS, answers.join("\n") + "\n");
  process.exit(0);
});
