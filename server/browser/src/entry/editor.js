// The SPARQL editor, in place of the text area of the form that asks. The form stays what
// is sent, so that asking, going back and bookmarks work as they do without this script.
import "@zazuko/yasqe/build/yasqe.min.css";
import { edit } from "../editor.js";

for (const area of document.querySelectorAll("form.ask textarea[name=query]")) edit(area);
