import { describe, expect, it } from "vitest";
import { pending, setStage, transports } from "./stage.js";

const names = [
  "/",
  "a/b",
  "%",
  "%2F",
  "%2E%2E",
  ".",
  "..",
  "...",
  "?",
  "a?b=c",
  "#",
  '"',
  "\\",
  " ",
  "+",
  "&",
  ":unit",
  "$&",
  "🚀",
  "e\u0301",
  "\n",
  "\u001b[31m",
  "\u0000",
  "\u007f",
  "\ufeff",
  "x".repeat(1024),
  "é".repeat(512),
];

describe.each(transports)("a unit name over %s", (_, make) => {
  it.each(names.map((name) => [JSON.stringify(name).slice(0, 20), name]))(
    "%s arrives and comes back as it is",
    async (_, name) => {
      await using stage = await setStage(make);
      const document = { ...pending, unit_name: name };
      const replied = stage.client.want(name, [{ unit: name }]);

      const exchange = await stage.agent.next();
      const segments = exchange.url.split("/");
      expect(segments).toHaveLength(5);
      expect(decodeURIComponent(segments[3] ?? "")).toBe(name);
      expect(JSON.parse(exchange.body)).toEqual({ dependencies: [{ unit: name }] });

      exchange.json(document);
      await expect(replied).resolves.toEqual(document);
    },
  );

  it("travels with its dots percent-encoded when it is nothing but dots", async () => {
    await using stage = await setStage(make);
    const replied = stage.client.start("..");

    const exchange = await stage.agent.next();
    expect(exchange.url).toBe("/v1/units/%2E%2E/start");
    exchange.json(pending);
    await replied;
  });

  it("is refused before anything is sent when it is not well-formed Unicode", async () => {
    await using stage = await setStage(make);
    await expect(stage.client.status("\ud800")).rejects.toMatchObject({ code: "UNIT_ID_INVALID" });
    expect(stage.agent.connections).toBe(0);
  });
});
