import { judgeIn, readSetting } from '../../spec/spec.ts';
import type { Implementation } from './implementation.ts';

/** The executable specification, from raw objects. */
export const SPEC: Implementation = {
  name: 'spec',
  judgeOf: (world) => {
    const setting = readSetting(world);
    return (question) => judgeIn(setting, question);
  },
};
