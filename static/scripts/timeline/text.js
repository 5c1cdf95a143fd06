// Widths of words, and which form of a word has room. Measured on a canvas: no layout is forced.

const LARGEST_CACHE = 4000;

export class Ruler {
  #context = document.createElement("canvas").getContext("2d");
  #widths = new Map();

  constructor(family) {
    this.family = family || "sans-serif";
  }

  /** Pixels of a text in the plot's own face. */
  width(text, { size = 11, weight = 500 } = {}) {
    const key = `${size} ${weight} ${text}`;
    let width = this.#widths.get(key);
    if (width === undefined) {
      width = this.#measure(text, { size, weight });
      if (this.#widths.size > LARGEST_CACHE) this.#widths.clear();
      this.#widths.set(key, width);
    }
    return width;
  }

  #measure(text, { size, weight }) {
    this.#context.font = `${weight} ${size}px ${this.family}`;
    return Math.ceil(this.#context.measureText(text).width);
  }
}

/** The text whole, then without its later words, its decimals, then its number alone: "Attempt 2", "2". */
export function forms(text) {
  const all = [text];
  const timed = /^(?:waits )?([\d,]+)(\.\d+)? (ms|s|min)$/.exec(text);
  if (timed)
    all.push(
      `${timed[1]}${timed[2] ?? ""} ${timed[3]}`,
      `${Math.round(Number(`${timed[1].replaceAll(",", "")}${timed[2] ?? ""}`))} ${timed[3]}`,
    );
  const accepted = /^((?:\d+ × )?202 Accepted)( after [^,]+)?, then gone$/.exec(text);
  if (accepted) all.push(`${accepted[1]}${accepted[2] ?? ""}`, accepted[1]);
  const numbered = /^Attempt (\d+)$/.exec(text);
  if (numbered) all.push(numbered[1]);
  return all;
}

/** The first form that fits the room, or an empty string: a text is never clipped. */
export function fitting(text, { room, ruler, size, weight }) {
  return forms(text ?? "").find((form) => ruler.width(form, { size, weight }) <= room) ?? "";
}
