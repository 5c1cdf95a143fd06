// What the chosen call answered, else the newest one; its event, what helps, and making it again.
import { badge } from "./badges.js";
import { element, icon } from "./dom.js";
import { get } from "./status.js";
import { milliseconds, pretty } from "./text.js";

const NEWEST = 50;
const LONGEST = 60_000;

export class Response {
  #drawn = null;
  #details = new Map();

  constructor(store, { address, panel, reruns, editors }) {
    this.store = store;
    this.address = address;
    this.panel = panel;
    this.reruns = reruns;
    this.editors = editors;
    store.on("rows", ({ reset }) => this.#draw(reset));
    store.on("selection", () => this.#draw());
    panel.addEventListener("click", (event) => this.#click(event));
  }

  #draw(reset = false) {
    if (reset) this.#details.clear();
    const calls = this.store.calls;
    const chosen = this.#chosen(calls);
    const detail = chosen && this.#details.get(this.#key(chosen));
    const key = [chosen?.id, detail?.payload !== undefined, ...calls.slice(-NEWEST).map(({ id, status, start, http_status: code }) => `${id} ${status} ${start} ${code}`)].join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    const held = this.panel.contains(document.activeElement) ? document.activeElement.dataset : null;
    const { scrollTop } = this.panel;
    const isOpen = this.panel.querySelector(".response__event")?.open ?? false;
    if (!chosen) this.panel.replaceChildren(element("p", { class: "panel__empty" }, "No answer yet. A call's answer, its time and its bill stand here."));
    else this.panel.replaceChildren(this.#answer(chosen, detail, isOpen), ...(calls.length > 1 ? [this.#table(calls.slice(-NEWEST).reverse(), chosen)] : []));
    this.panel.scrollTop = scrollTop;
    if (held) this.#focus(held);
    if (chosen && !detail) this.#fetch(chosen);
  }

  #focus({ call, again, edit, stop, request }) {
    const [name, value] = Object.entries({ call, again, edit, stop, request }).find(([, one]) => one !== undefined) ?? [];
    this.panel.querySelector(name && `[data-${name}="${CSS.escape(value)}"]`)?.focus();
  }

  /** Details of a call are fetched once while it runs and once when it is over. */
  #key({ id, status }) {
    return `${id} ${status === "running"}`;
  }

  async #fetch(call) {
    const key = this.#key(call);
    this.#details.set(key, {});
    const detail = await get(`${this.address}/calls/${encodeURIComponent(call.id)}`).catch(() => null);
    if (!detail) return;
    this.#details.set(key, detail);
    this.#draw();
  }

