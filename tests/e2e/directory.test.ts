import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startAgent } from "./rig.js";
import { Sandbox } from "./sandbox.js";

/** What a program finds that is called in somebody's project. */
const project = {
  ".env": "SYNC_AUTOSTART=1\n",
  ".env.production": "SYNC_AUTOSTART=1\n",
  "bunfig.toml": 'preload = ["./preload.js"]\n',
  "preload.js": 'console.log("loaded");\n',
  "package.json": '{ "type": "module", "imports": { "#x": "./preload.js" } }\n',
  "tsconfig.json": "{",
};

test("what lies in the directory where a program is called is no setting of it", async () => {
  await using sandbox = new Sandbox();
  for (const [name, text] of Object.entries(project)) writeFileSync(join(sandbox.directory, name), text);

  const lost = await sandbox.syncctl("ping");
  await using agent = await startAgent(sandbox);
  const found = await agent.syncctl("ping");

  expect(lost).toMatchObject({ stdout: "", status: 69 });
  expect(found).toEqual({ stdout: "Success\n", stderr: "", status: 0 });
  expect(agent.process.shown).not.toContain("loaded");
});
