import { expect, test } from "vitest";
import { awayText, detachedText, progressText, undeclaredText } from "../../src/render/progress.js";
import { paint, type Text } from "../../src/render/text.js";

const start = { unit: "app", waitedMs: 90_400, leftMs: 209_600 };
const wait = { unit: undefined, waitedMs: 30_000, leftMs: undefined };
const plain = (text: Text) => paint(text, false);

test("says how long it has waited, and for what", () => {
  const unmet = [
    { unit_name: "db", current_status: "started" },
    { unit_name: "git", current_status: "not registered" },
  ] as const;
  expect(plain(progressText(start, unmet))).toBe(
    'still waiting after 1m30s to start "app": "db" is started, "git" is not registered',
  );
});

test("names the first of many", () => {
  const unmet = ["a", "b", "c", "d", "e"].map(
    (unit_name) => ({ unit_name, current_status: "pending" }) as const,
  );
  expect(plain(progressText(wait, unmet))).toBe(
    'still waiting after 30s: "a" is pending, "b" is pending, "c" is pending and 2 more',
  );
});

test("says that it waits when it does not know for what", () => {
  expect(plain(progressText(start, []))).toBe('still waiting after 1m30s to start "app"');
});

test("says that the agent has gone, and until when it is looked for", () => {
  expect(plain(detachedText(start))).toBe("the agent has gone; trying to reach it again for 3m29s");
  expect(plain(awayText(wait))).toBe(
    "still waiting after 30s: the agent has gone; trying to reach it again until it is back",
  );
});

test("asks about a name that nobody has declared", () => {
  expect(plain(undeclaredText("databse", "database"))).toBe(
    'nobody has declared "databse" yet: did you mean "database"?',
  );
  expect(plain(undeclaredText("git", undefined))).toBe('nobody has declared "git" yet');
});
