/** The text of a request with a body of JSON. */
export function post(path: string, body: object = {}): string {
  const text = JSON.stringify(body);
  return (
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${text.length}\r\n\r\n${text}`
  );
}

export function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}

/** Says whether an answer with a `Content-Length` has come whole. */
export function isWholeResponse(text: string): boolean {
  const head = text.indexOf("\r\n\r\n");
  if (head === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  return text.length >= head + 4 + Number(length);
}

/** The body of an answer. @throws when it is a refusal. */
export function bodyOf(text: string): string {
  if (!text.startsWith("HTTP/1.1 200")) throw new Error(text);
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}
