// Mouse and touch on the plot: drag to pan, wheel to zoom or pan, press to select, hover for the tip.

const CLICK = 4;
const WHEEL_LINE = 16;

export class Pointer {
  #from = null;

  constructor(surface, commands) {
    this.surface = surface;
    this.commands = commands;
    surface.addEventListener("pointerdown", (event) => this.#press(event));
    surface.addEventListener("pointermove", (event) => this.#move(event));
    surface.addEventListener("pointerup", (event) => this.#release(event));
    surface.addEventListener("pointercancel", () => this.#end());
    surface.addEventListener("pointerleave", () => commands.hover(null));
    surface.addEventListener("dblclick", (event) => commands.open(this.#place(event)));
    surface.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #place(event) {
    const box = this.surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #press(event) {
    if (event.button !== 0) return;
    this.#from = { x: event.clientX, last: event.clientX, isDrag: false };
  }

  #move(event) {
    if (!this.#from)
      return this.commands.hover(event.pointerType === "touch" ? null : this.#place(event));
    if (!this.#from.isDrag && Math.abs(event.clientX - this.#from.x) < CLICK) return;
    if (!this.#from.isDrag) this.#startDrag(event);
    this.commands.pan(this.#from.last - event.clientX);
    this.#from.last = event.clientX;
  }

  #startDrag(event) {
    this.#from.isDrag = true;
    this.surface.setPointerCapture(event.pointerId);
    this.surface.dataset.panning = "";
    this.commands.hover(null);
  }

  #release(event) {
    const wasClick = this.#from && !this.#from.isDrag;
    this.#end();
    if (wasClick) this.commands.press(this.#place(event));
  }

  #end() {
    this.#from = null;
    delete this.surface.dataset.panning;
  }

  #wheel(event) {
    const unit = event.deltaMode === 1 ? WHEEL_LINE : 1;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.commands.zoom(Math.exp((-event.deltaY * unit) / 240), this.#place(event).x);
      return;
    }
    const sideways = event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX;
    if (Math.abs(sideways) < Math.abs(event.deltaY) && !event.shiftKey) return;
    event.preventDefault();
    this.commands.pan(sideways * unit);
  }
}
