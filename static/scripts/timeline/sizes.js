// How large the component and its parts are: asked once after each change, for to ask after every
// drawing has the browser lay out the page at every drawing.

export class Sizes {
  #known = null;

  constructor({ host, facts, body }) {
    Object.assign(this, { host, facts, body });
  }

  /** Tells that something may have another size, or that it was scrolled. */
  forget() {
    this.#known = null;
  }

  /** Pixels: of the component, of the plot, of the lanes that are seen at once, and how far those are scrolled. */
  get all() {
    this.#known ??= {
      whole: this.host.clientWidth,
      plot: this.facts.clientWidth,
      seen: this.body.clientHeight,
      scrolled: this.body.scrollTop,
    };
    return this.#known;
  }

  scrollTo(top) {
    if (Math.round(top) === Math.round(this.all.scrolled)) return;
    this.body.scrollTop = top;
    this.forget();
  }
}
