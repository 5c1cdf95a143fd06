// Puts a menu or tip that opens as a popover beside the button that opened it, inside the window.
const GAP = 4;
const MARGIN = 8;

function place(popover, opener) {
  const anchor = opener.getBoundingClientRect();
  const box = popover.getBoundingClientRect();
  const below = anchor.bottom + GAP;
  const fitsBelow = below + box.height + MARGIN <= innerHeight;
  const top = fitsBelow ? below : Math.max(MARGIN, anchor.top - GAP - box.height);
  const left = Math.max(MARGIN, Math.min(anchor.left, innerWidth - box.width - MARGIN));
  popover.style.setProperty("margin", "0");
  popover.style.setProperty("top", `${top}px`);
  popover.style.setProperty("left", `${left}px`);
}

/** The button that was pressed last: the same word may stand in several places. */
let pressed = null;
document.addEventListener("click", ({ target }) => (pressed = target.closest("[popovertarget]") ?? pressed), true);

function openerOf(popover) {
  const own = `[popovertarget="${CSS.escape(popover.id)}"]`;
  return pressed?.matches(own) && pressed.isConnected ? pressed : document.querySelector(own);
}

document.addEventListener(
  "toggle",
  (event) => {
    if (event.newState !== "open" || !event.target.matches(".menu, .tip")) return;
    const opener = openerOf(event.target);
    if (opener) place(event.target, opener);
  },
  true,
);

// A chosen entry closes its menu.
document.addEventListener("click", (event) => {
  event.target.closest(".menu__item")?.closest("[popover]")?.hidePopover();
});
