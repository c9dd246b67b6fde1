import { createParser } from "eventsource-parser";
import type { RouteName } from "../routes.js";
import { invalidReply, readSuccess } from "./reply.js";
import type { TransportResponse } from "./transport.js";

/** Yields the data of server-sent events as they arrive, however the stream is cut into chunks. */
export async function* readEvents<Item>(
  name: RouteName,
  response: TransportResponse,
  isItem: (value: unknown) => value is Item,
): AsyncGenerator<Item, void, undefined> {
  if (response.status !== 200) {
    await readSuccess(name, response);
  }
  if (response.contentType !== "text/event-stream") {
    throw invalidReply(name, response);
  }

  const decoder = new TextDecoder("utf-8", { fatal: true });
  const arrived: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => arrived.push(data) });
  for await (const chunk of response.body) {
    try {
      parser.feed(decoder.decode(chunk, { stream: true }));
    } catch (cause) {
      throw invalidReply(name, response, cause);
    }
    for (const data of arrived.splice(0)) {
      const item = parse(name, response, data);
      if (!isItem(item)) {
        throw invalidReply(name, response);
      }
      yield item;
    }
  }
}

function parse(name: RouteName, response: TransportResponse, data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw invalidReply(name, response, cause);
  }
}
