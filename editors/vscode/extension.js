"use strict";
/* Shows in VS Code what `backproof lsp` says of derivations and notes.  Ranges of the protocol are VS
 * Code's own: lines and UTF-16 code units from 0. */

const vscode = require("vscode");
const { Client } = require("./client.js");

const LANGUAGES = ["deriv", "markdown", "latex"].map((language) => ({ language, scheme: "file" }));
const SEVERITIES = [null, "Error", "Warning", "Information", "Hint"];
let client;

const placeOf = (one) => new vscode.Position(one.line, one.character);
const rangeOf = (one) => new vscode.Range(placeOf(one.start), placeOf(one.end));
const isOurs = (document) => LANGUAGES.some((one) => one.language === document.languageId) && document.uri.scheme === "file";
const named = (document) => ({ textDocument: { uri: document.uri.toString() } });
const at = (document, position) => Object.assign({ position }, named(document));

function diagnosticOf(one) {
  const diagnostic = new vscode.Diagnostic(rangeOf(one.range), one.message, vscode.DiagnosticSeverity[SEVERITIES[one.severity]]);
  diagnostic.source = one.source;
  diagnostic.code = one.code;
  return diagnostic;
}

function fixOf(one) {
  const fix = new vscode.CodeAction(one.title, vscode.CodeActionKind.QuickFix);
  fix.isPreferred = one.isPreferred;
  fix.edit = new vscode.WorkspaceEdit();
  for (const [uri, edits] of Object.entries(one.edit.changes))
    for (const edit of edits) fix.edit.replace(vscode.Uri.parse(uri), rangeOf(edit.range), edit.newText);
  return fix;
}

function lensOf(one) {
  return new vscode.CodeLens(rangeOf(one.range), one.command);
}

function shapeOf(one) {
  const hint = new vscode.InlayHint(placeOf(one.position), one.label);
  hint.paddingLeft = one.paddingLeft;
  return hint;
}

function symbolOf(one) {
  const range = rangeOf(one.range);
  return new vscode.DocumentSymbol(one.name, one.detail, one.kind - 1, range, range);
}

const list = async (question, make) => ((await question) || []).map(make);

/* Each answers a question of the editor by one of the server. */
const providers = {
  registerHoverProvider: {
    async provideHover(document, position) {
      const hover = await client.ask("textDocument/hover", at(document, position));
      return hover && new vscode.Hover(new vscode.MarkdownString(hover.contents.value), rangeOf(hover.range));
    },
  },
  registerCodeActionsProvider: {
    provideCodeActions: (document, range) =>
      list(client.ask("textDocument/codeAction", Object.assign({ range, context: { diagnostics: [] } }, named(document))), fixOf),
  },
  registerDefinitionProvider: {
    async provideDefinition(document, position) {
      const place = await client.ask("textDocument/definition", at(document, position));
      return place && new vscode.Location(vscode.Uri.parse(place.uri), rangeOf(place.range));
    },
  },
  registerDocumentSymbolProvider: {
    provideDocumentSymbols: (document) => list(client.ask("textDocument/documentSymbol", named(document)), symbolOf),
  },
  registerCompletionItemProvider: {
    provideCompletionItems: (document, position) =>
      list(client.ask("textDocument/completion", at(document, position)), (one) => new vscode.CompletionItem(one.label, one.kind - 1)),
  },
  registerInlayHintsProvider: {
    provideInlayHints: (document, range) =>
      list(client.ask("textDocument/inlayHint", Object.assign({ range }, named(document))), shapeOf),
  },
  registerCodeLensProvider: {
    provideCodeLenses: (document) => list(client.ask("textDocument/codeLens", named(document)), lensOf),
  },
};

async function showText(command, uri, line) {
  const text = await client.ask("workspace/executeCommand", { command, arguments: [uri, line] });
  const content = text || "There is nothing to show of this line.";
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content }), { preview: true, viewColumn: vscode.ViewColumn.Beside });
}

function opened(document) {
  if (!isOurs(document)) return;
  const { languageId, version } = document;
  client.tell("textDocument/didOpen",
              { textDocument: { uri: document.uri.toString(), languageId, version, text: document.getText() } });
}

/* The whole text: the server finds out what changed, and parses all of it anyway. */
function changed({ document }) {
  if (!isOurs(document)) return;
  client.tell("textDocument/didChange", {
    textDocument: { uri: document.uri.toString(), version: document.version },
    contentChanges: [{ text: document.getText() }],
  });
}

function closed(document) {
  if (isOurs(document)) client.tell("textDocument/didClose", named(document));
}

async function activate(context) {
  const shown = vscode.languages.createDiagnosticCollection("backproof");
  const command = vscode.workspace.getConfiguration("backproof").get("command") || "backproof";
  const notice = (method, params) => {
    if (method === "textDocument/publishDiagnostics") shown.set(vscode.Uri.parse(params.uri), params.diagnostics.map(diagnosticOf));
  };
  const ended = (error) => {
    shown.clear();
    if (error)
      vscode.window.showWarningMessage(`'${command}' cannot be started (${error.code}); install backproof, or name the program in the setting backproof.command`);
  };
  client = new Client(command, notice, ended);
  await client.ask("initialize", { processId: process.pid, capabilities: {}, rootUri: null });
  client.tell("initialized", {});
  context.subscriptions.push(shown, vscode.workspace.onDidOpenTextDocument(opened),
                             vscode.workspace.onDidChangeTextDocument(changed), vscode.workspace.onDidCloseTextDocument(closed));
  for (const [register, provider] of Object.entries(providers))
    context.subscriptions.push(vscode.languages[register](LANGUAGES, provider));
  for (const name of ["backproof.explain", "backproof.trace"])
    context.subscriptions.push(vscode.commands.registerCommand(name, (uri, line) => showText(name, uri, line)));
  vscode.workspace.textDocuments.forEach(opened);
}

const deactivate = () => client && client.stop();

module.exports = { activate, deactivate };