  #chosen(calls) {
    const request = this.store.selected?.request;
    return (request && this.store.invocations.get(request)) ?? calls.at(-1);
  }

  #answer(call, detail = {}, isOpen = false) {
    const failed = call.error_type || (call.status !== "ok" && call.status !== "running");
    const figures = element("dl", { class: "figures-row" });
    for (const [term, text] of this.#figures(call)) figures.append(element("div", {}, element("dt", {}, term), element("dd", {}, text)));
    const body = call.status === "running" ? "" : (detail.response || call.response || "");
    const isWhole = call.whole || detail.response_is_whole;
    return element("div", { class: `response${failed ? " response--error" : ""}` }, this.#head(call), figures, advice(detail),
      body && element("pre", { class: "code code--plain code--wrap" }, pretty(body).slice(0, LONGEST)),
      body && !isWhole && detail.response !== undefined && element("p", { class: "quiet small" }, "The answer was longer than a trace keeps (64 KB)."),
      !body && failed && element("p", { class: "field__error" }, [call.error_type, call.error_message].filter(Boolean).join(": ")),
      detail.payload !== undefined && event(detail, isOpen));
  }

  #head(call) {
    const isRunning = call.status === "running";
    return element("div", { class: "response__head" }, badge(call.status), call.start && badge(call.start), status(call), element("strong", {}, `Call ${call.number}`),
      call.environment && element("span", { class: "mono small" }, call.environment), element("span", { class: "tabs__space" }),
      isRunning && action("stop", call.id, "circle-stop", "Stop this call"),
      action("again", call.id, "refresh-cw", "Run again"), action("edit", call.id, "pencil", "Edit and run"),
      element("button", { type: "button", class: "button button--quiet button--small no-print", "data-commands": "call", "data-request": call.id }, icon("terminal"), "Copy as aws"));
  }

  #figures(call) {
    const rows = [
      ["Duration", milliseconds(call.duration)],
      ["Billed", typeof call.billed_ms === "number" ? `${call.billed_ms} ms` : ""],
      ["Init", milliseconds(call.init_duration)],
      ["Memory", typeof call.max_memory_mb === "number" ? `${call.max_memory_mb} of ${call.memory_mb} MB` : ""],
    ];
    return rows.filter(([, text]) => text);
  }

  #table(calls, chosen) {
    const heads = [["Call"], ["Start"], ["Environment"], ["Duration", "number"], ["Billed", "number"], ["Result"]];
    const head = element("tr", {}, ...heads.map(([text, look]) => element("th", { scope: "col", class: look }, text)));
    const rows = calls.map((call) => this.#row(call, call.id === chosen.id));
    return element("div", { class: "table-scroll calls" }, element("table", { class: "table" },
      element("caption", { class: "visually-hidden" }, "The last calls"), element("thead", {}, head), element("tbody", {}, ...rows)));
  }

  #row(call, isChosen) {
    const button = element("button", { type: "button", class: "plain-link", "data-call": call.id, "aria-label": `Show call ${call.number}` }, String(call.number));
    return element("tr", { class: isChosen ? "is-selected" : null, "aria-current": isChosen ? "true" : null },
      element("td", {}, button), element("td", {}, call.start ? badge(call.start) : ""),
      element("td", { class: "mono" }, call.environment ?? ""),
      element("td", { class: "number" }, milliseconds(call.duration)),
      element("td", { class: "number" }, typeof call.billed_ms === "number" ? `${call.billed_ms} ms` : ""),
      element("td", {}, badge(call.status)));
  }

  #click({ target }) {
    const { call, again, edit, stop, file, line } = target.closest("button")?.dataset ?? {};
    const row = call && this.store.invocations.get(call);
    if (row) this.store.select(row.segment, { by: "response" });
    if (again) this.reruns.again(again);
    if (edit) this.#edit(edit);
    if (stop) this.reruns.stop(stop);
    if (file) this.editors.open(file, Number(line));
  }

  #edit(id) {
    const call = this.store.invocations.get(id);
    const detail = call && this.#details.get(this.#key(call));
    if (detail?.payload !== undefined) this.reruns.edit(detail);
  }
}

/** What an HTTP caller got: the answer below is the function's, which that caller may never see. */
function status({ http_status: code }) {
  return code && element("span", { class: `badge badge--${code < 400 ? "ok" : "error"}` }, icon("external-link"), `HTTP ${code}`);
}

function action(name, id, picture, text) {
  return element("button", { type: "button", class: "button button--quiet button--small no-print", [`data-${name}`]: id }, icon(picture), text);
}

function advice({ advice: said }) {
  if (!said?.text && !said?.line) return null;
  const { file, number } = said.line ?? {};
  const jump = file && element("button", { type: "button", class: "action-link no-print", "data-file": file, "data-line": String(number) }, icon("code"), `Go to line ${number} of ${file}`);
  return element("div", { class: "callout callout--you" }, icon("lightbulb"), element("p", {}, said.text && `${said.text} `, jump));
}

function event({ payload, payload_is_whole: isWhole }, isOpen) {
  return element("details", { class: "response__event", open: isOpen }, element("summary", {}, "Event"),
    element("pre", { class: "code code--plain code--wrap" }, pretty(payload).slice(0, LONGEST)),
    !isWhole && element("p", { class: "quiet small" }, "The event was longer than a trace keeps (64 KB), so the call cannot be made again from here."));
}
