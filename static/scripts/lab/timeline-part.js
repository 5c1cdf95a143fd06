// The timeline among the other parts: rows and selection go in, choices come out, its bar's buttons.
import { write } from "./dom.js";
import { counted } from "./text.js";

export class TimelinePart {
  #timeline = document.getElementById("timeline");
  #follow = document.getElementById("follow");
  #table = document.getElementById("as-table");
  #note = document.getElementById("timeline-note");

  constructor(store) {
    this.store = store;
    store.on("rows", (message) => this.#apply(message));
    store.on("clock", (clock) => this.#timeline.apply({ reset: false, clock }));
    store.on("selection", ({ segment, by }) => by === "timeline" || this.#timeline.select(segment?.id ?? null));
    this.#listen();
  }

  /** Lights up the lanes of all environments, or ends it. */
  light(on) {
    const lanes = [...this.store.lanes.values()].filter((lane) => lane.kind === "environment");
    this.#timeline.highlight(on ? lanes.map((lane) => lane.id) : null);
  }

  focus() {
    document.getElementById("part-timeline").scrollIntoView({ block: "nearest" });
    this.#timeline.querySelector("[role=listbox], [data-command]")?.focus();
  }

  #apply(message) {
    this.#timeline.apply(message);
    this.#say();
  }

  #listen() {
    const timeline = this.#timeline;
    timeline.addEventListener("timeline-select", ({ detail }) => this.store.select(detail.segment?.id ?? null, { by: "timeline" }));
    timeline.addEventListener("timeline-open", () => this.#open());
    timeline.addEventListener("timeline-follow", ({ detail }) => this.#follow.setAttribute("aria-pressed", String(detail.follow)));
    this.#follow.addEventListener("click", () => { timeline.follow = !timeline.follow; });
    document.getElementById("zoom-in").addEventListener("click", () => timeline.zoomIn());
    document.getElementById("zoom-out").addEventListener("click", () => timeline.zoomOut());
    document.getElementById("fit").addEventListener("click", () => timeline.fit());
    this.#table.addEventListener("click", () => this.#turn());
  }

  #turn() {
    const isTable = this.#timeline.view !== "table";
    this.#timeline.view = isTable ? "table" : "plot";
    this.#table.setAttribute("aria-pressed", String(isTable));
  }

  /** Enter on a fact leads to its story, beside the results or, where there is no room, in its tab. */
  #open() {
    const story = document.getElementById("part-story");
    if (story.checkVisibility()) story.focus();
    else document.getElementById("results").select("part-sentences", { focus: true });
  }

  #say() {
    const run = [...this.store.runs.values()].sort((one, other) => one.start - other.start).at(-1);
    write(this.#note, run ? [run.label, ...this.#counts(run)].join(" · ") : "");
  }

  /** "1 call", "1 event", "3 attempts", or "10 calls". An event that comes to several queues is one. */
  #counts({ id }) {
    const mine = this.store.calls.filter(({ run }) => run === id);
    const calls = mine.filter(({ event }) => event === undefined).length;
    const attempts = mine.filter(({ event, status }) => event !== undefined && status !== "throttled").length;
    const events = new Set([...this.store.events.values()].filter(({ run }) => run === id).map(({ number }) => number)).size;
    const said = [[calls, "call"], [events, "event"], [attempts, "attempt"]].filter(([count]) => count > 0);
    return events || calls > 1 ? said.map(([count, noun]) => counted(count, noun)) : [];
  }
}
