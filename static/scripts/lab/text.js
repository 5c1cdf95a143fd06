// How lab times and lengths are printed, as on the timeline's axis and in the stories.

const MINUTE = 60;
const HOUR = 3600;

/** A time on the lab's clock with so many decimals: "0:00.523", "7:03", "1:02:03". */
export function labTime(seconds, decimals = 3) {
  const size = Number(Math.abs(seconds).toFixed(decimals));
  const sign = seconds < 0 && size > 0 ? "-" : "";
  const hours = Math.floor(size / HOUR);
  const minutes = Math.floor(size / MINUTE);
  const rest = (size - minutes * MINUTE).toFixed(decimals).padStart(decimals ? decimals + 3 : 2, "0");
  if (!hours) return `${sign}${minutes}:${rest}`;
  return `${sign}${hours}:${String(minutes - hours * MINUTE).padStart(2, "0")}:${rest}`;
}

/** Milliseconds as REPORT prints them. */
export function milliseconds(seconds) {
  return typeof seconds === "number" ? `${(seconds * 1000).toFixed(2)} ms` : "";
}

export function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** JSON with indents where it is JSON, else the text as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/**
 * JSON with line breaks and indents between its tokens. Each token stays as it was written: numbers
 * keep their digits, strings their escapes, and a name that comes twice comes twice.
 */
export function indented(text) {
  if (!isJson(text)) return text;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? [];
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  return tokens.map((token, index) => {
    const isEmpty = "[{".includes(token) && "]}".includes(tokens[index + 1]);
    if (token === ":") return ": ";
    if (token === ",") return `,${line()}`;
    if (token === "{" || token === "[") return isEmpty ? token : `${token}${(depth += 1, line())}`;
    if (token !== "}" && token !== "]") return token;
    return "[{".includes(tokens[index - 1]) ? token : `${(depth -= 1, line())}${token}`;
  }).join("");
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
