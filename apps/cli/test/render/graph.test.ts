import { expect, test } from "vitest";
import { graphLines } from "../../src/render/graph.js";
import { paint } from "../../src/render/text.js";

// app ──▶ db (started)
//  └───▶ git
test("prints dependencies first, and what each unit needs", () => {
  const lines = graphLines({
    units: [
      { unit_name: "app", status: "pending", is_ready: false },
      { unit_name: "db", status: "started", is_ready: true },
      { unit_name: "git", status: "not registered", is_ready: true },
    ],
    dependencies: [
      { unit_name: "app", depends_on: "db", required_status: "started", is_satisfied: true },
      { unit_name: "app", depends_on: "git", required_status: "completed", is_satisfied: false },
    ],
    layers: [["db", "git"], ["app"]],
  });
  expect(lines.map((line) => paint(line, false).trimEnd())).toEqual([
    "LAYER  UNIT  STATUS          NEEDS",
    "1      db    started",
    "1      git   not registered",
    "2      app   pending         db:started, git",
  ]);
});

test("says that there are no units", () => {
  expect(graphLines({ units: [], dependencies: [], layers: [] })).toEqual(["No units registered"]);
});
