// Lab time as people read it: "0:00", "-0:55", "1:02:03" on the axis, "2.6 s" or "7 min" for a length.

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** Decimals that a step of the axis needs: 0 for 1 s and more, 3 for 1 ms. */
export function decimalsFor(stepSeconds) {
  return Math.max(0, Math.min(6, Math.ceil(-Math.log10(stepSeconds) - 1e-9)));
}

/** A time on the axis, relative to its zero. Seconds always have two digits before the point. */
export function clockText(seconds, decimals = 0) {
  const size = Number(Math.abs(seconds).toFixed(decimals));
  const sign = seconds < 0 && size > 0 ? "-" : "";
  const whole = Math.floor(size / MINUTE);
  const rest = (size - whole * MINUTE).toFixed(decimals).padStart(decimals ? decimals + 3 : 2, "0");
  const hours = Math.floor(size / HOUR);
  if (!hours) return `${sign}${whole}:${rest}`;
  return `${sign}${hours}:${String(whole - hours * MINUTE).padStart(2, "0")}:${rest}`;
}

/** The seconds that a text of `clockText` says. */
export function secondsOf(text) {
  const parts = text.replace("-", "").split(":");
  const seconds = parts.reduce((sum, part) => sum * MINUTE + Number(part), 0);
  return text.startsWith("-") ? -seconds : seconds;
}

/**
 * The forms of a time in the order in which they are wished; the first that has room is drawn. Those after
 * the first two are for ticks so close that another carries the shorter form already. Whole seconds are those
 * that have passed, as on a clock.
 */
export function clockForms(seconds) {
  const isWhole = Math.abs(seconds - Math.round(seconds)) < 0.05;
  const whole = clockText(isWhole ? seconds : Math.floor(seconds), 0);
  const finer = [1, 2, 3].map((decimals) => clockText(seconds, decimals));
  return isWhole ? [whole, ...finer] : [finer[0], whole, finer[1], finer[2]];
}

/** The length of a stretch: three figures at most, in the largest unit that keeps it above one. */
export function lengthText(seconds) {
  if (seconds < 0.9995) return `${figures(seconds * 1000)} ms`;
  if (seconds < 99.5) return `${figures(seconds)} s`;
  if (seconds < 99.5 * MINUTE) return `${figures(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${figures(seconds / HOUR)} h`;
  return `${figures(seconds / DAY)} days`;
}

function figures(value) {
  const text = value < 9.95 ? value.toFixed(1) : value.toFixed(0);
  return text.replace(/\.0$/, "");
}

/** The largest of 1, 2, 5 × 10ⁿ seconds that is not longer than asked. */
export function roundStep(seconds) {
  const power = 10 ** Math.floor(Math.log10(seconds));
  const lead = seconds / power;
  return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}
