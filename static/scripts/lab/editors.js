// The editors of a lab: one for each file, one for the event; which file is in front, folding.

const FILE = "file:";

export class Editors {
  #all = [...document.querySelectorAll("code-editor[data-file]")];
  #group = document.getElementById("lab-code");

  constructor() {
    document.addEventListener("click", (event) => this.#click(event));
    this.#group.addEventListener("tab-change", (event) => this.#showAside(event.detail.panel));
  }

  /** Calls `listener` at every edit of a file or of the event. */
  onInput(listener) {
    for (const editor of this.#all) editor.addEventListener("input", listener);
  }

  /** The fields as the lab's doors take them. */
  get fields() {
    return this.#all.map((editor) => [editor.getAttribute("name"), holder(editor).value]);
  }

  get texts() {
    return Object.fromEntries(this.#all.map((editor) => [editor.dataset.file, holder(editor).value]));
  }

  /** Puts texts into the editors by file name; `event.json` is the event. Tells whether any changed. */
  fill(texts) {
    const changed = this.#all.filter((editor) => {
      const text = texts[editor.dataset.file];
      return typeof text === "string" && text !== holder(editor).value;
    });
    for (const editor of changed) holder(editor).value = texts[editor.dataset.file];
    return changed.length > 0;
  }

  /** Marks findings on their lines, in whichever editor they belong to. */
  async mark(findings) {
    await customElements.whenDefined("code-editor");
    for (const editor of this.#all) editor.setFindings(findings.filter(({ file }) => file === editor.dataset.file));
  }

  #click(event) {
    const file = event.target.closest("button[data-file]");
    const tab = event.target.closest("[data-tab]");
    const fold = event.target.closest("#collapse");
    if (file) this.#front(file.dataset.file);
    if (tab) this.#group.select(tab.dataset.tab, { focus: true });
    if (fold) this.#fold(fold);
    else if (event.target.closest("#lab-code [role=tab]")) this.#unfold();
  }

  #front(name) {
    for (const editor of this.#all.filter((one) => one.getAttribute("name").startsWith(FILE))) {
      editor.toggleAttribute("data-behind", editor.dataset.file !== name);
    }
    for (const button of this.#group.querySelectorAll("button[data-file]")) {
      button.setAttribute("aria-pressed", String(button.dataset.file === name));
    }
    this.#group.select("part-code");
    this.#unfold();
  }

  #fold(button) {
    const folded = this.#group.toggleAttribute("data-collapsed");
    button.setAttribute("aria-expanded", String(!folded));
  }

  #unfold() {
    this.#group.removeAttribute("data-collapsed");
    document.getElementById("collapse").setAttribute("aria-expanded", "true");
  }

  #showAside(panel) {
    for (const part of this.#group.querySelectorAll(".file-switch, .function-name")) part.hidden = panel !== "part-code";
  }
}

/** What holds the text: its textarea, until the bundle has made an editor of it. */
function holder(editor) {
  return editor.value === undefined ? editor.querySelector("textarea") : editor;
}
