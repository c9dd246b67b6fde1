import { StringDecoder } from "node:string_decoder";

/** What is looked at of a line that does not end, in characters. */
const longest = 65_536;

/** Looks for a line that matches, in chunks of bytes as they come. */
export function lineWatcher(pattern: RegExp, onMatch: () => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder("utf8");
  let begun = "";
  let isFound = false;
  return (chunk) => {
    if (isFound) {
      return;
    }
    const lines = (begun + decoder.write(chunk)).split("\n");
    begun = (lines.pop() ?? "").slice(0, longest);
    if (lines.some((line) => pattern.test(line.replace(/\r$/, "")))) {
      isFound = true;
      onMatch();
    }
  };
}
