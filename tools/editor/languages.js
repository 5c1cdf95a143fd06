import { indentUnit } from "@codemirror/language";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";

const LANGUAGES = {
  python: () => [python(), indentUnit.of("    ")],
  json: () => [json(), indentUnit.of("  ")],
  yaml: () => [yaml(), indentUnit.of("  ")],
};

/** What one language adds to an editor; a name that is not listed is plain text. */
export function languageExtension(name) {
  const build = LANGUAGES[name];
  return build ? build() : [];
}
