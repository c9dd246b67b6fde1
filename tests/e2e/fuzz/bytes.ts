import fc from "fast-check";
import type { Known } from "./bodies.js";
import { requestOf, written } from "./requests.js";

/** What is put where it does not belong. */
const tokens = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  ":",
  " ",
  "\t",
  "\r\n\r\n",
  "\r\n ",
  "0\r\n\r\n",
  "ffffffffffffffffff\r\n",
  "-1\r\n",
  "5;x=y\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: 99999999999999999999\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: identity, chunked\r\n",
  "Host: a\r\nHost: b\r\n",
  "HTTP/1.1",
  "HTTP/0.9",
  "HTTP/9.9",
  "GET / HTTP/1.1\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "%00",
  "\u00ff",
].map((token) => Buffer.from(token, "latin1"));

type Mutation = (bytes: Buffer) => Buffer;

/** Positions are parts of the whole, in ten-thousandths. */
const position = fc.nat({ max: 9_999 });
const at = (bytes: Buffer, part: number) => Math.floor((bytes.length * part) / 10_000);

const flip = fc.tuple(position, fc.integer({ min: 1, max: 255 })).map(
  ([part, mask]): Mutation =>
    (bytes) => {
      const copy = Buffer.from(bytes);
      const index = at(bytes, part);
      copy[index] = (copy[index] ?? 0) ^ mask;
      return copy;
    },
);
const range = fc.tuple(position, fc.integer({ min: 1, max: 20 }));
const remove = range.map(
  ([part, length]): Mutation =>
    (bytes) => {
      const index = at(bytes, part);
      return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + length)]);
    },
);
const repeat = range.map(
  ([part, length]): Mutation =>
    (bytes) => {
      const index = at(bytes, part);
      return Buffer.concat([bytes.subarray(0, index + length), bytes.subarray(index)]);
    },
);
const insert = fc.tuple(position, fc.constantFrom(...tokens)).map(
  ([part, token]): Mutation =>
    (bytes) => {
      const index = at(bytes, part);
      return Buffer.concat([bytes.subarray(0, index), token, bytes.subarray(index)]);
    },
);
const truncate = position.map(
  (part): Mutation =>
    (bytes) =>
      bytes.subarray(0, at(bytes, part)),
);

const mutations = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: flip },
    { weight: 2, arbitrary: remove },
    { weight: 2, arbitrary: repeat },
    { weight: 5, arbitrary: insert },
    { weight: 1, arbitrary: truncate },
  ),
  { minLength: 1, maxLength: 4 },
);

const noise = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fc.array(fc.constantFrom(...tokens), { maxLength: 10 }).map((all) => Buffer.concat(all)),
);

/** Bytes that are hardly HTTP, alone and one after the other. */
export function bytesOf(known: Known): fc.Arbitrary<Buffer> {
  const right = requestOf(known).map(written);
  const mutated = fc
    .tuple(right, mutations)
    .map(([bytes, all]) => all.reduce((changed, mutate) => mutate(changed), bytes));
  const one = fc.oneof(
    { weight: 6, arbitrary: mutated },
    { weight: 1, arbitrary: noise },
    { weight: 2, arbitrary: right },
  );
  return fc.oneof(
    { weight: 3, arbitrary: one },
    { weight: 1, arbitrary: fc.array(one, { minLength: 2, maxLength: 5 }).map((all) => Buffer.concat(all)) },
  );
}
