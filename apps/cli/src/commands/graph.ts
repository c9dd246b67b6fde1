import { graphLines } from "../render/graph.js";
import type { Session } from "../session.js";

export type GraphFormat = "text" | "json" | "dot" | "mermaid";

export async function graph(
  { client, print, printJson }: Session,
  { output }: { readonly output: GraphFormat },
): Promise<void> {
  switch (output) {
    case "text":
      print(graphLines(await client.graph()));
      break;
    case "json":
      printJson(await client.graph());
      break;
    case "dot":
    case "mermaid":
      print((await client.graph({ format: output })).trimEnd().split("\n"));
      break;
  }
}
