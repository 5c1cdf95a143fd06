// A list with one tab stop whose lines can be chosen: arrow keys, Home, End; Escape clears.

export class Listbox {
  #active = -1;

  /** `choose(row)` is called with what `rowOf` holds for the line, or null at Escape. */
  constructor(root, { choose }) {
    this.root = root;
    this.choose = choose;
    this.rowOf = new WeakMap();
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("click", (event) => this.#click(event));
  }

  get lines() {
    return [...this.root.querySelectorAll(":scope > [role=option]")];
  }

  /** Tells assistive technology which line is active. */
  activate(line) {
    this.#active = this.lines.indexOf(line);
    if (line) this.root.setAttribute("aria-activedescendant", line.id);
    else this.root.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (event.key === "Escape") return this.choose(null);
    const { lines } = this;
    const moves = { ArrowDown: this.#active + 1, ArrowUp: this.#active < 0 ? lines.length - 1 : this.#active - 1, Home: 0, End: lines.length - 1 };
    if (!(event.key in moves) || !lines.length) return undefined;
    event.preventDefault();
    return this.#go(lines[Math.max(0, Math.min(moves[event.key], lines.length - 1))]);
  }

  #click(event) {
    const line = event.target.closest("[role=option]");
    if (line && !String(getSelection())) this.#go(line);
  }

  #go(line) {
    this.activate(line);
    line.scrollIntoView({ block: "nearest" });
    this.choose(this.rowOf.get(line));
  }
}
