// Adds up what the test runners have written; fails when a test failed or a result is missing.
import { existsSync, readdirSync, readFileSync } from "node:fs";

const packages = ["packages", "apps", "tests"].flatMap((folder) =>
  readdirSync(folder).map((name) => `${folder}/${name}`),
);
const files = [
  ...packages.map((path) => `${path}/.results/tests.json`),
  ...packages.filter((path) => path.startsWith("tests/")).map((path) => `${path}/.results/node-24.json`),
];

let passed = 0;
let failed = 0;
for (const file of files) {
  const result = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  passed += result?.numPassedTests ?? 0;
  failed += result?.numFailedTests ?? 0;
  if (result?.success !== true) {
    console.log(`${file}: ${result === undefined ? "missing" : "not successful"}`);
    failed ||= 1;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
