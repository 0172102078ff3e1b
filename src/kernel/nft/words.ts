/** One command of an nft text: its words before the braces, and what stands in them. */
export interface Command {
  /** `add element inet sluice peers4`, split at blanks. */
  readonly words: readonly string[];
  /** The text between the outermost braces, or undefined when there are none. */
  readonly body: string | undefined;
}

/**
 * Splits a text for `nft -f` into its commands, as nft does: at line ends and semicolons outside braces and
 * quotes, `#` beginning a comment. Throws an Error when a brace or a quote is left open.
 */
export function commandsOf(text: string): Command[] {
  const commands: Command[] = [];
  const marks = /["{};\n#]/g;
  let begin = 0;
  let depth = 0;
  const end = (at: number): void => {
    const piece = text.slice(begin, at).trim();
    if (piece !== '') commands.push(commandOf(piece));
    begin = at + 1;
  };
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [sign] = mark;
    if (sign === '{') depth++;
    else if (sign === '}') depth--;
    else if (sign === '"') {
      const closing = text.indexOf('"', mark.index + 1);
      if (closing === -1) throw new Error('a quote is left open');
      marks.lastIndex = closing + 1;
    } else if (sign === '#') {
      if (depth > 0) throw new Error('a comment inside braces is not understood here');
      end(mark.index);
      const line = text.indexOf('\n', mark.index);
      begin = line === -1 ? text.length : line;
      marks.lastIndex = begin;
    } else if (depth === 0) end(mark.index);
    if (depth < 0) throw new Error('a brace is closed that was not opened');
  }
  if (depth > 0) throw new Error('a brace is left open');
  end(text.length);
  return commands;
}

/** Everything up to the first brace is the head; a rule has braces of its own inside, and keeps them. */
function commandOf(piece: string): Command {
  const isRule = /^(?:add|insert|delete)\s+rule\s/.test(piece);
  const brace = isRule ? -1 : piece.indexOf('{');
  if (brace === -1) return { words: piece.split(/\s+/), body: undefined };
  const words = piece.slice(0, brace).trim().split(/\s+/);
  return { words, body: piece.slice(brace + 1, piece.lastIndexOf('}')).trim() };
}

/** The elements of a body: pieces between commas that stand in no quotes. */
export function elementsOf(body: string): string[] {
  const pieces = body.includes('"') ? (body.match(/(?:"[^"]*"|[^,"])+/g) ?? []) : body.split(',');
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
}
