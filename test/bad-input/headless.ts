import type { Expectation } from './expectation.ts';

/** What must come of the files that can have no header: JSON, other bytes than UTF-8, nothing at all. */
export const HEADLESS: Readonly<Record<string, Expectation>> = {
  'a-byte-order-mark.yaml': {
    problems: [],
    asked: 'denied',
    rest: 'read',
  },
  'a-comma-is-missing.json': {
    problems: ['yaml-syntax 30:7'],
    asked: 'not asked',
    rest: 'not read',
  },
  'a-comment-in-json.json': {
    problems: ['not-json 34:17'],
    asked: 'denied',
    rest: 'read',
  },
  'a-picture.bin': {
    problems: ['not-text 1:1'],
    asked: 'not asked',
    rest: 'none',
  },
  'a-program.bin': {
    problems: ['not-text 1:1'],
    asked: 'not asked',
    rest: 'none',
  },
  'a-second-object-is-broken.json': {
    problems: ['not-json 38:28', 'missing-type 38:1'],
    asked: 'denied',
    rest: 'none',
  },
  'an-array-of-objects.json': {
    problems: ['not-an-object 1:1'],
    asked: 'not asked',
    rest: 'not read',
  },
  'an-unquoted-key.json': {
    problems: ['not-json 35:9'],
    asked: 'denied',
    rest: 'read',
  },
  'byte-order-mark-alone.yaml': {
    problems: [],
    asked: 'not asked',
    rest: 'none',
  },
  'byte-order-marks-between-documents.yaml': {
    problems: [],
    asked: 'denied',
    rest: 'read',
  },
  'comments-only.yaml': {
    problems: ['no-objects 1:1'],
    asked: 'not asked',
    rest: 'none',
  },
  'cut-off.json': {
    problems: ['yaml-syntax 43:7'],
    asked: 'not asked',
    rest: 'none',
  },
  'empty.yaml': {
    problems: ['no-objects 1:1'],
    asked: 'not asked',
    rest: 'none',
  },
  'gzip.bin': {
    problems: ['not-text 1:1'],
    asked: 'not asked',
    rest: 'none',
  },
  'latin-1-in-a-label.yaml': {
    problems: ['not-utf8 3:60', 'invalid-label 3:58'],
    asked: 'denied',
    rest: 'read',
  },
  'latin-1.yaml': {
    problems: ['not-utf8 1:4'],
    asked: 'denied',
    rest: 'read',
  },
  'not-utf-8-at-all.yaml': {
    problems: ['not-utf8 20:1', 'yaml-syntax 20:1'],
    asked: 'denied',
    rest: 'not read',
  },
  'objects-on-one-line.json': {
    problems: [],
    asked: 'denied',
    rest: 'read',
  },
  'objects-one-after-the-other.json': {
    problems: [],
    asked: 'denied',
    rest: 'read',
  },
  'trailing-commas.json': {
    problems: ['not-json 12:21'],
    asked: 'denied',
    rest: 'read',
  },
  'utf-16-big-endian.yaml': {
    problems: [],
    asked: 'denied',
    rest: 'read',
  },
  'utf-16-little-endian.yaml': {
    problems: [],
    asked: 'denied',
    rest: 'read',
  },
  'utf-16-without-its-mark.yaml': {
    problems: [],
    asked: 'denied',
    rest: 'read',
  },
  'windows-line-ends.yaml': {
    problems: [],
    asked: 'denied',
    rest: 'read',
  },
};
