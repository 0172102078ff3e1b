import type { Content } from './listing.ts';

/** A table with some of everything the compiler makes. */
export const BASE = `
add table inet t # a comment
add set inet t hosts { type ipv4_addr; }
add set inet t links { type ifname . ipv4_addr; }
add set inet t groups { type devgroup . ipv4_addr; }
add set inet t families { type nf_proto; }
add set inet t blocks { type ipv4_addr; flags interval; }
add set inet t ports { type classid . inet_proto . inet_service; flags interval; }
add set inet t drops { type ipv6_addr; size 100; flags dynamic; counter; }
add map inet t peers { type ipv6_addr : classid; }
add map inet t ranges { type ipv4_addr . inet_proto : classid; flags interval; }
add chain inet t post { type filter hook postrouting priority 95; policy accept; }
add chain inet t gate
add chain inet t spare
add rule inet t gate ct mark and 0x0000ffff == 0x0007 accept
add rule inet t post jump gate
add rule inet t post ip saddr @hosts drop
add element inet t hosts { 10.0.0.1, 10.0.0.2 }
add element inet t links { "eth0.5" . 10.0.0.1 }
add element inet t groups { 100001 . 10.0.0.1 }
add element inet t families { ipv4 }
add element inet t blocks { 10.0.0.0/8 }
add element inet t ports { 0:2 . tcp . 80-90, 0:2 . udp . 53 }
add element inet t peers { fd00::1 : 0:1 }
add element inet t ranges { 10.0.0.0-10.0.0.9 . 0-255 : 1:ffff,
  10.0.0.10-10.0.0.255 . 0-255 : 0:3 }
`;

/** What is in it. */
export const CONTENT: Content = {
  hosts: ['10.0.0.1', '10.0.0.2'],
  links: ['eth0.5 . 10.0.0.1'],
  groups: ['100001 . 10.0.0.1'],
  families: ['ipv4'],
  blocks: ['10.0.0.0/8'],
  ports: ['0:2 . tcp . 80-90', '0:2 . udp . 53'],
  drops: [],
  peers: ['fd00::1 : 0:1'],
  ranges: ['10.0.0.0-10.0.0.9 . 0-255 : 1:ffff', '10.0.0.10-10.0.0.255 . 0-255 : 0:3'],
  post: 2,
  gate: 1,
  spare: 0,
};

/** What a transaction on top of BASE comes to: refused for a reason, or what then differs from CONTENT. */
export type Case = [fact: string, commands: string, RegExp | Content];

