import { setDiagnostics } from "@codemirror/lint";
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

const SEVERITIES = new Set(["error", "warning", "info"]);

/** Replaces the marks at the ends of lines. */
const markLines = StateEffect.define();

/** A finding's message, written behind the line that it is about: it needs no hover. */
class MessageWidget extends WidgetType {
  constructor(finding) {
    super();
    this.finding = finding;
  }

  eq(other) {
    return other.finding.message === this.finding.message;
  }

  toDOM() {
    const message = document.createElement("span");
    message.className = `finding finding--${this.finding.severity}`;
    message.textContent = this.finding.message;
    return message;
  }
}

function marksOf(document_, findings) {
  const marks = findings.flatMap((finding) => {
    const line = document_.line(finding.line);
    const widget = new MessageWidget(finding);
    return [
      Decoration.line({ class: `line--${finding.severity}` }).range(line.from),
      Decoration.widget({ widget, side: 1 }).range(line.to),
    ];
  });
  return Decoration.set(marks, true);
}

/** Holds the line marks; an edit of a line takes the marks of that line away. */
export const findingMarks = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(markLines)) return marksOf(transaction.state.doc, effect.value);
    }
    return transaction.docChanged ? keepUntouched(marks, transaction) : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function keepUntouched(marks, transaction) {
  const touched = touchedLines(transaction);
  const moved = marks.map(transaction.changes);
  return moved.update({
    filter: (from) => !touched.has(transaction.state.doc.lineAt(from).number),
  });
}

function touchedLines(transaction) {
  const touched = new Set();
  transaction.changes.iterChangedRanges((_fromA, _toA, from, to) => {
    const last = transaction.state.doc.lineAt(to).number;
    for (let line = transaction.state.doc.lineAt(from).number; line <= last; line += 1) {
      touched.add(line);
    }
  });
  return touched;
}

function settle(finding, lines) {
  const severity = SEVERITIES.has(finding.severity) ? finding.severity : "error";
  const line = Math.min(Math.max(1, Math.trunc(finding.line) || 1), lines);
  return { ...finding, line, severity, message: String(finding.message) };
}

/** The word at a column, the rest of the line, or the whole line's text without its indent. */
function rangeOf(finding, document_) {
  const line = document_.line(finding.line);
  const indent = line.text.length - line.text.trimStart().length;
  const start = Math.min(finding.column ? finding.column - 1 : indent, line.length);
  const word = /^\w+/.exec(line.text.slice(start));
  const end = finding.column && word ? start + word[0].length : line.length;
  return { from: line.from + start, to: line.from + Math.max(start, end) };
}

function diagnosticOf(finding, document_) {
  const { severity, message } = finding;
  return { ...rangeOf(finding, document_), severity, message };
}

/**
 * Shows findings: underlined, with their message behind the line and in the gutter.
 * `line` and `column` count from 1; without `column` the whole line is meant.
 */
export function showFindings(view, findings) {
  const document_ = view.state.doc;
  const settled = findings.map((finding) => settle(finding, document_.lines));
  const diagnostics = settled.map((finding) => diagnosticOf(finding, document_));
  view.dispatch(setDiagnostics(view.state, diagnostics));
  view.dispatch({ effects: markLines.of(settled) });
  return settled;
}
