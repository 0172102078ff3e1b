#!/usr/bin/env node
import process from 'node:process';
import { run } from './main.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // the reader went away (`sluice reach | head`): nothing is left to say
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

async function stdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin,
  env: process.env,
});
