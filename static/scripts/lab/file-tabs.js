// One tab and one panel for each file of a draft. A file's editor is made when it is opened first.
import { element, icon } from "./dom.js";
import { holder } from "./holder.js";

const LANGUAGES = { py: "python", json: "json", yaml: "yaml", yml: "yaml" };

export class FileTabs {
  #files = new Map();
  #made = 0;
  /** Fetches the text of a file; the editors set it. */
  load = async () => "";

  constructor(group) {
    this.group = group;
    this.list = group.querySelector("[role=tablist]");
    for (const panel of group.querySelectorAll(".file-panel")) this.#adopt(panel);
    group.addEventListener("tab-change", () => this.#ready(this.front));
    group.addEventListener("keydown", (event) => this.#key(event));
    this.#ready(this.front);
  }

  get names() {
    return [...this.#files.keys()];
  }

  get front() {
    const chosen = this.list.querySelector("[aria-selected=true]") ?? this.list.querySelector("[role=tab]");
    return [...this.#files].find(([, { tab }]) => tab === chosen)?.[0] ?? this.names[0];
  }

  /** Whether the file in front can be edited here. */
  get isText() {
    return this.#files.get(this.front).isText;
  }

  /** The texts that are not kept yet, by file. */
  get edits() {
    const typed = [...this.#files].filter(([, { editor, kept }]) => editor && holder(editor).value !== kept);
    return new Map(typed.map(([name, { editor }]) => [name, holder(editor).value]));
  }

  /** Notes that these texts are kept. */
  keep(texts) {
    for (const [name, text] of texts) {
      const file = this.#files.get(name);
      if (file) file.kept = text;
    }
  }

  /** Puts texts that are kept into files that are there. */
  fill(texts) {
    for (const [name, text] of texts) {
      const file = this.#files.get(name);
      if (file) this.#put(file, text);
    }
  }

  /** Shows these files and no others; tells whether anything changed. */
  take(files, { force }) {
    let changed = false;
    const front = this.front;
    for (const name of this.names) if (!files.some((file) => file.name === name)) changed = this.#remove(name) || changed;
    for (const file of files) changed = this.#take(file, force) || changed;
    this.#order(files.map(({ name }) => name));
    if (!this.#files.has(front)) this.#choose(this.names[0]);
    return changed;
  }

  mark(findings, names) {
    for (const name of names) this.#files.get(name)?.editor?.setFindings?.(findings.filter(({ file }) => file === name));
  }

  /** Puts a file in front; returns its editor once it is there, null for one that is not text. */
  async open(name) {
    if (!this.#files.has(name)) return null;
    this.#choose(name);
    await this.#ready(name);
    await customElements.whenDefined("code-editor");
    return this.#files.get(name)?.editor ?? null;
  }

  /** Marks the front tab again after the panel around was hidden. */
  settle() {
    this.#choose(this.front);
  }

  #adopt(panel) {
    const editor = panel.querySelector("code-editor");
    const tab = this.list.querySelector(`[aria-controls="${CSS.escape(panel.id)}"]`);
    const { file: name, size } = panel.dataset;
    this.#made += 1;
    this.#files.set(name, { name, tab, panel, editor, size: Number(size), isText: "text" in panel.dataset, kept: editor && holder(editor).value });
  }

  #take({ name, size_bytes: size, text }, force) {
    const known = this.#files.get(name);
    if (known && (known.isText !== (text !== null) || (!known.editor && known.size !== size))) this.#remove(name);
    const file = this.#files.get(name) ?? this.#add(name, { size, isText: text !== null });
    if (text === null || !file.editor) return !known;
    const isTyped = holder(file.editor).value !== file.kept;
    if (isTyped && !force) return false;
    return this.#put(file, text);
  }

  #put(file, text) {
    const changed = file.editor !== null && holder(file.editor).value !== text;
    if (changed) holder(file.editor).value = text;
    // The editor has its own line ends, so what it makes of the text is what is kept.
    file.kept = file.editor ? holder(file.editor).value : text;
    return changed;
  }

  #add(name, { size, isText }) {
    this.#made += 1;
    const ids = { tab: `file-tab-${this.#made}`, panel: `file-panel-${this.#made}` };
    const tab = element("button", { class: "file-tab mono", role: "tab", type: "button", id: ids.tab, "aria-controls": ids.panel, "aria-selected": "false", tabindex: "-1" }, name);
    const panel = element("div", { class: "file-panel", role: "tabpanel", id: ids.panel, "aria-labelledby": ids.tab, "data-file": name, hidden: true });
    const file = { name, tab, panel, editor: null, size, isText, kept: null };
    this.list.append(tab);
    this.group.append(panel);
    this.#files.set(name, file);
    return file;
  }

  #remove(name) {
    const { tab, panel } = this.#files.get(name);
    tab.remove();
    panel.remove();
    return this.#files.delete(name);
  }

  #order(names) {
    const files = names.map((name) => this.#files.get(name));
    const isOrdered = files.every(({ tab }, index) => this.list.children[index] === tab);
    if (!isOrdered) this.list.append(...files.map(({ tab }) => tab));
    this.#files = new Map(files.map((file) => [file.name, file]));
  }

  #choose(name) {
    const file = this.#files.get(name);
    if (!file) return;
    if (!this.group.select(file.panel.id)) {
      for (const other of this.#files.values()) {
        other.tab.setAttribute("aria-selected", String(other === file));
        other.tab.tabIndex = other === file ? 0 : -1;
        other.panel.hidden = other !== file;
      }
      this.#ready(name);
    }
    file.tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Makes what a file's panel shows, once; returns when it is there. */
  async #ready(name) {
    const file = this.#files.get(name);
    if (!file || file.editor) return;
    file.made ??= this.#make(file);
    await file.made;
  }

  async #make(file) {
    const { name } = file;
    if (!file.isText) {
      file.panel.append(this.#note(file));
      return;
    }
    file.panel.append(element("p", { class: "panel__empty" }, "Opening the file"));
    const text = await this.load(name);
    file.editor = element("code-editor", { language: LANGUAGES[name.split(".").at(-1)] ?? "text", label: name },
      element("textarea", { "aria-label": name }));
    file.editor.firstChild.value = text;
    file.panel.replaceChildren(file.editor);
    await customElements.whenDefined("code-editor");
    file.kept = holder(file.editor).value;
  }

  #note({ name, size }) {
    const query = new URLSearchParams({ function: this.group.closest("[data-function]").dataset.function, name });
    const address = `${document.getElementById("lab-page").dataset.lab}/file?${query}`;
    return element("div", { class: "empty empty--plain" }, icon("file"), element("p", { class: "empty__title" }, name),
      element("p", {}, `${bytes(size)} that are no text, or too much of it. They are deployed as they are. `,
        element("a", { class: "plain-link", href: address, download: true }, "Download the file")));
  }

  #key(event) {
    if (event.target.getAttribute("role") !== "tab") return;
    const dialog = { F2: "rename", Delete: "delete" }[event.key];
    if (!dialog) return;
    event.preventDefault();
    document.querySelector(`.menu [data-file-dialog=${dialog}]`).click();
  }
}

function bytes(size) {
  return size < 1024 ? `${size} bytes` : `${Math.round(size / 1024).toLocaleString("en")} KB`;
}
