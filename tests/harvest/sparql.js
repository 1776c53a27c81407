// Ask a SPARQL endpoint, or follow links from some documents: one row a line, as JSON.
//
//   node sparql.js endpoint URL < query.rq
//   node sparql.js traverse SITE URL... < query.rq
//
// When links are followed, SITE stands for w3id.org, which would redirect there. Nothing
// else is fetched; the last line says what was.
import { readFileSync } from "node:fs";
import { QueryEngine } from "@comunica/query-sparql";
import { QueryEngine as Traversal } from "@comunica/query-sparql-link-traversal";

const BASE = "https://w3id.org/socprot/";
const [how, site, ...documents] = process.argv.slice(2);
const query = readFileSync(0, "utf8");
const fetched = [];

async function here(address, options) {
  const url = String(address.url ?? address);
  const mapped = url.startsWith(BASE) ? `${site}/${url.slice(BASE.length)}` : url;
  if (!mapped.startsWith(`${site}/`)) return new Response("", { status: 404 });
  fetched.push(mapped.slice(site.length));
  return fetch(mapped, options);
}

const [engine, context] =
  how === "endpoint"
    ? [new QueryEngine(), { sources: [{ type: "sparql", value: site }] }]
    : [new Traversal(), { sources: documents, lenient: true, fetch: here }];
for await (const row of await engine.queryBindings(query, context)) {
  const terms = {};
  for (const [variable, { termType, value, language, datatype }] of row) {
    terms[variable.value] = { termType, value, language, datatype: datatype?.value };
  }
  console.log(JSON.stringify(terms));
}
console.log(JSON.stringify({ fetched: fetched.sort() }));
