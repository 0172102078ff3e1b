import { existsSync } from 'node:fs';
import { afterAll } from 'vitest';
import { HostError } from '../../src/kernel/host/host-error.ts';
import {
  createNamespace,
  deleteNamespace,
  listNamespaces,
} from '../../src/kernel/host/namespace.ts';
import { gatherFacts } from '../../src/kernel/start/host-facts.ts';
import { judgeHost } from '../../src/kernel/start/preflight.ts';

/** Namespaces of tests carry the process that made them, so that only those of dead runs are swept. */
const PREFIX = 'sluice-test-';

/** Why tests with a real kernel are left out here; undefined when they run. */
export const leftOut: string | undefined = await whyLeftOut();

if (leftOut !== undefined) console.warn(`left out, no real kernel here: ${leftOut}`);
else await sweep();

let made = 0;

/** Makes a network namespace that is gone when the tests of the file are over; returns its path. */
export async function testNamespace(): Promise<string> {
  return createNamespace(`${PREFIX}${process.pid}-${made++}`);
}

/** Deletes it, and all others that this process made, when the file ends. Called by each file once. */
export function removeNamespacesAfterAll(): void {
  afterAll(async () => {
    for (const name of listNamespaces(`${PREFIX}${process.pid}-`)) await deleteNamespace(name);
  });
}

/** Looks in a namespace of its own: not even what is only checked touches that of the machine. */
async function whyLeftOut(): Promise<string | undefined> {
  const name = `${PREFIX}${process.pid}-look`;
  try {
    const facts = await gatherFacts({ netns: await createNamespace(name) });
    await deleteNamespace(name);
    if (!facts.koffi) return 'koffi is not installed';
    return judgeHost(facts).find(({ severity }) => severity === 'error')?.message;
  } catch (error) {
    if (error instanceof HostError) return error.message;
    throw error;
  }
}

async function sweep(): Promise<void> {
  for (const name of listNamespaces(PREFIX)) {
    const pid = name.slice(PREFIX.length).split('-')[0]!;
    // Another test process may sweep the same at the same time.
    if (!existsSync(`/proc/${pid}`)) await deleteNamespace(name).catch(() => {});
  }
}
