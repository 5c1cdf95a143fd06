// Copies what package-lock.json pins into static/ and tests/vendor/, and draws the icon sprite.
// Run: npm ci && npm run build
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const modules = join(here, "node_modules");

const COPIES = [
  ["htmx.org/dist/htmx.min.js", "static/vendor/htmx/htmx.min.js"],
  ["htmx.org/LICENSE", "static/vendor/htmx/LICENSE"],
  ["lucide-static/LICENSE", "static/vendor/lucide/LICENSE"],
  ["axe-core/axe.min.js", "tests/vendor/axe.min.js"],
  ["axe-core/LICENSE", "tests/vendor/axe.LICENSE"],
  ["axe-core/LICENSE-3RD-PARTY.txt", "tests/vendor/axe.LICENSE-3RD-PARTY.txt"],
  ...["inter", "jetbrains-mono"].flatMap((font) => [
    [`@fontsource-variable/${font}/LICENSE`, `static/vendor/fonts/${font}.LICENSE`],
    ...["latin", "latin-ext"].map((subset) => [
      `@fontsource-variable/${font}/files/${font}-${subset}-wght-normal.woff2`,
      `static/vendor/fonts/${font}-${subset}.woff2`,
    ]),
  ]),
];

function copy([source, target]) {
  const destination = join(root, target);
  mkdirSync(dirname(destination), { recursive: true });
  copyFileSync(join(modules, source), destination);
}

function symbol(name) {
  const drawing = readFileSync(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
  const shapes = drawing.replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace("</svg>", "");
  const compact = shapes.replace(/\s+/g, " ").replace(/ ?(<|\/>) ?/g, "$1").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${compact}</symbol>`;
}

function drawSprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").trim().split("\n");
  const notice = "<!-- Lucide icons, ISC licence: vendor/lucide/LICENSE -->";
  const symbols = names.map(symbol).join("\n");
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${notice}\n${symbols}\n</svg>\n`;
  writeFileSync(join(root, "static/icons.svg"), sprite);
}

COPIES.forEach(copy);
drawSprite();
