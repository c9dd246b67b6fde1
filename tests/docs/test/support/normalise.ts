/** Fields of documents that are never twice the same. */
const volatile: Readonly<Record<string, unknown>> = {
  version: "<version>",
  generation: "<generation>",
  journal: "<journal>",
  pid: "<pid>",
  uptime_ms: "<uptime>",
};

const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;
const timestamp = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** Text without the times, ages and generations in it, nor the blanks at the ends of lines. */
export function normaliseText(text: string): string {
  return text
    .replace(timestamp, "<time>")
    .replace(uuid, "<generation>")
    .replace(/\b(for|failed|after) (?:\d+[dhms])+\b/g, "$1 <age>")
    .replace(/[ \t]+$/gm, "")
    .trim();
}

/** A document without what is never twice the same. */
export function normaliseJson(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (key in volatile) {
      return volatile[key];
    }
    return typeof value === "string" ? value.replace(timestamp, "<time>") : value;
  });
}

/** Matches text that is shown with lines of three dots for what is left out. */
export function patternOf(text: string): RegExp {
  const parts = normaliseText(text)
    .split(/^\.\.\.$/m)
    .map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`);
}
