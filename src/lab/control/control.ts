import type { LabInput, SourceText } from '../process/input.ts';
import type { DeniedConnection } from '../running/denials.ts';
import type { Applied } from '../running/lab.ts';
import type { PacketTrace } from '../running/packet-trace.ts';
import type { LabStatus } from '../running/status.ts';
import type { Attempt, Outcome, Resolution } from '../sockets/attempt.ts';

/** What the commands ask of the process that serves a lab. One request a connection. */
export type Request =
  /** Make the lab, or take up the one that is there. */
  | { readonly kind: 'up'; readonly input: LabInput }
  | { readonly kind: 'status' }
  | { readonly kind: 'apply'; readonly sources: readonly SourceText[]; readonly prune: boolean }
  | { readonly kind: 'probe'; readonly attempts: readonly Attempt[]; readonly patienceMs: number }
  | {
      readonly kind: 'resolve';
      readonly asked: readonly { readonly from: string; readonly name: string }[];
    }
  | { readonly kind: 'trace'; readonly attempt: Attempt; readonly patienceMs: number }
  /** Answers with events until the connection is closed. */
  | { readonly kind: 'watch' }
  /** End everything; the process ends after its answer. */
  | { readonly kind: 'down' };

export type RequestKind = Request['kind'];

/** What comes of each request. */
export interface Answers {
  readonly up: LabStatus;
  readonly status: LabStatus;
  readonly apply: Applied;
  readonly probe: readonly Outcome[];
  readonly resolve: readonly Resolution[];
  readonly trace: readonly PacketTrace[];
  readonly watch: null;
  readonly down: null;
}

/** Something a watcher is told. */
export type LabEvent =
  | { readonly kind: 'denied'; readonly denied: DeniedConnection }
  /** The cluster is another one now: read the lab's input again. */
  | { readonly kind: 'changed' };

/** One line of the answer to a request. */
export type Reply =
  /** How far it is, for a person. */
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'event'; readonly event: LabEvent }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: ControlFailure };

/** Why a request was not done: the name of an error, and its message for the user. */
export interface ControlFailure {
  readonly name: string;
  readonly message: string;
}

/** One line of the wire: JSON, in which addresses keep their whole numbers. */
export function encodeLine(value: Request | Reply): string {
  return `${JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? { whole: one.toString() } : one))}\n`;
}

/** What a line says. Throws a SyntaxError for one that was cut short. */
export function decodeLine(line: string): unknown {
  return JSON.parse(line, (_, one: unknown) =>
    typeof one === 'object' && one !== null && 'whole' in one ? BigInt(String(one.whole)) : one,
  );
}
