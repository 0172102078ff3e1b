import type { Batch } from './batch.ts';

/** enum nf_tables_msg_types. */
const NEWRULE = 6;
const DELRULE = 8;
/** NLM_F_CREATE and NLM_F_APPEND. */
const CREATE_LAST = 0x400 | 0x800;
/** enum nft_rule_attributes, nft_list_attributes, nft_expr_attributes. */
const RULE = { table: 1, chain: 2, expressions: 4 } as const;
const LIST_ELEMENT = 1;
const EXPRESSION = { name: 1, data: 2 } as const;
/** enum nft_ct_attributes, nft_bitwise_attributes, nft_cmp_attributes, nft_immediate_attributes. */
const CT = { destination: 1, key: 2, source: 4 } as const;
const BITWISE = { source: 1, destination: 2, length: 3, mask: 4, xor: 5 } as const;
const CMP = { source: 1, operator: 2, data: 3 } as const;
const IMMEDIATE = { destination: 1, data: 2 } as const;
/** enum nft_meta_attributes, NFT_META_PRIORITY. */
const META = { key: 2, source: 3 } as const;
const PRIORITY = 2;
/** enum nft_data_attributes, nft_verdict_attributes. */
const DATA = { value: 1, verdict: 2 } as const;
const VERDICT = { code: 1, chain: 2 } as const;
/** NFT_CT_MARK, NFT_REG_1, NFT_REG_VERDICT, NFT_CMP_EQ. */
const MARK = 3;
const REGISTER = 1;
const VERDICT_REGISTER = 0;
const EQUAL = 0;
/** NF_ACCEPT, NFT_JUMP, NFT_GOTO. */
const CODES = { accept: 1, jump: -3, goto: -4 } as const;

// nft reads what begins with a zero as octal
const NUMBER = '(0x[\\da-f]{1,8}|0|[1-9]\\d{0,8})';
const NAME = '([A-Za-z_]\\w*)';
const PASSED = new RegExp(`^ct mark and ${NUMBER} == ${NUMBER} accept$`);
const STAMP = new RegExp(`^ct mark set ct mark and ${NUMBER}(?: or ${NUMBER})?( accept)?$`);
const SCRATCH = /^meta priority set ([\da-f]{1,4}):([\da-f]{1,4})$/;
const JUMP = new RegExp(`^(jump|goto) ${NAME}$`);

/** Empties a chain of its rules. */
export function writeFlush(batch: Batch, table: string, chain: string): void {
  batch.begin(DELRULE, 0);
  batch.text(RULE.table, table);
  batch.text(RULE.chain, chain);
  batch.end();
}

/**
 * Writes the message that adds a rule behind those of a chain: one of the few that a change of policies
 * rewrites (see compile/ruleset/generation.ts). False for every other rule.
 */
export function writeRule(batch: Batch, table: string, chain: string, rule: string): boolean {
  const [passed, stamp, jump] = [PASSED.exec(rule), STAMP.exec(rule), JUMP.exec(rule)];
  const scratch = SCRATCH.exec(rule);
  if (passed === null && stamp === null && jump === null && scratch === null) return false;
  batch.begin(NEWRULE, CREATE_LAST);
  batch.text(RULE.table, table);
  batch.text(RULE.chain, chain);
  const list = batch.open(RULE.expressions);
  if (passed !== null) {
    writeMarkAnd(batch, Number(passed[1]), 0);
    writeIsEqual(batch, Number(passed[2]));
    writeVerdict(batch, 'accept');
  } else if (stamp !== null) {
    const value = Number(stamp[2] ?? 0);
    // what is or-ed in is masked out first, whatever was kept of it
    writeMarkAnd(batch, Number(stamp[1]) & ~value, value);
    writeSetMark(batch);
    if (stamp[3] !== undefined) writeVerdict(batch, 'accept');
  } else if (scratch !== null) {
    const [major, minor] = [scratch[1]!, scratch[2]!].map((half) => Number.parseInt(half, 16));
    writeSetPriority(batch, major! * 0x1_0000 + minor!);
  } else {
    writeVerdict(batch, jump![1] as 'jump' | 'goto', jump![2]);
  }
  batch.close(list);
  batch.end();
  return true;
}

/** Register 1: the mark of the connection, masked, some of its bits turned over. */
function writeMarkAnd(batch: Batch, mask: number, xor: number): void {
  writeExpression(batch, 'ct', () => {
    batch.number(CT.key, MARK);
    batch.number(CT.destination, REGISTER);
  });
  writeExpression(batch, 'bitwise', () => {
    batch.number(BITWISE.source, REGISTER);
    batch.number(BITWISE.destination, REGISTER);
    batch.number(BITWISE.length, 4);
    writeValue(batch, BITWISE.mask, mask);
    writeValue(batch, BITWISE.xor, xor);
  });
}

function writeIsEqual(batch: Batch, value: number): void {
  writeExpression(batch, 'cmp', () => {
    batch.number(CMP.source, REGISTER);
    batch.number(CMP.operator, EQUAL);
    writeValue(batch, CMP.data, value);
  });
}

function writeSetMark(batch: Batch): void {
  writeExpression(batch, 'ct', () => {
    batch.number(CT.key, MARK);
    batch.number(CT.source, REGISTER);
  });
}

function writeSetPriority(batch: Batch, value: number): void {
  writeExpression(batch, 'immediate', () => {
    batch.number(IMMEDIATE.destination, REGISTER);
    writeValue(batch, IMMEDIATE.data, value);
  });
  writeExpression(batch, 'meta', () => {
    batch.number(META.key, PRIORITY);
    batch.number(META.source, REGISTER);
  });
}

function writeVerdict(batch: Batch, code: keyof typeof CODES, chain?: string): void {
  writeExpression(batch, 'immediate', () => {
    batch.number(IMMEDIATE.destination, VERDICT_REGISTER);
    const data = batch.open(IMMEDIATE.data);
    const verdict = batch.open(DATA.verdict);
    batch.number(VERDICT.code, CODES[code]);
    if (chain !== undefined) batch.text(VERDICT.chain, chain);
    batch.close(verdict);
    batch.close(data);
  });
}

function writeExpression(batch: Batch, name: string, write: () => void): void {
  const element = batch.open(LIST_ELEMENT);
  batch.text(EXPRESSION.name, name);
  const data = batch.open(EXPRESSION.data);
  write();
  batch.close(data);
  batch.close(element);
}

function writeValue(batch: Batch, attribute: number, value: number): void {
  const data = batch.open(attribute);
  batch.hostNumber(DATA.value, value);
  batch.close(data);
}
