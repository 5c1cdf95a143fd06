// A word in the prose (data-part="timeline") lights up the part of the lab that it names
// (id="part-timeline"), and the part its words. Others, the plot for its lanes, listen to `named`
// with {part, on}.
const PREFIX = "part-";

const wordsFor = (part) => document.querySelectorAll(`[data-part="${CSS.escape(part)}"]`);

function light(things, on) {
  for (const thing of things) thing?.classList.toggle("is-named", on);
}

function tell(target, on) {
  const word = target.closest?.("[data-part]");
  const thing = target.closest?.(`[id^="${PREFIX}"]`);
  if (word) {
    const { part } = word.dataset;
    light([word, document.getElementById(PREFIX + part)], on);
    document.dispatchEvent(new CustomEvent("named", { detail: { part, on } }));
  } else if (thing) {
    light(wordsFor(thing.id.slice(PREFIX.length)), on);
  }
}

function follow(type, on) {
  document.addEventListener(type, (event) => tell(event.target, on));
}

follow("pointerover", true);
follow("focusin", true);
follow("pointerout", false);
follow("focusout", false);
