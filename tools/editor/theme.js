import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The page's custom properties are inherited into the shadow root, so one theme serves light and dark.
// Grounds of lines let the selection through, which CodeMirror draws behind them.
const ground = (role, percent) => `color-mix(in srgb, var(${role}) ${percent}%, transparent)`;

const floating = {
  backgroundColor: "var(--raised)",
  color: "var(--ink)",
  border: "1px solid var(--line-strong)",
  borderRadius: "6px",
  boxShadow: "var(--shadow-floating)",
};

const focusRing = { outline: "none", boxShadow: "var(--focus-ring)" };

const surface = {
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--sheet)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--font-mono)",
    fontSize: "0.78125rem",
    lineHeight: "1.1875rem",
    fontVariantLigatures: "none",
    fontFeatureSettings: '"zero"',
    overflow: "auto",
  },
  ".cm-content": { padding: "8px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 12px 0 2px" },
  ".cm-activeLine": { backgroundColor: ground("--ink", 3) },
  ".cm-cursor, .cm-dropCursor": { borderLeft: "1.5px solid var(--ink)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "var(--selection)",
  },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--hover)",
    outline: "1px solid var(--control)",
  },
  "&.cm-focused .cm-nonmatchingBracket": {
    backgroundColor: "var(--error-tint)",
    color: "var(--error-ink)",
  },
  ".cm-placeholder": { color: "var(--ink-3)" },
};

const gutters = {
  ".cm-gutters": { backgroundColor: "var(--sheet)", color: "var(--ink-3)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": {
    minWidth: "22px",
    padding: "0",
    fontSize: "0.6875rem",
  },
  ".cm-activeLineGutter": { backgroundColor: ground("--ink", 3), color: "var(--ink)" },
  ".cm-gutter-lint": { width: "6px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  ".cm-lint-marker": { width: "4px", height: "100%", borderRadius: "0 2px 2px 0" },
  ".cm-lint-marker-error": { content: "none", backgroundColor: "var(--error)" },
  ".cm-lint-marker-warning": { content: "none", backgroundColor: "var(--timeout)" },
  ".cm-lint-marker-info": { content: "none", backgroundColor: "var(--cold)" },
  ".cm-foldGutter .cm-gutterElement": { width: "12px", cursor: "pointer", textAlign: "center" },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--hover)",
    border: "none",
    borderRadius: "4px",
    color: "var(--ink-2)",
    padding: "0 6px",
  },
};

const findings = {
  ".line--error": { backgroundColor: ground("--error", 11) },
  ".line--warning": { backgroundColor: ground("--timeout", 11) },
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "0" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--error) 1px" },
  ".cm-lintRange-warning": { textDecoration: "underline wavy var(--timeout) 1px" },
  ".cm-lintRange-info": { textDecoration: "underline dotted var(--cold) 1px" },
  ".cm-lintRange-active": { backgroundColor: "transparent" },
  ".cm-lintPoint:after": { borderBottomColor: "var(--error)" },
  ".finding": { fontFamily: "var(--font-sans)", fontSize: "0.75rem", paddingLeft: "24px" },
  ".finding--error": { color: "var(--error-ink)" },
  ".finding--warning": { color: "var(--timeout)" },
  ".finding--info": { color: "var(--ink-3)" },
  ".cm-diagnostic": { padding: "6px 10px", fontSize: "0.75rem", border: "none" },
};

const panels = {
  ".cm-tooltip": { ...floating, fontFamily: "var(--font-sans)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", padding: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", borderRadius: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--you-tint)",
    color: "var(--ink)",
  },
  ".cm-completionIcon": { opacity: "1", color: "var(--ink-3)" },
  ".cm-completionDetail": { color: "var(--ink-3)" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--you)" },
  ".cm-panels": {
    backgroundColor: "var(--sunken)",
    color: "var(--ink)",
    fontFamily: "var(--font-sans)",
    fontSize: "0.75rem",
  },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search, .cm-panel.cm-gotoLine": { padding: "6px 12px", fontSize: "0.75rem" },
  ".cm-panel.cm-search label": { fontSize: "0.75rem" },
  ".cm-textfield, .cm-button": { fontFamily: "inherit" },
  ".cm-panel.cm-search input[type=checkbox]": { verticalAlign: "-2px", marginRight: "4px" },
  ".cm-textfield": {
    backgroundColor: "var(--sheet)",
    color: "var(--ink)",
    border: "1px solid var(--control)",
    borderRadius: "6px",
    padding: "3px 8px",
    fontSize: "0.75rem",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    padding: "3px 8px",
    fontSize: "0.75rem",
    "&:active": { backgroundImage: "none", backgroundColor: "var(--hover)" },
  },
  ".cm-panel button[name=close], .cm-dialog-close": { color: "var(--ink-2)", fontSize: "1rem" },
  ".cm-textfield:focus-visible, .cm-button:focus-visible": focusRing,
  ".cm-panel button[name=close]:focus-visible, .cm-panel input[type=checkbox]:focus-visible": focusRing,
  ".cm-searchMatch": { backgroundColor: "var(--throttle-tint)", outline: "1px solid var(--throttle)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--you-tint)", outlineColor: "var(--you)" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--you-tint)" },
};

const highlights = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.escape], color: "var(--code-number)" },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.definition(tags.propertyName),
      tags.className,
      tags.meta,
    ],
    color: "var(--code-name)",
  },
  { tag: tags.function(tags.definition(tags.variableName)), color: "var(--code-name)" },
  { tag: tags.comment, color: "var(--code-comment)" },
  { tag: tags.invalid, color: "var(--error-ink)" },
]);

export const theme = [
  EditorView.theme({ ...surface, ...gutters, ...findings, ...panels }),
  syntaxHighlighting(highlights),
];
