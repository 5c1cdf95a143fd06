// What the lab says about itself: an error of the last press near the invoke bar, and the
// connection in the timeline's bar.
import { TAB, TAB_HEADER } from "../tab.js";
import { element, icon, write } from "./dom.js";

export class Status {
  #place = document.getElementById("lab-error");
  #line = document.getElementById("lab-status");

  /** Says why a press did nothing; `code` is the service's name of the error. */
  fail({ code = "", message, advice = "" }) {
    const strong = element("strong", {}, `${code ? `${code}: ` : ""}${message}`);
    const close = element("button", { type: "button", class: "button button--quiet button--icon button--small", "aria-label": "Dismiss" }, icon("x"));
    close.addEventListener("click", () => this.clear());
    const callout = element("div", { class: "callout callout--error", role: "alert" }, icon("x"), element("p", {}, strong, advice && ` ${advice}`));
    callout.append(element("div", { class: "callout__actions" }, close));
    this.#place.replaceChildren(callout);
  }

  clear() {
    this.#place.replaceChildren();
  }

  /** Says how the connection is; empty when all is well. */
  connection(text) {
    this.#line.toggleAttribute("data-trouble", text !== "");
    write(this.#line, text);
  }

  /** Says something once that is no trouble. */
  tell(detail) {
    document.dispatchEvent(new CustomEvent("toast", { detail }));
  }
}

/** Posts fields and returns the JSON of the answer; throws {code, message, advice} when refused. */
export const post = (address, body) => ask(address, { method: "POST", body });

/** Returns the JSON of what stands there; throws as `post` does. */
export const get = (address) => ask(address, {});

async function ask(address, request) {
  let response;
  try {
    response = await fetch(address, { ...request, headers: { Accept: "application/json", [TAB_HEADER]: TAB } });
  } catch {
    throw { code: "", message: "The lab does not answer.", advice: "Your text stays in the editor. Try again when it is back." };
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw { code: answer.code ?? "", message: answer.message ?? `The lab answered ${response.status}.`, advice: response.status >= 500 ? (answer.advice ?? "") : "" };
}
