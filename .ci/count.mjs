// Adds up the results of all tests and prints one line. Ends with 1 when anything has failed or is missing.
import { existsSync, readdirSync, readFileSync } from "node:fs";

const packages = ["packages", "apps", "tests"]
  .flatMap((group) => readdirSync(group).map((name) => `${group}/${name}`))
  .filter((path) => existsSync(`${path}/package.json`));

/** Those that have such a script. */
function packagesWith(script) {
  return packages.filter(
    (path) => JSON.parse(readFileSync(`${path}/package.json`, "utf8")).scripts?.[script],
  );
}

const files = [
  ...packagesWith("test").map((path) => `${path}/.results/tests.json`),
  ...["tests/e2e", "tests/packages"].map((path) => `${path}/.results/node-24.json`),
  ...(process.getuid?.() === 0 ? ["tests/e2e/.results/system.json"] : []),
  ...packagesWith("test:standalone").map((path) => `${path}/.results/standalone.json`),
];

let passed = 0;
let failed = 0;
for (const file of files) {
  if (!existsSync(file)) {
    console.error(`there is no ${file}`);
    failed += 1;
    continue;
  }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
  // A file that could not even be loaded has no tests to fail.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((result) => result.status === "failed"),
  );
  if (numPassedTests === 0) {
    console.error(`there are no tests in ${file}`);
    failed += 1;
  }
  passed += numPassedTests;
  failed += numFailedTests + broken.length;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
