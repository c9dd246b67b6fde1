import { describe, expect, test } from "vitest";
import { CycleError, GraphError } from "../src/index.js";

/*
 *   v0 ──> v1 ──> … ──> v0
 */
function pathOf(length: number): string[] {
  return [...Array.from({ length: length - 1 }, (_, i) => `v${i}`), "v0"];
}

describe("a cycle error", () => {
  test("says the whole cycle", () => {
    const error = new CycleError(["a", "b", "a"]);
    expect(error).toBeInstanceOf(GraphError);
    expect(error.name).toBe("CycleError");
    expect(error.code).toBe("CYCLE_DETECTED");
    expect(error.message).toBe("cycle detected: a -> b -> a");
  });

  test("shows up to twelve vertices", () => {
    expect(new CycleError(pathOf(12)).message).toMatch(/ v0 -> .* -> v5 -> v6 -> .* -> v10 -> v0$/);
  });

  test("cuts a longer message, but not the path, to both ends", () => {
    const error = new CycleError(pathOf(100_000));
    expect(error.message).toBe(
      "cycle detected: v0 -> v1 -> v2 -> v3 -> v4 -> v5" +
        " -> (99988 more) -> v99994 -> v99995 -> v99996 -> v99997 -> v99998 -> v0",
    );
    expect(error.path).toHaveLength(100_000);
  });

  test("shows control characters as escapes", () => {
    expect(new CycleError(["a\u001b[2J\n", "a\u001b[2J\n"]).message).toMatch(
      / a\\u001b\[2J\\n -> a\\u001b\[2J\\n$/,
    );
  });

  test("names vertices that have no text", () => {
    const bare: unknown = Object.create(null);
    expect(new CycleError([bare, Symbol("s"), bare]).message).toMatch(
      / \[object Object\] -> Symbol\(s\) -> \[object Object\]$/,
    );
  });
});
