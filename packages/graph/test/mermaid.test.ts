import * as fc from "fast-check";
import { JSDOM } from "jsdom";
import { beforeAll, describe, expect, test } from "vitest";
import { Graph } from "../src/index.js";
import { visible } from "../src/text.js";
import { awkwardNames } from "./support/awkward-names.js";

/**
 * Reads a diagram with Mermaid's own parser, and returns the texts of its vertices and edges.
 * Set below: Mermaid needs a DOM before it is loaded.
 */
let read: (text: string) => Promise<string[]>;

const { window } = new JSDOM("");

beforeAll(async () => {
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import("mermaid");
  read = async (text) => {
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const { nodes, edges } = flowchartData(db);
    return [...nodes, ...edges].map(({ label }) => decoded(label ?? ""));
  };
}, 60_000);

interface Labelled {
  readonly label?: string;
}

function flowchartData(db: object): { nodes: Labelled[]; edges: Labelled[] } {
  if (!("getData" in db) || typeof db.getData !== "function") {
    throw new Error("this version of Mermaid gives no access to what it has read");
  }
  return db.getData();
}

/** What Mermaid's renderer does with its marks for entities, and a browser with the result. */
function decoded(label: string): string {
  const html = label.replaceAll("ﬂ°°", "&#").replaceAll("ﬂ°", "&").replaceAll("¶ß", ";");
  const element = window.document.createElement("div");
  element.innerHTML = html;
  return element.textContent ?? "";
}

const asDrawn = (text: string) => (text === "" ? "\u200b" : visible(text));

describe("toMermaid", () => {
  test("draws vertices, then edges, oldest first", () => {
    //   web ──completed──> db
    //   log
    const graph = new Graph<string, string>();
    graph.addEdge("web", "db", "completed");
    graph.addVertex("log");

    expect(graph.toMermaid({ name: "units", edgeLabel: (edge) => edge })).toBe(
      [
        "---",
        'title: "units"',
        "---",
        "flowchart TD",
        '  n0["web"]',
        '  n1["db"]',
        '  n2["log"]',
        '  n0 -->|"completed"| n1',
        "",
      ].join("\n"),
    );
  });

  test("leaves out the title and edge labels that are not given", () => {
    //   1 ──> 2
    const graph = new Graph<number>();
    graph.addEdge(1, 2, undefined);

    expect(graph.toMermaid()).toBe('flowchart TD\n  n0["1"]\n  n1["2"]\n  n0 --> n1\n');
  });

  test("keeps plain names readable", () => {
    //   my-app/build_2.0
    const graph = new Graph<string>();
    graph.addVertex("my-app/build_2.0");

    expect(graph.toMermaid()).toContain('n0["my-app/build_2.0"]');
  });

  test("writes nothing that Mermaid could read as more than text", () => {
    //   %%{init}%%
    const graph = new Graph<string>();
    graph.addVertex('%%{init: {"theme": "dark"}}%% <b>$$x$$ `c` a:b \\n');

    const [, node] = graph.toMermaid().split("\n");
    expect(node).toMatch(/^ {2}n0\["[\w #;.-]*"\]$/);
  });

  test("is read by Mermaid when there is nothing in it", async () => {
    expect(await read(new Graph<string>().toMermaid())).toEqual([]);
  });

  test.each(awkwardNames)("shows the vertex %j, the edge and the title as they are", async (name) => {
    //   name ──name──> other
    const graph = new Graph<string, string>();
    graph.addEdge(name, "other", name);

    const text = graph.toMermaid({ name, edgeLabel: (edge) => edge });

    expect(await read(text)).toEqual([asDrawn(name), "other", asDrawn(name)]);
    // The title is YAML, of which JSON is a part.
    expect(JSON.parse(text.split("\n")[1]?.replace("title: ", "") ?? "")).toBe(visible(name));
  });

  test("shows any text at all as it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (name) => {
        //   name
        const graph = new Graph<string>();
        graph.addVertex(name);
        expect(await read(graph.toMermaid())).toEqual([asDrawn(name)]);
      }),
      { numRuns: 60 },
    );
  });
});
