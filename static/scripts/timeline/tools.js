// What drawing needs from outside: the sprite of icons, the patterns of this instance, the ruler.

import { px, svg } from "./nodes.js";

export class Tools {
  constructor({ prefix, sprite, ruler }) {
    this.prefix = prefix;
    this.sprite = sprite;
    this.ruler = ruler;
  }

  pattern(name) {
    return `url(#${this.prefix}-${name})`;
  }

  /** An icon inside a drawing, round its middle. */
  icon(name, { x, y, size, className = "glyph" }) {
    const at = { x: px(x - size / 2), y: px(y - size / 2), width: size, height: size };
    return svg("use", { class: className, href: `${this.sprite}#${name}`, ...at });
  }

  /** An icon in running text. */
  picture(name) {
    const use = svg("use", { href: `${this.sprite}#${name}`, width: 12, height: 12 });
    return svg(
      "svg",
      { class: "timeline-icon", width: 12, height: 12, "aria-hidden": "true" },
      use,
    );
  }
}
