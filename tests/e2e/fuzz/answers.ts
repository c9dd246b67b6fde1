import { errors, isErrorCode } from "@sync/protocol";

/** One answer of a connection. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Whether its body is there to the end. */
  readonly isWhole: boolean;
}

/** All answers of a connection, as far as they have come. */
export function answersIn(bytes: Buffer): Answer[] {
  const answers: Answer[] = [];
  let rest = bytes.toString("latin1");
  while (rest !== "") {
    const headEnd = rest.indexOf("\r\n\r\n");
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(rest) ?? [];
    if (headEnd === -1 || status === undefined) {
      answers.push({ status: 0, type: "", body: rest, isWhole: false });
      break;
    }
    const head = rest.slice(0, headEnd).toLowerCase();
    rest = rest.slice(headEnd + 4);
    const { body, length, isWhole } = bodyIn(head, rest);
    rest = rest.slice(length);
    const [, type = ""] = /^content-type: ([^;\r]*)/m.exec(head) ?? [];
    answers.push({ status: Number(status), type, body: Buffer.from(body, "latin1").toString(), isWhole });
  }
  return answers;
}

/** Why an answer is none of the contract; `undefined` when all is well. */
export function objectionTo({ status, type, body, isWhole }: Answer): string | undefined {
  if ([100, 200].includes(status)) return undefined;
  if (!isWhole) return "it is not whole";
  if (type !== "application/problem+json") return `a refusal is no problem document but "${type}"`;
  const problem: { readonly code: string; readonly status: number; readonly type: string } = JSON.parse(body);
  const { code } = problem;
  if (!isErrorCode(code) || errors[code].status !== status || problem.status !== status) {
    return `${status} is not the status of ${code}`;
  }
  return code === "INTERNAL" || problem.type !== `urn:sync:${code}` ? `${body} is no refusal` : undefined;
}

/** The `code` of a refusal; empty where it has none. */
export function codeOf({ type, body, isWhole }: Answer): string {
  if (!isWhole || body === "" || type !== "application/problem+json") return "";
  const { code }: { readonly code: string } = JSON.parse(body);
  return code;
}

/** The body that follows a head, how long it is on the wire, and whether it ends there. */
function bodyIn(head: string, rest: string): { body: string; length: number; isWhole: boolean } {
  // What answers HEAD has none, whatever its length is said to be.
  if (rest.startsWith("HTTP/1.1 ")) return { body: "", length: 0, isWhole: true };
  if (!head.includes("\r\ntransfer-encoding: chunked")) {
    const length = Number(/^content-length: (\d+)/m.exec(head)?.[1] ?? 0);
    const body = rest.slice(0, length);
    return { body, length: body.length, isWhole: body.length === length };
  }
  let body = "";
  for (let offset = 0; ; ) {
    const [line, size] = /^([0-9a-f]+)\r\n/.exec(rest.slice(offset, offset + 20)) ?? [];
    if (line === undefined || size === undefined) return { body, length: rest.length, isWhole: false };
    const begin = offset + line.length;
    const end = begin + Number.parseInt(size, 16);
    body += rest.slice(begin, end);
    offset = end + 2;
    if (size === "0") return { body, length: offset, isWhole: true };
  }
}
