import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RouteName, routePath, routes } from "../src/index.js";

const unitRoutes = Object.entries(routes)
  .filter(([, { path }]) => path.includes(":unit"))
  .map(([name]) => name as RouteName);

const anyName = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.string({
    unit: fc.constantFrom(".", "/", "%", "2", "E", "\\", "$", "&", ":unit"),
    minLength: 1,
    maxLength: 4,
  }),
);

describe.each(unitRoutes)("the path of %s", (name) => {
  it("carries any name in one segment that nobody resolves away", () => {
    fc.assert(
      fc.property(anyName, (unit) => {
        const template = routes[name].path.split("/");
        const segments = routePath(name, unit).split("/");
        expect(segments).toHaveLength(template.length);
        expect(segments.filter((segment) => segment === "." || segment === "..")).toEqual([]);

        const decoded = template.map((part, at) => (part === ":unit" ? segments[at] : part));
        expect(segments).toEqual(decoded);
        expect(decodeURIComponent(segments[template.indexOf(":unit")] ?? "")).toBe(unit);
      }),
    );
  });

  it("is the same to a URL parser", () => {
    fc.assert(
      fc.property(anyName, (unit) => {
        const path = routePath(name, unit);
        // A URL parser takes `%2E%2E` for dots too, which is why nothing here goes through one.
        fc.pre(!/^\.{1,2}$/.test(unit));
        expect(new URL(path, "http://localhost").pathname).toBe(path);
      }),
    );
  });
});

it("is refused to what is not well-formed Unicode", () => {
  expect(() => routePath("status", "\ud800")).toThrow(URIError);
});
