// Draws what a panel shows only while somebody sees it: by its tab, or on paper.
import { onceAFrame } from "./frames.js";

const PAPER = matchMedia("print");

export class WhenSeen {
  #isLate = false;
  #soon = onceAFrame(() => this.#drawIfSeen());

  constructor(panel, draw) {
    this.panel = panel;
    this.draw = draw;
    PAPER.addEventListener("change", () => this.#drawIfSeen());
    addEventListener("beforeprint", () => this.catchUp());
    new MutationObserver(() => this.#drawIfSeen()).observe(panel, { attributeFilter: ["hidden"] });
  }

  /** Tells that another drawing would look different. */
  changed() {
    this.#isLate = true;
    this.#soon();
  }

  /** Draws at once what is not drawn yet. */
  catchUp() {
    if (!this.#isLate) return;
    this.#isLate = false;
    this.draw();
  }

  #drawIfSeen() {
    if (!this.panel.hidden || PAPER.matches) this.catchUp();
  }
}
