// <colour-swatch data-name="ink" data-ground="sheet">: a colour of the token file, its value in this theme, and how
// well it is seen on its ground.

function channels(name) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour(name);
  return [1, 3, 5].map((at) => parseInt(probe.fillStyle.slice(at, at + 2), 16));
}

/** The colour as this theme has it; light-dark() is resolved only where it is used. */
function colour(name) {
  const probe = document.createElement("i");
  probe.style.setProperty("color", `var(--${name})`);
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function luminance(name) {
  const linear = channels(name).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((light + 0.05) / (dark + 0.05)).toFixed(1);
}

class ColourSwatch extends HTMLElement {
  #draw = () => {
    const { name, ground } = this.dataset;
    this.querySelector(".swatch__colour").style.setProperty("background", `var(--${name})`);
    const value = `#${channels(name).map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    this.querySelector(".swatch__value").textContent = ground ? `${value} · ${contrast(name, ground)} : 1` : value;
  };

  connectedCallback() {
    this.#draw();
    document.documentElement.addEventListener("theme-change", this.#draw);
  }

  disconnectedCallback() {
    document.documentElement.removeEventListener("theme-change", this.#draw);
  }
}

customElements.define("colour-swatch", ColourSwatch);
