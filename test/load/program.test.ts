import { describe, expect, test } from 'vitest';
import { runProgram } from '../../src/load/program.ts';

const NODE = process.execPath;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a program', () => {
  test('is given words, not a line for a shell', async () => {
    const words = ['-p', 'JSON.stringify(process.argv.slice(1))', '--', '$(id)', '; ls', '*'];
    const outcome = await runProgram(NODE, words);
    expect(outcome.kind === 'ended' && JSON.parse(text(outcome.stdout))).toEqual([
      '$(id)',
      '; ls',
      '*',
    ]);
  });

  test('has the environment of this process, and no questions to ask', async () => {
    process.env['SLUICE_TEST'] = 'kept';
    const words = ['-p', '[process.env.SLUICE_TEST, process.env.GIT_TERMINAL_PROMPT].join()'];
    const outcome = await runProgram(NODE, words);
    delete process.env['SLUICE_TEST'];
    expect(outcome).toMatchObject({ kind: 'ended', status: 0 });
    expect(outcome.kind === 'ended' && text(outcome.stdout)).toBe('kept,0\n');
  });

  test('has nothing on its standard input', async () => {
    const outcome = await runProgram(NODE, ['-p', 'fs.readFileSync(0).length']);
    expect(outcome.kind === 'ended' && text(outcome.stdout)).toBe('0\n');
  });

  test('that fails says how', async () => {
    const outcome = await runProgram(NODE, ['-e', 'console.error("no"); process.exit(7)']);
    expect(outcome).toMatchObject({ kind: 'ended', status: 7, stderr: 'no\n' });
  });

  test('that is not there is told apart', async () => {
    expect(await runProgram('no-such-program-anywhere', [])).toEqual({ kind: 'missing' });
  });

  test('is ended after its time', async () => {
    const limits = { milliseconds: 200, bytes: 1000 };
    const outcome = await runProgram(NODE, ['-e', 'setInterval(() => 0, 1000)'], limits);
    expect(outcome).toEqual({ kind: 'stopped', why: `\`${NODE}\` did not end within 0.2 s` });
  });

  test('is ended when a child of it holds its output open', async () => {
    const script =
      'child_process.spawn("sleep", ["6"], { stdio: "inherit" }); setInterval(() => 0, 1000)';
    const begin = Date.now();
    const outcome = await runProgram(NODE, ['-e', script], { milliseconds: 300, bytes: 1000 });
    expect(outcome.kind).toBe('stopped');
    expect(Date.now() - begin).toBeLessThan(5000);
  });

  test('is ended when it writes without end', async () => {
    const limits = { milliseconds: 20_000, bytes: 1_000_000 };
    const script = 'const write = () => process.stdout.write("x".repeat(1e5), write); write()';
    const outcome = await runProgram(NODE, ['-e', script], limits);
    expect(outcome).toEqual({ kind: 'stopped', why: `\`${NODE}\` wrote more than 1 MB` });
  });
});
