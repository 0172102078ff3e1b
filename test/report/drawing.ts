/** A rectangle on a drawing; a line has no width or no height. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What an SVG of `reach` shows: boxes, the texts in them, the straight parts of its lines. */
export interface Drawn {
  readonly boxes: readonly Area[];
  readonly texts: readonly (Area & { readonly words: string })[];
  readonly lines: readonly Area[];
}

// Helvetica's average for lower case letters and digits; narrow enough that only real faults count
const CHARACTER = { title: 7, pin: 5.6 };

/** Reads the drawing back. */
export function drawnIn(svg: string): Drawn {
  const boxes = [
    ...svg.matchAll(/<rect class="box.*?" x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"/g),
  ];
  const texts = [...svg.matchAll(/<text class="(title|pin).*?" x="(.*?)" y="(.*?)">([^<]*)/g)];
  const paths = [...svg.matchAll(/<path class="line.*?" d="(.*?)"/g)];
  return {
    boxes: boxes.map(([, ...numbers]) => {
      const [x, y, width, height] = numbers.map(Number);
      return { left: x!, right: x! + width!, top: y!, bottom: y! + height! };
    }),
    texts: texts.map(([, kind, x, y, escaped]) => {
      const words = escaped!.replaceAll(/&\w+;/g, '?');
      const width = words.length * CHARACTER[kind === 'title' ? 'title' : 'pin'];
      const left = Number(x);
      return { words, left, right: left + width, top: Number(y) - 9, bottom: Number(y) };
    }),
    lines: paths.flatMap(([, path]) => segments(path!)),
  };
}

function segments(path: string): Area[] {
  const points = [...path.matchAll(/[MLQ]([\d.-]+) ([\d.-]+)(?: ([\d.-]+) ([\d.-]+))?/g)].map(
    ([, x, y, endX, endY]) => [Number(endX ?? x), Number(endY ?? y)] as const,
  );
  return points.slice(1).map(([x, y], i) => {
    const [fromX, fromY] = points[i]!;
    return {
      left: Math.min(x, fromX),
      right: Math.max(x, fromX),
      top: Math.min(y, fromY),
      bottom: Math.max(y, fromY),
    };
  });
}
