import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { describe, expect, it } from "vitest";
import { BareAgent, temporaryDirectory } from "../client/bare-agent.js";
import { ping } from "../client/stage.js";
import { packagesOf } from "./imports.js";

const dist = new URL("../../dist/", import.meta.url);

describe("the built package", () => {
  it("loads no other package, and nothing of Node's, for the contract", () => {
    expect(packagesOf(new URL("index.js", dist))).toEqual(new Set());
  });

  it("loads typebox, and nothing else, for the schemas", () => {
    expect(packagesOf(new URL("schemas.js", dist))).toEqual(new Set(["typebox"]));
  });

  it("loads undici for the client's default transport only", () => {
    expect(packagesOf(new URL("client/undici-transport.js", dist))).toContain("undici");
    for (const file of ["client.js", "http-transport.js"]) {
      const packages = [...packagesOf(new URL(`client/${file}`, dist))];
      expect(packages.filter((name) => !name.startsWith("node:") && name !== "eventsource-parser")).toEqual(
        [],
      );
    }
  });

  it("leaves undici out of a bundle that takes another transport", async () => {
    const ofUndici = "UND_ERR_";
    const [whole, small] = [await bundleOf("createClient"), await bundleOf("Client, httpTransport")];
    expect(whole.split(ofUndici).length).toBeGreaterThan(10);
    // What is left is the names of its errors, which both transports look for.
    expect(small.split(ofUndici).length).toBeLessThan(5);
    expect(small.length).toBeLessThan(whole.length / 10);
  });
});

async function bundleOf(names: string): Promise<string> {
  await using directory = await temporaryDirectory();
  const entry = directory.path("program.js");
  const client = JSON.stringify(fileURLToPath(new URL("client/index.js", dist)));
  await writeFile(entry, `import { ${names} } from ${client};\nglobalThis.used = [${names}];`);
  const outDir = directory.path("out");
  await build({ entry: [entry], outDir, format: "esm", noExternal: [/./], config: false, silent: true });
  const [file] = await readdir(outDir);
  return readFile(`${outDir}/${file}`, "utf8");
}

describe("a process that makes one call and does not close its client", () => {
  it.each(["httpTransport", "undiciTransport"])("ends by itself with %s", async (transport) => {
    await using directory = await temporaryDirectory();
    await using agent = await BareAgent.listen(directory.path("agent.sock"));
    const script = fileURLToPath(new URL("one-shot.mjs", import.meta.url));
    const child = spawn(process.execPath, [script, transport, agent.socketPath], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = text(child.stdout);
    const ended = once(child, "exit");

    // The agent offers to keep the connection for longer than this test may take.
    const exchange = await agent.next();
    exchange.response.setHeader("keep-alive", "timeout=600");
    exchange.json(ping);

    expect(JSON.parse(await said)).toEqual(ping);
    expect(await ended).toEqual([0, null]);
  });
});
