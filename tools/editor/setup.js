import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  dropCursor,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";

import { findingMarks } from "./findings.js";
import { typeOverSelection } from "./replacing.js";
import { theme } from "./theme.js";

const LEAVE_SECONDS = 30;

// The page invokes with this key; the editor must not add a line.
const RESERVED_KEYS = new Set(["Mod-Enter"]);

/** After Escape the next Tab moves the focus. CodeMirror's own two seconds are too short for some. */
const escapeFreesTab = EditorView.domEventObservers({
  keydown(event, view) {
    if (event.key !== "Escape") return;
    queueMicrotask(() => view.setTabFocusMode(LEAVE_SECONDS * 1000));
  },
});

function chevron(open) {
  const mark = document.createElement("span");
  mark.textContent = open ? "⌄" : "›";
  mark.title = open ? "Fold these lines" : "Unfold these lines";
  return mark;
}

const keys = [
  ...closeBracketsKeymap,
  ...defaultKeymap,
  ...searchKeymap,
  ...historyKeymap,
  ...foldKeymap,
  ...completionKeymap,
  ...lintKeymap,
  indentWithTab,
].filter((binding) => !RESERVED_KEYS.has(binding.key));

/** Everything that every editor has, whatever its language. */
export const setup = [
  lintGutter(),
  lineNumbers(),
  foldGutter({ markerDOM: chevron }),
  highlightActiveLineGutter(),
  highlightActiveLine(),
  history(),
  drawSelection(),
  dropCursor(),
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ selectOnOpen: false }),
  search({ top: true }),
  escapeFreesTab,
  typeOverSelection,
  findingMarks,
  theme,
  keymap.of(keys),
];
