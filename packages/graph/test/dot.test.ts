import { instance } from "@viz-js/viz";
import * as fc from "fast-check";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { Graph } from "../src/index.js";
import { visible } from "../src/text.js";
import { awkwardNames } from "./support/awkward-names.js";

// The real Graphviz, compiled to WebAssembly.
const graphviz = await instance();
const parser = new new JSDOM("").window.DOMParser();

/** The texts in the drawing, as a viewer of the SVG would see them. */
function drawnTexts(dot: string): string[] {
  const result = graphviz.render(dot, { format: "svg" });
  // It also warns that it has not measured emoji.
  expect(result.errors.filter(({ level }) => level === "error")).toEqual([]);
  const svg = parser.parseFromString(result.output ?? "", "image/svg+xml");
  return [...svg.querySelectorAll("text")].map((text) => text.textContent ?? "");
}

/** Graphviz draws no text element for a blank label, and spaces that do not break. */
function asDrawn(texts: readonly string[]): string[] {
  return texts.map(visible).filter((text) => text !== "");
}

const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("toDot", () => {
  test("draws vertices, then edges, oldest first", () => {
    //   web ──completed──> db
    //   log
    const graph = new Graph<string, string>();
    graph.addEdge("web", "db", "completed");
    graph.addVertex("log");

    expect(graph.toDot({ name: "units", edgeLabel: (edge) => edge })).toBe(
      [
        'digraph "units" {',
        '  n0 [label="web"];',
        '  n1 [label="db"];',
        '  n2 [label="log"];',
        '  n0 -> n1 [label="completed"];',
        "}",
        "",
      ].join("\n"),
    );
  });

  test("leaves out the name and edge labels that are not given", () => {
    //   1 ──> 2
    const graph = new Graph<number>();
    graph.addEdge(1, 2, undefined);

    expect(graph.toDot()).toBe('digraph {\n  n0 [label="1"];\n  n1 [label="2"];\n  n0 -> n1;\n}\n');
  });

  test("is drawn by Graphviz when there is nothing in it", () => {
    expect(drawnTexts(new Graph<string>().toDot())).toEqual([]);
  });

  test.each(awkwardNames)("shows the vertex %j, and the edge, as they are", (name) => {
    //   name ──name──> other
    const graph = new Graph<string, string>();
    graph.addEdge(name, "other", name);

    const texts = drawnTexts(graph.toDot({ name, edgeLabel: (edge) => edge }));

    expect(texts.map(plain)).toEqual(asDrawn([name, "other", name]));
  });

  test("shows objects by the label given", () => {
    //   {db} ──> {disk}
    const graph = new Graph<{ name: string }>();
    graph.addEdge({ name: "db" }, { name: "disk" }, undefined);

    expect(drawnTexts(graph.toDot({ label: ({ name }) => name }))).toEqual(["db", "disk"]);
  });

  test("shows any text at all as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        //   name
        const graph = new Graph<string>();
        graph.addVertex(name);
        expect(drawnTexts(graph.toDot({ name })).map(plain)).toEqual(asDrawn([name]).map(plain));
      }),
      { numRuns: 60 },
    );
  });
});
