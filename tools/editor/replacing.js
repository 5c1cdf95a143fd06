import { EditorView } from "@codemirror/view";

/**
 * Typing over a selection, done by the editor itself. The browser would keep the look of what it
 * replaces in a style attribute, which a strict style-src refuses with a message on the console.
 */
export const typeOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const range = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || event.isComposing || range.empty) return false;
    if (view.state.readOnly) return false;
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    const handled = handlers.some((handle) => handle(view, range.from, range.to, event.data, insert));
    if (!handled) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});
