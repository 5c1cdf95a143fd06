// What the chosen call answered, else the newest one; its event, what helps, and making it again.
// Of an event: what its caller got, what became of it, and what the chosen attempt answered to nobody.
import { badge } from "./badges.js";
import { CallTable } from "./call-table.js";
import { element, icon } from "./dom.js";
import { becameOf, callerGot } from "./event-view.js";
import { get } from "./status.js";
import { milliseconds, pretty } from "./text.js";
import { WhenSeen } from "./when-seen.js";

const LONGEST = 60_000;
/** Milliseconds without another call, after which it is asked what the last one was sent. */
const QUIET = 120;
const EMPTY = "No answer yet. A call's answer, its time and its bill stand here.";

export class Response {
  #drawn = null;
  #details = new Map();
  #timer = 0;
  #isEventOpen = false;

  constructor(store, { address, panel, reruns, editors }) {
    this.store = store;
    this.address = address;
    this.panel = panel;
    this.reruns = reruns;
    this.editors = editors;
    this.table = new CallTable(store);
    this.seen = new WhenSeen(panel, () => this.#draw());
    store.on("rows", ({ reset }) => this.#hear(reset));
    store.on("selection", () => this.seen.changed());
    panel.addEventListener("click", (event) => this.#click(event));
    panel.addEventListener("toggle", ({ target }) => { this.#isEventOpen = target.open; }, true);
  }

  #hear(reset) {
    if (reset) this.#details.clear();
    this.seen.changed();
  }

  #draw() {
    const { event, call } = this.#chosen();
    const detail = this.#detailOf(event, call);
    const held = this.panel.contains(document.activeElement) ? document.activeElement.dataset : null;
    this.#show({ event, call, detail });
    this.table.draw(this.panel, event ?? call);
    if (held && document.activeElement === document.body) this.#focus(held);
    if ((call ?? event) && !detail) this.#fetchWhenQuiet(event, call);
  }

  /** Draws the answer anew where another is shown, or more is known of it; the table beside it stays. */
  #show({ event, call, detail }) {
    const key = [event?.id, call && JSON.stringify(call), detail?.payload !== undefined, event && JSON.stringify([event, this.#became(event)])].join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    for (const part of [...this.panel.children]) if (part !== this.table.root) part.remove();
    this.panel.prepend(...(event || call ? this.#parts({ event, call, detail, isOpen: this.#isEventOpen }) : [element("p", { class: "panel__empty" }, EMPTY)]));
  }

  /** Attempts and records, which come after their event. */
  #became({ request }) {
    return [this.store.attempts({ request }), [...this.store.records.values()].filter((record) => record.request === request)];
  }

  #focus({ call, again, edit, stop, request, record }) {
    const [name, value] = Object.entries({ call, again, edit, stop, request, record }).find(([, one]) => one !== undefined) ?? [];
    this.panel.querySelector(name && `[data-${name}="${CSS.escape(value)}"]`)?.focus();
  }

  #detailOf(event, call) {
    return event || call ? this.#details.get(keyOf(event, call)) : undefined;
  }

  /** Of a rush of calls nobody reads each: asked is what is shown once it has passed. */
  #fetchWhenQuiet(event, call) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(event, call), QUIET);
  }

  /** Details of a call are fetched once while it runs and once when it is over. */
  async #fetch(event, call) {
    const key = keyOf(event, call);
    this.#details.set(key, {});
    const detail = await get(`${this.address}/calls/${encodeURIComponent(call?.id ?? event.request)}`).catch(() => null);
    if (!detail) return null;
    this.#details.set(key, detail);
    this.seen.changed();
    return detail;
  }

  /** The event or the call that is selected, else the newest; of an event the attempt too. */
  #chosen() {
    const { selected } = this.store;
    const event = selected?.request ? this.store.eventOf(selected.request) : null;
    if (event) return { event, call: this.store.attempts(event).find((call) => isAt(call, selected)) ?? this.store.attempts(event).at(-1) };
    const call = selected?.request ? this.store.invocations.get(selected.request) : null;
    if (call) return { event: null, call };
    const { newest } = this.table;
    return newest?.request === undefined ? { event: null, call: newest } : { event: newest, call: this.store.attempts(newest).at(-1) };
  }

  #parts({ event, call, detail, isOpen }) {
    if (!event) return [this.#answer({ head: this.#head(call), call, detail, isOpen })];
    const got = element("div", { class: "response" }, this.#eventHead(event), callerGot(event), becameOf(event, { store: this.store, calls: this.store.attempts(event), chosen: call }));
    return call ? [got, this.#answer({ head: this.#attemptHead(call), call, detail, isOpen })] : [got];
  }

  #answer({ head, call, detail = {}, isOpen }) {
    const failed = call.error_type || (call.status !== "ok" && call.status !== "running");
    const figures = element("dl", { class: "figures-row" });
    for (const [term, text] of figuresOf(call)) figures.append(element("div", {}, element("dt", {}, term), element("dd", {}, text)));
    const body = call.status === "running" ? "" : (detail.response || call.response || "");
    const isWhole = call.whole || detail.response_is_whole;
    return element("div", { class: `response${failed ? " response--error" : ""}` }, head, figures, advice(detail),
      body && element("pre", { class: "code code--plain code--wrap" }, pretty(body).slice(0, LONGEST)),
      body && !isWhole && detail.response !== undefined && element("p", { class: "quiet small" }, "The answer was longer than a trace keeps (64 KB)."),
      !body && failed && element("p", { class: "field__error" }, [call.error_type, call.error_message].filter(Boolean).join(": ")),
      detail.payload !== undefined && eventText(detail, isOpen));
  }

  #head(call) {
    return element("div", { class: "response__head" }, badge(call.status), call.start && badge(call.start), httpStatus(call), element("strong", {}, `Call ${call.number}`),
      whoOf(call) && element("span", { class: "mono small" }, whoOf(call)), actions(
      call.status === "running" && action("stop", call.id, "circle-stop", "Stop this call"), ...rerunActions(call.id)));
  }

  #eventHead(event) {
    return element("div", { class: "response__head" }, badge(event.acknowledged === null ? event.state : "accepted"), element("strong", {}, `Event ${event.number}`), event.prefix && element("span", { class: "mono small" }, event.prefix),
      actions(...rerunActions(event.request)));
  }

