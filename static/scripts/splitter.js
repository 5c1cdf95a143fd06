const SIZE = "coldstart.size.";
const STEP = 16;
const LARGE_STEP = 64;

/**
 * <split-handle property="--lesson-width" min="360" max="640" measures="lesson" label="Width of the lesson">
 *
 * Sets a custom property of the page to the size of the part that `measures` names by id (else the
 * element before it). Arrow keys move it, Shift by more, Home and End to the ends, Enter or a double
 * click back to the style sheet's own size. Remembered; `theme.js` applies it before the first paint.
 */
class SplitHandle extends HTMLElement {
  #start = null;

  connectedCallback() {
    this.tabIndex = 0;
    this.setAttribute("role", "separator");
    this.setAttribute("aria-orientation", this.#horizontal ? "horizontal" : "vertical");
    this.setAttribute("aria-label", this.getAttribute("label") ?? "Size");
    if (this.#part.id) this.setAttribute("aria-controls", this.#part.id);
    this.#listen();
    this.#announce();
  }

  #listen() {
    if (this.dataset.listening) return;
    this.dataset.listening = "true";
    this.addEventListener("pointerdown", (event) => this.#begin(event));
    this.addEventListener("pointermove", (event) => this.#drag(event));
    this.addEventListener("pointerup", () => this.#end());
    this.addEventListener("pointercancel", () => this.#end());
    this.addEventListener("dblclick", () => this.reset());
    this.addEventListener("keydown", (event) => this.#press(event));
    this.addEventListener("focus", () => this.#announce());
  }

  get #horizontal() {
    return this.getAttribute("orientation") === "horizontal";
  }

  get #part() {
    return document.getElementById(this.getAttribute("measures")) ?? this.previousElementSibling;
  }

  get #property() {
    return this.getAttribute("property");
  }

  get #least() {
    return Number(this.getAttribute("min") ?? 100);
  }

  get #most() {
    return Number(this.getAttribute("max") ?? 1000);
  }

  /** The part's size in CSS pixels. */
  get size() {
    const box = this.#part.getBoundingClientRect();
    return Math.round(this.#horizontal ? box.height : box.width);
  }

  set size(pixels) {
    const size = Math.min(this.#most, Math.max(this.#least, Math.round(pixels)));
    document.documentElement.style.setProperty(this.#property, `${size}px`);
    this.#announce();
  }

  /** Back to the size that the style sheet gives. */
  reset() {
    document.documentElement.style.removeProperty(this.#property);
    store((storage) => storage.removeItem(SIZE + this.#property));
    this.#announce();
  }

  #announce() {
    const size = this.size;
    this.setAttribute("aria-valuemin", Math.min(this.#least, size));
    this.setAttribute("aria-valuemax", Math.max(this.#most, size));
    this.setAttribute("aria-valuenow", size);
    this.setAttribute("aria-valuetext", `${size} pixels`);
  }

  #begin(event) {
    if (event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    this.#start = { at: this.#position(event), size: this.size };
    this.dataset.dragging = "true";
  }

  #drag(event) {
    if (this.#start) this.size = this.#start.size + this.#position(event) - this.#start.at;
  }

  #end() {
    if (!this.#start) return;
    const moved = this.size !== this.#start.size;
    this.#start = null;
    delete this.dataset.dragging;
    if (moved) this.#remember();
  }

  #position(event) {
    return this.#horizontal ? event.clientY : event.clientX;
  }

  #press(event) {
    const target = this.#targetOf(event);
    if (target === null) return;
    event.preventDefault();
    if (target === "reset") return void this.reset();
    this.size = target;
    this.#remember();
  }

  #targetOf(event) {
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const [less, more] = this.#horizontal ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    if (event.key === less) return this.size - step;
    if (event.key === more) return this.size + step;
    return { Home: this.#least, End: this.#most, Enter: "reset" }[event.key] ?? null;
  }

  #remember() {
    store((storage) => storage.setItem(SIZE + this.#property, `${this.size}px`));
  }
}

/** Storage can be closed to a page; then a size holds until the page goes. */
function store(action) {
  try {
    action(localStorage);
  } catch {
    return;
  }
}

customElements.define("split-handle", SplitHandle);
