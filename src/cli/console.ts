/** Where a command reads and writes; the process's own, or a test's. */
export interface Console {
  readonly stdout: {
    write(text: string): boolean;
    isTTY?: boolean;
    columns?: number;
    once(event: 'drain', then: () => void): unknown;
  };
  readonly stderr: { write(text: string): boolean; isTTY?: boolean; columns?: number };
  readonly stdin: () => Promise<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
}
