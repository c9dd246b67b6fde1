import { styleText } from "node:util";
import type { Status } from "@sync/protocol";
import { escapeControls } from "./escape.js";

export type Color = "red" | "green" | "yellow" | "cyan" | "magenta" | "gray";

/**
 * A line, or a part of one. Any text in it may have come from others: it is escaped first and coloured
 * after, so that the only control characters that reach a terminal are our own.
 */
export type Text = string | { readonly text: string; readonly color: Color } | readonly Text[];

export const statusColors: Readonly<Record<Status, Color>> = {
  "not registered": "yellow",
  pending: "yellow",
  started: "cyan",
  completed: "green",
  failed: "red",
  skipped: "magenta",
};

/** How every error begins. */
export function errorText(what: string): Text {
  return [{ text: "error:", color: "red" }, ` ${what}`];
}

/** The text as it is written. */
export function paint(text: Text, inColor: boolean): string {
  if (typeof text === "string") {
    return escapeControls(text);
  }
  if (!("color" in text)) {
    return text.map((part) => paint(part, inColor)).join("");
  }
  const escaped = escapeControls(text.text);
  return inColor ? styleText(text.color, escaped, { validateStream: false }) : escaped;
}
