import Yasqe from "@zazuko/yasqe";
import { showSyntax } from "./syntax.js";

// Told in the gutter and beside the editor, instead of in a bubble for the mouse only.
Yasqe.prototype.checkSyntax = showSyntax;

// Put an editor over a text area; what is typed goes there at once.
export function edit(area) {
  const frame = document.createElement("div");
  frame.className = "editor";
  area.before(frame);
  const editor = new Yasqe(frame, {
    value: area.value,
    screenReaderLabel: area.labels[0]?.textContent ?? "SPARQL query",
    inputStyle: "contenteditable",
    autocompleters: [],
    // Nothing is kept in the browser, and the address stays as it is.
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: true,
    editorHeight: null,
    extraKeys: {
      // Tab goes on to the next control, as everywhere else on a page.
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-Enter": () => area.form.requestSubmit(),
      "Cmd-Enter": () => area.form.requestSubmit(),
      "Ctrl-S": false,
    },
  });
  area.hidden = true;
  area.required = false;
  editor.on("change", () => {
    area.value = editor.getValue();
  });
  area.labels[0]?.addEventListener("click", () => editor.focus());
  return editor;
}
