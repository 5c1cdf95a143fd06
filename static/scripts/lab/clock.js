// The lab clock: the time that is shown, and the buttons of the top bar and of the phone's dock.
import { write } from "./dom.js";
import { post } from "./status.js";
import { labTime } from "./text.js";

const TICK = 100;
const CALM_TICK = 500;
const RATE_NAMES = { max: "waits skipped" };

export class Clock {
  #form = document.getElementById("part-clock");
  #times = document.querySelectorAll("[data-clock-time]");
  #rates = document.querySelectorAll("[data-clock-rate]");
  #timer = 0;

  constructor(store, { address, status }) {
    this.store = store;
    this.address = address;
    this.status = status;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    store.on("clock", () => this.#draw());
    store.on("rows", () => this.#tick());
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  start() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => document.hidden || this.#tick(), this.calm.matches ? CALM_TICK : TICK);
    this.#draw();
  }

  /** Lab seconds per real second: running code holds the clock at the real rate. */
  get speed() {
    const { running, paused, rate } = this.store.clock;
    if (running > 0) return 1;
    if (paused) return 0;
    return Number.isFinite(Number(rate)) ? Number(rate) : 1;
  }

  #submit(event) {
    event.preventDefault();
    const { name, value } = event.submitter ?? {};
    if (name) this.#change({ [name]: value });
  }

  #click(event) {
    const button = event.target.closest?.("[data-clock-press]");
    if (button) this.#press(button.dataset.clockPress, button.value);
  }

  #key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.target.closest?.("cold-timeline [role=listbox]")) return;
    if (event.key === ".") this.#press("next");
    else if (event.key === " ") this.#press("pause");
    else return;
    event.preventDefault();
  }

  #press(what, value) {
    if (what === "rate") this.#change({ rate: value });
    if (what === "next") this.#change({ next: "1" });
    if (what === "pause") this.#change({ pause: String(!this.store.clock.paused) });
  }

  async #change(fields) {
    try {
      const answer = await post(this.address, new URLSearchParams(fields));
      this.store.setClock(answer);
      if (answer.jumped === false) this.status.tell({ title: "Nothing is waiting.", text: "The clock jumps to a retry, a message in flight or a wait of yours." });
    } catch (error) {
      this.status.fail(error);
    }
  }

  #draw() {
    const { rate, paused } = this.store.clock;
    this.#form.toggleAttribute("data-paused", paused);
    for (const button of this.#form.querySelectorAll("[name=rate]")) button.setAttribute("aria-pressed", String(button.value === rate));
    const pause = this.#form.querySelector("[name=pause]");
    pause.value = String(!paused);
    pause.setAttribute("aria-pressed", String(paused));
    for (const node of this.#rates) write(node, paused ? "paused" : (RATE_NAMES[rate] ?? `at ${rate}×`));
    this.#tick();
  }

  /** The lab time of this moment, in seconds. */
  get now() {
    const { clock, heard } = this.store;
    return clock.now + ((performance.now() - heard) / 1000) * this.speed;
  }

  #tick() {
    const { origin } = this.store;
    const { now } = this;
    const text = origin === null ? "0:00.0" : labTime(now - origin, 1);
    for (const node of this.#times) write(node, text);
  }
}
