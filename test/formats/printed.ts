import { expect } from 'vitest';
import { sluice } from '../cli-console.ts';

/** What a command prints in a format; it must be something, and end with a line end. */
export async function printed(words: readonly string[], format: string): Promise<string> {
  const { code, stdout, stderr } = await sluice([...words, '-o', format]);
  expect([0, 1, 3], stderr).toContain(code);
  expect(stdout, `${words.join(' ')} -o ${format}`).toMatch(/\n$/);
  return stdout;
}

/** What it prints as JSON, read. */
export async function printedJson<Form>(words: readonly string[]): Promise<Form> {
  return JSON.parse(await printed(words, 'json')) as Form;
}
