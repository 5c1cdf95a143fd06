// The lab clock between two messages: what the server said last, plus the real time since.

export class LabClock {
  #said = { now: 0, rate: "1", paused: false, running: 0 };
  #heard = 0;

  set(said, { heard }) {
    this.#said = { ...this.#said, ...said };
    this.#heard = heard;
  }

  /** Lab seconds per real second. Running code holds the clock at the real rate, even when paused. */
  get speed() {
    if (this.#said.running > 0) return 1;
    if (this.#said.paused) return 0;
    const rate = Number(this.#said.rate);
    return Number.isFinite(rate) ? rate : 1;
  }

  /** Lab time in epoch seconds at a real time in milliseconds (performance.now). */
  at(real) {
    return this.#said.now + (Math.max(0, real - this.#heard) / 1000) * this.speed;
  }
}
