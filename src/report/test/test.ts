import { dump } from 'js-yaml';
import { testJunit } from './junit.ts';
import { testObject } from './object.ts';
import type { TestRun } from './run.ts';
import { testTap } from './tap.ts';
import { testText } from './text.ts';

/** The formats `sluice test` prints. */
export type TestFormat = 'table' | 'json' | 'yaml' | 'tap' | 'junit';

/** What `sluice test` found, in pieces. */
export function testReport(run: TestRun, format: TestFormat, colour: boolean): Iterable<string> {
  switch (format) {
    case 'table':
      return testText(run, colour);
    case 'json':
      return [`${JSON.stringify(testObject(run), null, 2)}\n`];
    case 'yaml': {
      const plain: unknown = JSON.parse(JSON.stringify(testObject(run)));
      return [dump(plain, { lineWidth: -1, noRefs: true })];
    }
    case 'tap':
      return testTap(run);
    case 'junit':
      return testJunit(run);
  }
}
