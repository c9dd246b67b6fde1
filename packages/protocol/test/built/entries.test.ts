import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
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
    await using directory = await temporaryDirectory();
    const entry = directory.path("program.js");
    const client = JSON.stringify(fileURLToPath(new URL("client/index.js", dist)));
    await writeFile(
      entry,
      `import { Client, httpTransport } from ${client};\nglobalThis.used = [Client, httpTransport];`,
    );
    await build({
      entry: [entry],
      outDir: directory.path("out"),
      format: "esm",
      noExternal: [/./],
      config: false,
      silent: true,
      metafile: true,
    });

    const { inputs } = JSON.parse(await readFile(directory.path("out/metafile-esm.json"), "utf8"));
    const [output] = Object.values<{ inputs: object }>(
      JSON.parse(await readFile(directory.path("out/metafile-esm.json"), "utf8")).outputs,
    );
    expect(inputs).toBeDefined();
    expect(Object.keys(output?.inputs ?? {}).filter((file) => /undici|typebox/.test(file))).toEqual([]);
    expect(await readFile(directory.path("out/program.js"), "utf8")).not.toContain("undici");
  });
});

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
