/** How a diagram names things. */
export interface DiagramOptions<V, E> {
  /** The name of the graph, or the title above it. Left out by default. */
  readonly name?: string;

  /**
   * The text of a vertex.
   *
   * @default String
   */
  readonly label?: (vertex: V) => string;

  /**
   * The text beside an edge; none is drawn for `undefined`.
   *
   * @default none is drawn
   */
  readonly edgeLabel?: (edge: E) => string | undefined;
}

/** Characters that cannot be seen, break a renderer, or turn the text around them. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}]/gu;

const SHORT_ESCAPES = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** Shows control characters, lone surrogates and the like as escapes: a newline becomes `\n`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => SHORT_ESCAPES.get(character) ?? codeUnits(character));
}

/** The default text of a vertex. Never throws: an object need not have a string form. */
export function vertexText(vertex: unknown): string {
  try {
    return String(vertex);
  } catch {
    return Object.prototype.toString.call(vertex);
  }
}

function codeUnits(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index += 1) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
