// Makes elements. Strings only ever become text nodes, so no row can carry markup into the page.

const SVG = "http://www.w3.org/2000/svg";

function fill(target, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false)
      target.setAttribute(name, value === true ? "" : value);
  }
  target.append(...children);
  return target;
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

export function html(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Sets an attribute only when it differs: an unchanged one costs no style recalculation. Tells whether it did. */
export function put(target, name, value) {
  const text = String(value);
  if (target.getAttribute(name) === text) return false;
  target.setAttribute(name, text);
  return true;
}

export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Pixels with at most two decimals: short attributes, and equal geometry gives equal strings. */
export function px(value) {
  return Math.round(value * 100) / 100;
}
