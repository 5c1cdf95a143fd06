import { Compartment, EditorSelection, EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import { showFindings } from "./findings.js";
import { languageExtension } from "./languages.js";
import { setup } from "./setup.js";

const HOST_STYLE = `
  :host { display: block; position: relative; overflow: hidden; background: var(--sheet); }
  :host([hidden]) { display: none; }
  :host(:focus-within)::after {
    content: ""; position: absolute; inset: 0; z-index: 300; border-radius: inherit;
    box-shadow: inset 0 0 0 2px var(--you); pointer-events: none;
  }
  .aside { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
`;

const HINT = "Tab indents. Escape, then Tab, leaves the editor.";

/**
 * <code-editor name="code" language="python" label="handler.py"><textarea name="code">…</textarea></code-editor>
 *
 * Without script the textarea is the field. With it the element is the form's field of the same name.
 * Lives in a shadow root, where CodeMirror adopts its style sheets: a strict style-src allows that.
 */
class CodeEditor extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ["language", "label", "readonly"];

  #internals = this.attachInternals();
  #language = new Compartment();
  #access = new Compartment();
  #description = new Compartment();
  #status = aside("status");
  #hint = aside("hint", HINT);
  #state = null;
  #view = null;
  #initial = "";
  #committed = "";
  #silent = false;
  #disabled = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(HOST_STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#status.setAttribute("role", "status");
    root.append(this.#hint, this.#status);
    root.addEventListener("input", (event) => event.stopPropagation());
  }

  connectedCallback() {
    this.#state ??= this.#firstState();
    this.#view = new EditorView({
      state: this.#state,
      root: this.shadowRoot,
      parent: this.shadowRoot,
    });
    this.#internals.setFormValue(this.value);
  }

  disconnectedCallback() {
    this.#state = this.#view.state;
    this.#view.destroy();
    this.#view = null;
  }

  attributeChangedCallback(name) {
    if (!this.#view) return;
    const compartment = { language: this.#language, readonly: this.#access, label: this.#description }[name];
    this.#view.dispatch({ effects: compartment.reconfigure(this.#extension(name)) });
  }

  formResetCallback() {
    this.value = this.#initial;
    this.setFindings([]);
  }

  formStateRestoreCallback(state) {
    this.value = state;
  }

  formDisabledCallback(disabled) {
    this.#disabled = disabled;
    this.attributeChangedCallback("readonly");
  }

  get name() {
    return this.getAttribute("name") ?? "";
  }

  get form() {
    return this.#internals.form;
  }

  get readOnly() {
    return this.hasAttribute("readonly");
  }

  set readOnly(value) {
    this.toggleAttribute("readonly", Boolean(value));
  }

  get value() {
    const state = this.#view?.state ?? this.#state;
    return state ? state.doc.toString() : (this.querySelector("textarea")?.value ?? "");
  }

  /** Replaces the text as one step that can be undone; sends no event. */
  set value(text) {
    this.#state ??= this.#firstState();
    this.#silent = true;
    this.#apply({ changes: { from: 0, to: this.value.length, insert: String(text) } });
    this.#silent = false;
    this.#committed = this.value;
  }

  /** Marks findings `{line, column?, message, severity?}`; lines and columns count from 1. */
  setFindings(findings) {
    if (!this.#view) return;
    const shown = showFindings(this.#view, findings);
    const words = { error: "Error", warning: "Warning", info: "Note" };
    const sentences = shown.map(({ line, message, severity }) => `${words[severity]} in line ${line}: ${message}`);
    this.#status.textContent = sentences.join("; ");
  }

  /** Puts the cursor at a line (from 1), scrolls it into view and takes the focus. */
  focusLine(number) {
    if (!this.#view) return;
    const line = this.#view.state.doc.line(Math.min(Math.max(1, number), this.#view.state.doc.lines));
    this.#view.dispatch({ selection: EditorSelection.cursor(line.from), scrollIntoView: true });
    this.#view.focus();
  }

  #apply(change) {
    if (this.#view) this.#view.dispatch(change);
    else this.#state = this.#state.update(change).state;
    this.#internals.setFormValue(this.value);
  }

  #firstState() {
    const textarea = this.querySelector("textarea");
    this.#initial = textarea?.value ?? "";
    this.#committed = this.#initial;
    if (textarea) textarea.disabled = true;
    return EditorState.create({ doc: this.#initial, extensions: this.#extensions() });
  }

  #extensions() {
    return [
      setup,
      this.#language.of(this.#extension("language")),
      this.#access.of(this.#extension("readonly")),
      this.#description.of(this.#extension("label")),
      EditorView.updateListener.of((update) => this.#follow(update)),
      EditorView.domEventHandlers({ blur: () => this.#commit() }),
    ];
  }

  #extension(name) {
    if (name === "language") return languageExtension(this.getAttribute("language"));
    if (name === "readonly") return this.#accessExtension();
    return EditorView.contentAttributes.of({
      "aria-label": this.getAttribute("label") ?? "Code",
      "aria-describedby": "hint",
      tabindex: "0",
    });
  }

  #accessExtension() {
    const closed = this.readOnly || this.#disabled;
    const attributes = closed ? { "aria-readonly": "true" } : {};
    return [EditorState.readOnly.of(closed), EditorView.contentAttributes.of(attributes)];
  }

  #follow(update) {
    if (!update.docChanged || this.#silent) return;
    this.#internals.setFormValue(this.value);
    this.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }

  #commit() {
    if (this.value === this.#committed) return;
    this.#committed = this.value;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function aside(id, text = "") {
  const element = document.createElement("div");
  element.id = id;
  element.className = "aside";
  element.textContent = text;
  return element;
}

if (!customElements.get("code-editor")) customElements.define("code-editor", CodeEditor);
