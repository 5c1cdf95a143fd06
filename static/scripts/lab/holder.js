/** What holds an editor's text: its textarea, until the bundle has made an editor of it. */
export function holder(editor) {
  return editor.value === undefined ? editor.querySelector("textarea") : editor;
}
