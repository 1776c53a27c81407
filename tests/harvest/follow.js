// Replicate a Linked Data Event Stream: one member a line, as JSON, in order of time.
//
//   node follow.js URL [AFTER]
//
// AFTER is a time: only later members are asked for.
import { intoConfig, replicateLDES } from "ldes-client";

const [url, after] = process.argv.slice(2);
const options = after ? { after: new Date(after) } : {};
const client = replicateLDES(intoConfig({ url, ...options }), "ascending");
client.on("error", (error) => {
  console.error(error);
  process.exit(1);
});

const term = ({ termType, value, language, datatype }) => ({
  termType,
  value,
  language,
  datatype: datatype?.value,
});
for await (const { id, isVersionOf, timestamp, quads } of client.stream()) {
  const [carried, told] = [[], []];
  for (const { subject, predicate, object, graph } of quads) {
    const part = graph.equals(id) ? carried : told;
    part.push([subject, predicate, object].map(term));
  }
  console.log(JSON.stringify({ id: id.value, isVersionOf, timestamp, told, carried }));
}
// The client would keep the process; what was written has to be out before it ends.
process.stdout.write("", () => process.exit(0));
