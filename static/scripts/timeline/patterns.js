// Textures: what tells the kinds apart where colour does not. Ids carry the instance's own prefix.

import { svg } from "./nodes.js";

export function patterns(prefix) {
  const pattern = (name, size, attributes, ...children) =>
    svg(
      "pattern",
      {
        id: `${prefix}-${name}`,
        width: size,
        height: size,
        patternUnits: "userSpaceOnUse",
        class: `pattern-${name}`,
        ...attributes,
      },
      ...children,
    );
  const stroke = (d) => svg("path", { d });
  return svg(
    "defs",
    {},
    pattern("dots", 4, {}, svg("circle", { cx: 2, cy: 2, r: 0.85 })),
    pattern("bars", 4, {}, stroke("M2 0V4")),
    pattern("hatch", 6, { patternTransform: "rotate(45)" }, stroke("M3 0V6")),
    pattern("rules", 4, {}, stroke("M0 2H4")),
    pattern("stripes", 7, { patternTransform: "rotate(-45)" }, stroke("M3.5 0V7")),
  );
}
