// An event of an asynchronous call: what its caller got, which is all, and what became of it so far.
import { badge } from "./badges.js";
import { element, icon } from "./dom.js";
import { counted, labTime, milliseconds } from "./text.js";

const ENDS = { done: "The event is done", "given up": "The event is given up", dropped: "The event is gone without a record" };

/** What the caller got: 202, and nothing after it. */
export function callerGot({ acknowledged, request, state, caused }) {
  if (state === "dropped" && acknowledged === null) return element("p", { class: "field__error" }, "The event was refused.");
  const took = acknowledged === null ? "not yet" : `after ${milliseconds(acknowledged)}`;
  const rows = [["Status", acknowledged === null ? "" : "202 Accepted"], ["Answered", took], ["Body", "nothing"], ["Request id", element("span", { class: "mono small" }, request)]];
  const figures = element("dl", { class: "figures-row" });
  for (const [term, text] of rows) if (text) figures.append(element("div", {}, element("dt", {}, term), element("dd", {}, text)));
  const who = caused ? "What brought the event is gone" : "That is all: the caller is gone";
  return element("div", {}, figures, element("p", { class: "quiet small" }, `${who}. What the function answers or raises, it never hears.`));
}

/** What became of the event: each attempt and wait, its end and its records. */
export function becameOf(event, { store, calls, chosen }) {
  const attempts = calls.filter((call) => call.event !== undefined);
  const records = [...store.records.values()].filter((record) => record.request === event.request);
  return element("section", { class: "became", "aria-label": `What became of event ${event.number}` },
    element("h3", { class: "became__title" }, "What became of it"),
    element("p", { class: "small", role: "status" }, stateOf(event, store)),
    attempts.length > 0 && attemptTable(attempts, { store, chosen }),
    ...records.map(recordLine));
}

function stateOf(event, store) {
  const { state, runs, refusals, due, condition, why } = event;
  const at = (time) => labTime(time - (store.origin ?? time));
  if (state === "queued") return "It waits in the queue for its first attempt.";
  if (state === "trying") return "The queue calls the function and waits for it.";
  if (state === "waiting") return `It waits in the queue until ${at(due)}. “Next event” on the clock jumps there.`;
  const tried = [runs > 0 && counted(runs, "attempt"), refusals > 0 && `${counted(refusals, "call")} refused`].filter(Boolean).join(", ");
  return `${ENDS[state]}${tried && ` after ${tried}`}${condition && `: ${condition}`}. ${why}`.trim();
}

function attemptTable(attempts, { store, chosen }) {
  const heads = [["Attempt"], ["At", "number"], ["Environment"], ["Duration", "number"], ["Result"]];
  const head = element("tr", {}, ...heads.map(([text, look]) => element("th", { scope: "col", class: look }, text)));
  const rows = attempts.map((call) => {
    const isChosen = call.id === chosen?.id;
    const button = element("button", { type: "button", class: "plain-link", "data-call": call.id, "aria-label": `Show attempt ${call.number}` }, String(call.number));
    return element("tr", { class: isChosen ? "is-selected" : null, "aria-current": isChosen ? "true" : null },
      element("td", {}, button), element("td", { class: "number" }, labTime(call.time - (store.origin ?? call.time))),
      element("td", { class: "mono" }, call.environment ?? ""), element("td", { class: "number" }, milliseconds(call.duration)), element("td", {}, badge(call.status)));
  });
  return element("div", { class: "table-scroll calls" }, element("table", { class: "table" },
    element("caption", { class: "visually-hidden" }, "Attempts of the event"), element("thead", {}, head), element("tbody", {}, ...rows)));
}

function recordLine({ id, kind, name, failed }) {
  const noun = kind === "dead-letter queue" ? "Dead letter" : "Record";
  const text = failed === null ? `${noun} in ${name}` : `${noun} for ${name}, not delivered`;
  return element("p", { class: "small" }, element("button", { type: "button", class: "action-link", "data-record": id }, text, icon("chevron-right")));
}
