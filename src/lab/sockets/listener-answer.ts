import { formatAddress, parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';

/** Who answered, and whom it saw. */
export interface ListenerAnswer {
  readonly by: string;
  readonly seenAs: Address;
}

/** The one line every listener answers with: its stand's id and the client's address. */
export function answerLine(id: string, client: Address): string {
  return `${id} ${formatAddress(client)}\n`;
}

/** Reads {@link answerLine}; undefined for anything else, such as the answer of another program. */
export function readAnswer(text: string): ListenerAnswer | undefined {
  const [by, address, ...rest] = text.trimEnd().split(' ');
  const seenAs = parseAddress(address ?? '');
  if (by === undefined || seenAs === undefined || rest.length > 0) return undefined;
  return { by, seenAs };
}

/** What is written back to the first bytes of a client: the line, as a page when a browser asks. */
export function answerTo(request: string, line: string): string {
  if (!/^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH) /.test(request)) return line;
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(line)}`,
    'Connection: close',
  ].join('\r\n');
  return `${head}\r\n\r\n${request.startsWith('HEAD ') ? '' : line}`;
}
