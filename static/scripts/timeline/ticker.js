// When to draw. One request at a time, whoever asks: overlapping timers would draw twice.

const CALM_INTERVAL = 500;

export class Ticker {
  #frame = 0;
  #timer = 0;
  #drawnAt = -Infinity;
  #calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  constructor(draw) {
    this.draw = draw;
  }

  get isCalm() {
    return this.#calm.matches;
  }

  /** Draws at the next frame; with reduced motion not before half a second has passed. */
  soon() {
    if (!this.isCalm) return this.#nextFrame();
    return this.later(Math.max(0, this.#drawnAt + CALM_INTERVAL - performance.now()));
  }

  /** Draws at the next frame whatever the setting: the person's own act asks for it. */
  now() {
    this.#nextFrame();
  }

  /** Draws after some milliseconds, unless a frame is already due before. */
  later(milliseconds) {
    if (this.#frame || this.#timer) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      this.#nextFrame();
    }, milliseconds);
  }

  stop() {
    window.cancelAnimationFrame(this.#frame);
    window.clearTimeout(this.#timer);
    this.#frame = 0;
    this.#timer = 0;
  }

  #nextFrame() {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#frame) return;
    this.#frame = window.requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawnAt = performance.now();
      this.draw();
    });
  }
}
