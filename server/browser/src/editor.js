import Yasqe from "@zazuko/yasqe";
import { assist, completer } from "./completion.js";
import { say, showFault, showSyntax } from "./syntax.js";

// Told in the gutter and under the editor, instead of in a bubble for the mouse only.
Yasqe.prototype.checkSyntax = showSyntax;
Yasqe.prototype.showNotification = () => {};
// Its own completers ask servers elsewhere: there is none but ours.
Yasqe.Autocompleters = { [completer.name]: completer };
Yasqe.defaults.autocompleters = [completer.name];

// Put an editor over a text area; what is typed goes there at once.
export function edit(area) {
  const ask = () => area.form.requestSubmit();
  const frame = document.createElement("div");
  frame.className = "editor";
  area.before(frame);
  const editor = new Yasqe(frame, {
    value: area.value,
    inputStyle: "contenteditable",
    // Nothing is kept in the browser, and the address stays as it is.
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: null,
    extraKeys: {
      // Tab goes on to the next control, as everywhere else on a page.
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-Enter": ask,
      "Cmd-Enter": ask,
      "Ctrl-S": false,
    },
  });
  describe(editor.getInputField(), area);
  if (document.activeElement === area) editor.focus();
  area.hidden = true;
  area.required = false; // a browser cannot point at what is hidden
  editor.on("change", () => {
    area.value = editor.getValue();
  });
  editor.on("inputRead", (_, change) => {
    if (change.origin === "+input") assist(editor);
  });
  area.form.addEventListener("submit", (event) => {
    editor.display.input.pollContent?.(); // what was typed just now may not be read yet
    area.value = editor.getValue();
    if (area.value.trim()) return;
    event.preventDefault();
    say(editor, "There is no query yet: write one, or start from a question.");
    editor.focus();
  });
  area.labels[0]?.addEventListener("click", () => editor.focus());
  for (const told of document.querySelectorAll(".with-editor")) told.hidden = false;
  showFault(editor, area.dataset);
  return editor;
}

// Say what the editor is to who cannot see it; the text area did so by itself.
function describe(field, area) {
  field.setAttribute("role", "textbox");
  field.setAttribute("aria-multiline", "true");
  field.setAttribute("aria-label", area.labels[0]?.textContent ?? "SPARQL query");
  field.setAttribute("aria-describedby", area.getAttribute("aria-describedby") ?? "");
}
