/** A stream that a process was started with. */
export function existing<T>(stream: T | null): T {
  if (stream === null) {
    throw new Error("the process was started without this stream");
  }
  return stream;
}
