// Which part of time is shown, and at what scale: follow, fit, zoom, pan, jump. Draws nothing.

import { fitScale, NARROWEST, WIDEST } from "./fit.js";
import { Scale } from "./scale.js";

const BREAK = { wide: 46, narrow: 40 };
const JUMP = 180;
/** Pixels that now may move before the scale is looked at again. */
const REFIT = 6;

export class Camera {
  #follows = true;
  #isFitted = true;
  #perSecond = null;
  #offset = 0;
  #jump = null;
  #fitted = { key: null, now: 0 };

  /** `surface()` gives the plot's `{width, isNarrow, version}`; `onFollow` hears of each change. */
  constructor({ trace, clock, surface, onFollow }) {
    Object.assign(this, { trace, clock, surface, onFollow });
  }

  get follows() {
    return this.#follows;
  }

  set follows(value) {
    if (this.#follows === value) return;
    this.#follows = value;
    this.#jump = null;
    this.onFollow(value);
  }

  get isJumping() {
    return this.#jump !== null;
  }

  /** The newest snapshot is looked at afresh. */
  startAgain() {
    this.#isFitted = true;
    this.#perSecond = null;
    this.#jump = null;
  }

  /** The scale as of now; fits it first when nobody zoomed. */
  measure() {
    const { width, isNarrow, version } = this.surface();
    const now = this.clock.at(performance.now());
    const narrowest = isNarrow ? BREAK.narrow : BREAK.wide;
    if (this.#isFitted) this.#fitTo({ now, width, narrowest, key: `${version}|${width}` });
    const scale = new Scale(this.trace.points, { now, perSecond: this.#perSecond, narrowest });
    return { scale, width, isNarrow };
  }

  /** Fits again when rows or the width changed, or when now moved by some pixels. */
  #fitTo({ now, width, narrowest, key }) {
    const isNear = Math.abs(now - this.#fitted.now) * this.#perSecond < REFIT;
    if (this.#perSecond && this.#fitted.key === key && isNear) return;
    const current = this.#perSecond;
    this.#perSecond = fitScale(this.trace, { now, width, narrowest, current });
    this.#fitted = { key, now };
  }

  /** Pixels of the scale that lie left of the view. */
  place({ scale, width }) {
    const most = Math.max(0, scale.width - width);
    if (this.#follows) this.#offset = most;
    else if (this.#jump) this.#offset = this.#jumpOffset();
    this.#offset = Math.max(0, Math.min(this.#offset, most));
    return this.#offset;
  }

  pan(pixels) {
    const { scale, width } = this.measure();
    if (scale.width <= width) return;
    this.follows = false;
    this.#jump = null;
    this.#offset = Math.max(0, Math.min(this.#offset + pixels, scale.width - width));
  }

  /** Zooms round a pixel of the view; at its right edge while following, so that now stays. */
  zoom(factor, { x, keepsFollow }) {
    const { scale } = this.measure();
    const time = scale.time(this.#offset + x);
    this.#isFitted = false;
    this.#jump = null;
    this.#perSecond = Math.max(NARROWEST, Math.min(WIDEST, scale.perSecond * factor));
    this.#offset = this.measure().scale.x(time) - x;
    if (!keepsFollow) this.follows = false;
  }

  /** Back to the scale that shows the newest run whole. */
  fit() {
    this.startAgain();
    if (this.#follows) return;
    const { scale, width } = this.measure();
    const newest = this.trace.runs.at(-1)?.start ?? this.trace.zero;
    this.#offset = scale.x(newest) - width * 0.1;
  }

  /** Brings a stretch of time into view with one short movement, unless it is in view already. */
  reveal({ from, to }, { isCalm }) {
    const { scale, width } = this.measure();
    const x1 = scale.x(from) - this.#offset;
    const x2 = scale.x(Math.min(to, scale.now)) - this.#offset;
    if (x2 >= 12 && x1 <= width - 24) return;
    const target = Math.max(0, Math.min(this.#offset + x1 - width * 0.3, scale.width - width));
    this.follows = false;
    if (isCalm) this.#offset = target;
    else this.#jump = { from: this.#offset, target, at: performance.now() };
  }

  #jumpOffset() {
    const { from, target, at } = this.#jump;
    const part = Math.min(1, (performance.now() - at) / JUMP);
    if (part >= 1) this.#jump = null;
    return from + (target - from) * (1 - (1 - part) ** 3);
  }
}
