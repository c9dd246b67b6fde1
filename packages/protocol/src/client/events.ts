import { createParser } from "eventsource-parser";
import type { EventDocument } from "../messages.js";
import { hasNumber, hasText, invalidReply, readSuccess } from "./reply.js";
import type { TransportResponse } from "./transport.js";

/** Yields the events of a stream as they arrive, however it is cut into chunks. */
export async function* readEvents(
  response: TransportResponse,
): AsyncGenerator<EventDocument, void, undefined> {
  if (response.status !== 200) {
    await readSuccess("events", response);
  }
  if (response.contentType !== "text/event-stream") {
    throw invalidReply("events", response);
  }

  const decoder = new TextDecoder("utf-8", { fatal: true });
  const arrived: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => arrived.push(data) });
  for await (const chunk of response.body) {
    try {
      parser.feed(decoder.decode(chunk, { stream: true }));
    } catch (cause) {
      throw invalidReply("events", response, cause);
    }
    for (const data of arrived.splice(0)) {
      yield toEvent(response, data);
    }
  }
}

function toEvent(response: TransportResponse, data: string): EventDocument {
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch (cause) {
    throw invalidReply("events", response, cause);
  }
  if (!isEventDocument(event)) {
    throw invalidReply("events", response);
  }
  return event;
}

function isEventDocument(value: unknown): value is EventDocument {
  return hasText(value, "type") && hasNumber(value, "sequence");
}
