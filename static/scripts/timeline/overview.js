// The bar under the plot: which part of the whole is in view; pressed or dragged, it moves the view.

import { html, put } from "./nodes.js";

const SMALLEST = 24;

export class Overview {
  constructor({ moveTo }) {
    this.thumb = html("div", { class: "timeline-thumb" });
    this.root = html("div", { class: "timeline-overview", "aria-hidden": "true" }, this.thumb);
    this.moveTo = moveTo;
    this.held = null;
    this.root.addEventListener("pointerdown", (event) => this.#press(event));
    this.root.addEventListener("pointermove", (event) => this.held !== null && this.#drag(event));
    this.root.addEventListener("pointerup", () => {
      this.held = null;
    });
    this.root.addEventListener("pointercancel", () => {
      this.held = null;
    });
  }

  draw({ scale, offset, width }) {
    const whole = Math.max(scale.width, width);
    const size = Math.max(SMALLEST, (width / whole) * width);
    const left = whole > width ? (offset / (whole - width)) * (width - size) : 0;
    this.shape = { whole, width, size, left };
    put(this.root, "data-whole", scale.width <= width);
    this.thumb.style.width = `${Math.round(size)}px`;
    this.thumb.style.transform = `translateX(${Math.round(left)}px)`;
  }

  #press(event) {
    const x = event.clientX - this.root.getBoundingClientRect().left;
    const { left, size } = this.shape;
    this.held = x >= left && x <= left + size ? x - left : size / 2;
    this.root.setPointerCapture(event.pointerId);
    this.#drag(event);
  }

  #drag(event) {
    const { whole, width, size } = this.shape;
    const x = event.clientX - this.root.getBoundingClientRect().left - this.held;
    this.moveTo((x / Math.max(1, width - size)) * (whole - width));
  }
}
