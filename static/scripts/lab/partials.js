// Parts of the page that the server draws: fetched again when the stream names them. A part says with
// data-refresh what it is called, with data-from where it comes from, and with data-typed that what
// somebody is typing into it stands. Where its fields say all that it holds, its words are not compared;
// data-typed="words" tells that they say more.

export class Partials {
  #turn = Promise.resolve();
  #under = new Set();
  #again = new Set();
  #held = null;

  constructor() {
    document.addEventListener("htmx:beforeSwap", ({ detail }) => {
      if (detail.requestConfig?.verb === "get") spare(detail);
      if (detail.shouldSwap) this.#hold(detail.target);
    });
    document.addEventListener("htmx:afterSettle", () => this.#giveBack());
    document.addEventListener("close", ({ target }) => this.#catchUp(target), true);
  }

  /** Fetches the parts of these names; "all" means every one. */
  refresh(names) {
    if (!names.length) return;
    const parts = [...document.querySelectorAll("[data-refresh]")];
    const wanted = parts.filter(({ dataset }) => names.includes("all") || names.includes(dataset.refresh));
    for (const address of new Set(wanted.map(({ dataset }) => dataset.from))) this.#fetch(address);
  }

  /** What came while a dialog of the part was open waited for its end. */
  #catchUp(dialog) {
    const part = dialog.closest("[data-refresh]");
    if (part) this.refresh([part.dataset.refresh]);
  }

  #hold(target) {
    // Two fragments may come for one place, of which the first took the focus away.
    if (target.contains(document.activeElement)) this.#held = target.id;
  }

  /** Where the pressed button is gone, what took its place has the focus. */
  #giveBack() {
    const part = this.#held && document.getElementById(this.#held);
    this.#held = null;
    if (!part || document.activeElement !== document.body) return;
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }

  async #fetch(address) {
    // What is asked for while an answer is on its way may be newer than that answer.
    if (this.#under.has(address)) return this.#again.add(address);
    this.#under.add(address);
    // One after another: of several that wait for one element, htmx sends only the last.
    this.#turn = this.#turn.then(() => load(address)).catch(() => {});
    await this.#turn;
    this.#under.delete(address);
    return this.#again.delete(address) && this.#fetch(address);
  }
}

/** Lists of tasks come together, each for its own place; any other part replaces itself. */
async function load(address) {
  const found = () => document.querySelector(`[data-from="${CSS.escape(address)}"]`);
  await answered(found());
  const part = found();
  const swap = part.dataset.refresh === "tasks" ? "none" : "outerHTML";
  // Not from the part: what a form of it sends along, or lets stop, is none of this.
  await window.htmx.ajax("GET", address, { source: document.body, target: part, swap });
}

/** Waits for what the part itself has asked: its answer is as new. */
function answered(part) {
  if (!part.classList.contains("htmx-request")) return null;
  return new Promise((done) => document.addEventListener("htmx:afterRequest", done, { once: true }));
}

/** Leaves a part alone that would become what it is, that asks something, or that is typed into. */
function spare(detail) {
  const part = detail.target;
  if (!part.dataset.refresh || part.dataset.refresh === "tasks") return;
  const fresh = new DOMParser().parseFromString(detail.serverResponse, "text/html").getElementById(part.id);
  if (!fresh) return;
  const isTyped = "typed" in part.dataset;
  const isRead = !isTyped || part.dataset.typed === "words";
  const isSame = settings(part) === settings(fresh) && (!isRead || words(part) === words(fresh));
  // What was refused comes back as it was typed, and stands nowhere on the server.
  const isRefused = isTyped && part.querySelector("[aria-invalid=true]");
  const isBusy = part.querySelector("dialog[open]") || isRefused || (isTyped && controls(part).some(isEdited));
  if (isSame || isBusy) detail.shouldSwap = false;
}

const controls = (part) => [...part.querySelectorAll("input, textarea, select")];
const isEdited = (control) => (control.options ? control.selectedOptions[0] !== standing(control) : isWrittenAnew(control));
/** What a list shows before anybody chooses: the first of its options, unless one is marked. */
const standing = ({ options }) => [...options].find(({ defaultSelected }) => defaultSelected) ?? options[0];
// The value of what is checked is no text: without one of its own it differs from its default.
const isText = ({ type }) => type !== "radio" && type !== "checkbox";
const isWrittenAnew = (control) => control.checked !== control.defaultChecked || (isText(control) && control.value !== control.defaultValue);
const setting = ({ name, defaultChecked, defaultValue, options = [] }) => [name, defaultChecked, defaultValue, [...options].map(choice)];
const choice = ({ value, defaultSelected }) => [value, defaultSelected];
const settings = (part) => JSON.stringify(controls(part).map(setting));

/**
 * What came of a press stands beside what is typed, and nowhere on the server. What is meant for pages
 * without scripts is read otherwise here than there.
 */
function words(part) {
  const copy = part.cloneNode(true);
  const elsewhere = "typed" in part.dataset ? "noscript, [role=status]" : "noscript";
  for (const other of copy.querySelectorAll(elsewhere)) other.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}
