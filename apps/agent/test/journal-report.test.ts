import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@sync/protocol/client";
import { pino } from "pino";
import { expect, it } from "vitest";
import { createAgent } from "../src/index.js";
import { ofAnotherRun } from "./damage.js";
import { temporaryFolder } from "./rig.js";

/** What an agent warns of when it opens the journal of another one, to which something has been done. */
async function openingAfter(change: (path: string) => void) {
  using folder = temporaryFolder();
  const directory = join(folder.path, "journal");
  const path = join(directory, "journal");
  const options = { socketPath: join(folder.path, "agent.sock"), journal: directory };
  const client = createClient({ socketPaths: [options.socketPath] });
  const first = await createAgent(options);
  await client.start("a");
  await first.close();
  change(path);
  const warnings: Record<string, unknown>[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void warnings.push(JSON.parse(line)) });
  const second = await createAgent({ ...options, logger });
  const { journal } = await client.ping();
  await client.close();
  await second.close();
  return { path, warnings, beginning: journal?.beginning };
}

it("an agent that goes on with a whole journal says so when it is asked, and warns of nothing", async () => {
  const { warnings, beginning } = await openingAfter(() => undefined);
  expect({ warnings, beginning }).toEqual({ warnings: [], beginning: "kept" });
});

it("an agent warns of a torn end, and says where, and how much it has cut off", async () => {
  const { path, warnings, beginning } = await openingAfter((torn) => appendFileSync(torn, "0123abcd [torn"));
  expect(beginning).toBe("cut");
  expect(warnings).toMatchObject([
    { journal: path, beginning: "cut", events: 2, tornBytes: 14, msg: "journal opened" },
  ]);
});

it("an agent warns of a journal that it has put aside, and says where that is", async () => {
  const { path, warnings, beginning } = await openingAfter((old) => {
    writeFileSync(old, ofAnotherRun(readFileSync(old)));
  });
  expect(beginning).toBe("of an earlier run");
  expect(warnings).toMatchObject([
    { journal: path, beginning: "of an earlier run", events: 0, putAside: `${path}.old` },
  ]);
});
