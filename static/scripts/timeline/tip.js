// The tip beside a fact under the pointer. It repeats what its name and its story say.

import { html } from "./nodes.js";

const ROOM = 8;

export class Tip {
  constructor() {
    this.root = html("div", { class: "timeline-tip", hidden: true, "aria-hidden": "true" });
    this.shown = null;
  }

  /** Shows the tip of a segment above a box given in the host's pixels, below where there is no room. */
  show(segment, { box, host }) {
    if (this.shown !== segment) this.#write(String(segment.tip || segment.name || ""));
    this.shown = segment;
    this.root.hidden = false;
    const { offsetWidth, offsetHeight } = this.root;
    const x = Math.max(ROOM, Math.min(box.x - offsetWidth / 2, host.width - offsetWidth - ROOM));
    const above = box.top - offsetHeight - ROOM;
    const y = above >= 0 ? above : box.bottom + ROOM;
    this.root.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  hide() {
    this.shown = null;
    this.root.hidden = true;
  }

  #write(text) {
    const [name, ...rest] = text.split(" · ");
    const parts = rest.map((part) => html("span", {}, part));
    this.root.replaceChildren(html("b", {}, name), ...parts);
  }
}