/** The contract that everything behind an Nft keeps. */
export const CASES: Case[] = [
  ['an element that is there is added again', 'add element inet t hosts { 10.0.0.1 }', {}],
  [
    'elements are separated by commas',
    'add element inet t hosts { 10.0.0.3, 10.0.0.4, }',
    { hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'] },
  ],
  [
    'a link is known by the number of its group',
    'delete element inet t groups { 100001 . 10.0.0.1 }\nadd element inet t groups { 2147483647 . 10.0.0.1 }',
    { groups: ['2147483647 . 10.0.0.1'] },
  ],
  [
    'an element that went comes again in one transaction',
    'delete element inet t families { ipv4 }\nadd element inet t families { ipv4, ipv6 }',
    { families: ['ipv4', 'ipv6'] },
  ],
  ['an element is deleted', 'delete element inet t hosts { 10.0.0.1 }', { hosts: ['10.0.0.2'] }],
  [
    'what is not there cannot be deleted',
    'delete element inet t hosts { 10.0.0.9 }',
    /No such file/,
  ],
  [
    'a failure takes back all before it',
    'add element inet t hosts { 10.0.0.7 }\nflush chain inet t gate\ndelete element inet t hosts { 10.0.0.9 }',
    /No such file/,
  ],
  [
    'a failure keeps all after it from happening',
    'delete element inet t hosts { 10.0.0.9 }\nadd element inet t hosts { 10.0.0.7 }',
    /No such file/,
  ],
  [
    'a key is given another value only when it is deleted before',
    'add element inet t peers { fd00::1 : 0:2 }',
    /File exists/,
  ],
  [
    'a value is changed in one transaction',
    'delete element inet t peers { fd00::1 }\nadd element inet t peers { fd00::1 : 0:2 }',
    { peers: ['fd00::1 : 0:2'] },
  ],
  [
    'a map element is deleted with its value',
    'delete element inet t peers { fd00::1 : 0:1 }',
    { peers: [] },
  ],
  [
    'other spellings of an address are the same key',
    'delete element inet t peers { fd00:0:0::1 }',
    { peers: [] },
  ],
  [
    'an interval inside another is refused',
    'add element inet t blocks { 10.1.0.0/16 }',
    /overlap|File exists/,
  ],
  [
    'an interval over the edge of another is refused',
    'add element inet t blocks { 10.255.0.0-11.0.0.1 }',
    /overlap|File exists/,
  ],
  [
    'concatenated intervals that overlap are refused',
    'add element inet t ranges { 10.0.0.5-10.0.0.20 . 0-255 : 0:9 }',
    /File exists/,
  ],
  [
    'a port inside a range is refused',
    'add element inet t ports { 0:2 . tcp . 85 }',
    /File exists/,
  ],
  [
    'the same ports under another protocol or id do not overlap',
    'add element inet t ports { 0:2 . sctp . 85, 0:3 . tcp . 85 }',
    { ports: ['0:2 . sctp . 85', '0:2 . tcp . 80-90', '0:2 . udp . 53', '0:3 . tcp . 85'] },
  ],
  [
    'an interval is cut in one transaction',
    'delete element inet t ports { 0:2 . tcp . 80-90 }\nadd element inet t ports { 0:2 . tcp . 80-84, 0:2 . tcp . 86-90 }',
    { ports: ['0:2 . tcp . 80-84', '0:2 . tcp . 86-90', '0:2 . udp . 53'] },
  ],
  [
    'a single port is deleted when it is written as a range, however it was added',
    'delete element inet t ports { 0:2 . udp . 53-53 }',
    { ports: ['0:2 . tcp . 80-90'] },
  ],
  ['a prefix needs the flag interval', 'add element inet t hosts { 10.0.0.0/24 }', /interval/],
  [
    'a set is flushed and filled again',
    'flush set inet t hosts\nadd element inet t hosts { 10.0.0.9 }',
    { hosts: ['10.0.0.9'] },
  ],
  ['a map is flushed as a map', 'flush map inet t ranges', { ranges: [] }],
  ['a set is not flushed as a map', 'flush map inet t hosts', /No such file/],
  [
    'a chain is flushed and filled again',
    'flush chain inet t gate\nadd rule inet t gate ct mark and 0x0000ffff == 0x0008 accept\nadd rule inet t gate drop',
    { gate: 2 },
  ],
  [
    'a chain is declared again',
    'add chain inet t post { type filter hook postrouting priority 95; policy accept; }',
    {},
  ],
  ['a chain that is jumped to cannot be deleted', 'delete chain inet t gate', /busy/],
  [
    'a chain that nothing jumps to is deleted',
    'delete chain inet t spare',
    { spare: undefined as never },
  ],
  [
    'a chain is deleted with the jump to it',
    'flush chain inet t post\nflush chain inet t gate\ndelete chain inet t gate',
    { post: 0, gate: undefined as never },
  ],
  ['a rule cannot jump to what is not there', 'add rule inet t gate jump nowhere', /No such file/],
  [
    'a rule cannot look into what is not there',
    'add rule inet t gate ip saddr @nothing drop',
    /No such file/,
  ],
  ['a set that a rule looks into cannot be deleted', 'delete set inet t hosts', /busy/],
  [
    'a set that no rule looks into is deleted',
    'delete set inet t blocks',
    { blocks: undefined as never },
  ],
  ['a set is declared again', 'add set inet t hosts { type ipv4_addr; }', {}],
  ['a set keeps its type', 'add set inet t hosts { type ipv6_addr; }', /exists/],
  [
    'a set and a map share one kind of name',
    'add map inet t hosts { type ipv4_addr : classid; }',
    /exists/,
  ],
  ['a table that is there is added again', 'add table inet t', {}],
  [
    'a table is deleted and made anew',
    'delete table inet t\nadd table inet t\nadd chain inet t only',
    {
      ...Object.fromEntries(Object.keys(CONTENT).map((name) => [name, undefined as never])),
      only: 0,
    },
  ],
  [
    'what was deleted with its table is gone',
    'delete table inet t\nadd element inet t hosts { 10.0.0.1 }',
    /No such file/,
  ],
  ['a table that is not there cannot be deleted', 'delete table inet other', /No such file/],
  ['nothing is a transaction', '# nothing\n', {}],
  ['a command that is none is refused', 'make it so', /./],
  ['a brace left open is refused', 'add element inet t hosts { 10.0.0.7', /./],
  [
    'a host name is not looked up',
    'add element inet t hosts { kubernetes.default.svc }',
    /not an address/,
  ],
  [
    'an address beyond 255 is not looked up',
    'add element inet t hosts { 10.0.0.300 }',
    /not an address/,
  ],
  [
    'a short form of an address is not looked up',
    'add element inet t hosts { 10.1 }',
    /not an address/,
  ],
];