  #attemptHead(call) {
    return element("div", { class: "response__head" }, badge(call.status), call.start && badge(call.start), element("strong", {}, `Attempt ${call.number}`),
      whoOf(call) && element("span", { class: "mono small" }, whoOf(call)), element("span", { class: "quiet small" }, call.status === "running" ? "Nobody waits for its answer." : "Nobody received this answer."),
      actions(call.status === "running" && action("stop", call.id.split("#")[0], "circle-stop", "Stop this attempt")));
  }

  #click({ target }) {
    const { call, again, edit, stop, file, line, event, record } = target.closest("button")?.dataset ?? {};
    const row = call && this.store.invocations.get(call);
    if (row) this.store.select(row.segment, { by: "response" });
    if (event) this.store.select(this.store.events.get(event)?.segment, { by: "response" });
    if (record) this.#showRecord(record);
    if (again) this.reruns.again(again);
    if (edit) this.#edit();
    if (stop) this.reruns.stop(stop);
    if (file) this.editors.open(file, Number(line));
  }

  #showRecord(id) {
    this.store.select(this.store.records.get(id)?.segment, { by: "response" });
    document.getElementById("results").select("part-destinations", { focus: true });
  }

  /** The answer may stand there before its event has come. */
  async #edit() {
    const { event, call } = this.#chosen();
    const known = this.#detailOf(event, call);
    const detail = known?.payload === undefined ? await this.#fetch(event, call) : known;
    if (detail?.payload !== undefined) this.reruns.edit(detail);
  }
}

/** What an HTTP caller got: the answer below is the function's, which that caller may never see. */
function httpStatus({ http_status: code }) {
  return code && element("span", { class: `badge badge--${code < 400 ? "ok" : "error"}` }, icon("external-link"), `HTTP ${code}`);
}

/** The function where the lab has several, else where it ran. */
function whoOf({ prefix, environment }) {
  return prefix || environment;
}

function keyOf(event, call) {
  return call ? `${call.id} ${call.status === "running"}` : event.id;
}

function isAt({ segment, queued }, selected) {
  return segment === selected.id || queued === selected.id;
}

function figuresOf(call) {
  const rows = [
    ["Duration", milliseconds(call.duration)],
    ["Billed", typeof call.billed_ms === "number" ? `${call.billed_ms} ms` : ""],
    ["Init", milliseconds(call.init_duration)],
    ["Version", ranVersion(call)],
    ["Memory", typeof call.max_memory_mb === "number" ? `${call.max_memory_mb} of ${call.memory_mb} MB` : ""],
  ];
  return rows.filter(([, text]) => text);
}

/** What ran, as AWS's ExecutedVersion says it, and the alias that led there. */
function ranVersion({ version, alias }) {
  return version && (alias ? `${version}, by ${alias}` : version);
}

/** What can be done with a call, at the end of its line; where it has no room, together on the next. */
function actions(...buttons) {
  return element("span", { class: "response__actions" }, ...buttons);
}

function rerunActions(id) {
  return [action("again", id, "refresh-cw", "Run again"), action("edit", id, "pencil", "Edit and run"),
    element("button", { type: "button", class: "button button--quiet button--small no-print", "data-commands": "call", "data-request": id }, icon("terminal"), "Copy as aws")];
}

function action(name, id, picture, text) {
  return element("button", { type: "button", class: "button button--quiet button--small no-print", [`data-${name}`]: id }, icon(picture), text);
}

function advice({ advice: said }) {
  if (!said?.text && !said?.line) return null;
  const { file, number } = said.line ?? {};
  const jump = file && element("button", { type: "button", class: "action-link no-print", "data-file": file, "data-line": String(number) }, icon("code"), `Go to line ${number} of ${file}`);
  if (!said.text) return element("p", { class: "response__line" }, jump);
  return element("div", { class: "callout callout--you" }, icon("lightbulb"), element("p", {}, `${said.text} `, jump));
}

function eventText({ payload, payload_is_whole: isWhole }, isOpen) {
  return element("details", { class: "response__event", open: isOpen }, element("summary", {}, "Event"),
    element("pre", { class: "code code--plain code--wrap" }, pretty(payload).slice(0, LONGEST)),
    !isWhole && element("p", { class: "quiet small" }, "The event was longer than a trace keeps (64 KB), so the call cannot be made again from here."));
}
