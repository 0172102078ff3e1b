import { diagramOf, wrap } from '../diagram/diagram.ts';
import type { Box, Diagram, Frame } from '../diagram/diagram.ts';
import { geometryOf } from '../diagram/geometry.ts';
import type { Geometry, Point, Rectangle, Stroke } from '../diagram/geometry.ts';
import { graphOf } from '../diagram/graph.ts';
import { pinHeight, placeDiagram, ROW, titleHeight } from '../diagram/placement.ts';
import type { LineMap } from '../pairs/lines.ts';
import { visible } from '../words/visible.ts';

const PADDING = 10;
const RADIUS = 6;
const ARROW = 7;
/** Widths of characters at their sizes, with room to spare for fonts wider than most. */
const TITLE_CHARACTER = 8;
const PIN_CHARACTER = 6.4;
const NOTE_CHARACTER = 6.2;
/** More than this make a drawing nobody can read. */
const MOST_BOXES = 120;
const MOST_ARROWS = 500;

/** What is said in the place of a drawing. */
export const TOO_MUCH = 'too much to draw; narrow it with --from or --to';

/** What a map looks like as boxes and arrows; undefined when they are too many to read. */
export function readableDiagram(map: LineMap): Diagram | undefined {
  const diagram = diagramOf(graphOf(map));
  const arrows = diagram.pins.reduce((sum, { sources }) => sum + sources.length, 0);
  return diagram.boxes.length > MOST_BOXES || arrows > MOST_ARROWS ? undefined : diagram;
}

/** A map as a drawing of boxes and arrows (SVG 1.1), in colours for light and dark pages. */
export function* reachSvg(
  diagram: Diagram | undefined,
  note: string | undefined,
): Generator<string> {
  if (diagram === undefined) {
    yield* document(480, ROW, [...(note === undefined ? [] : [note]), TOO_MUCH], () => []);
    return;
  }
  const geometry = geometryOf(diagram, placeDiagram(diagram), widthOf);
  yield* document(geometry.width, geometry.height, notesOf(diagram, note), () => drawing(geometry));
}

function widthOf(one: Box | Frame): number {
  const widest = (lines: readonly string[], character: number): number =>
    Math.max(0, ...lines.map(columnsOf)) * character;
  if ('boxes' in one) return widest([one.name], TITLE_CHARACTER);
  const pins = one.pins.map(({ text }) => widest(text, PIN_CHARACTER));
  return Math.max(60, widest(one.title, TITLE_CHARACTER), ...pins) + 2 * PADDING;
}

/** How many Latin characters are as wide: those of wide scripts count as two, and so do pictures. */
function columnsOf(text: string): number {
  const wide = text.match(/[\u{1100}-\u{10FFFF}]/gu) ?? [];
  return Array.from(text).length + wide.length;
}

function notesOf({ pins, hasMutual, hidesOwnNode }: Diagram, note: string | undefined): string[] {
  const dashed = pins.some(({ certainty }) => certainty === 'depends');
  return [
    ...(note === undefined ? [] : [note]),
    ...(dashed ? ['dashed, italic: it depends on what the input does not tell'] : []),
    ...(hasMutual ? ['one another: every box marked so reaches every other'] : []),
    ...(hidesOwnNode ? ["not drawn: what passes only from a pod's own node"] : []),
  ];
}

const STYLE = `
    text { font-family: ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; }
    .frame { fill: #f1f5f9; stroke: #cbd5e1; }
    .name { font-size: 12px; font-weight: 600; fill: #64748b; }
    .box { fill: #ffffff; stroke: #64748b; stroke-width: 1.2; }
    .outside { fill: #e2e8f0; }
    .title { font-size: 13px; font-weight: 600; fill: #0f172a; }
    .pin { font-size: 11px; fill: #475569; }
    .line { fill: none; stroke: #64748b; stroke-width: 1.3; }
    .head { fill: #64748b; }
    .line.depends { stroke-dasharray: 4 3; }
    .pin.depends { font-style: italic; }
    .note { font-size: 11px; fill: #64748b; }
    @media (prefers-color-scheme: dark) {
      .frame { fill: #1e293b; stroke: #475569; }
      .name, .note { fill: #94a3b8; }
      .box { fill: #0f172a; stroke: #94a3b8; }
      .outside { fill: #334155; }
      .title { fill: #f1f5f9; }
      .pin { fill: #cbd5e1; }
      .line { stroke: #94a3b8; }
      .head { fill: #94a3b8; }
    }
  `;

function* document(
  width: number,
  height: number,
  notes: readonly string[],
  draw: () => Iterable<string>,
): Generator<string> {
  const lines = notes.flatMap((note) => wrap(visible(note), Math.floor(width / NOTE_CHARACTER)));
  const full = height + (lines.length > 0 ? lines.length * ROW + PADDING : 0);
  yield `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${full}" viewBox="0 0 ${width} ${full}" role="img">\n`;
  yield `  <title>Who can talk to whom</title>\n  <style>${STYLE}</style>\n`;
  yield* draw();
  for (const [i, line] of lines.entries())
    yield textAt('note', 24, height + i * ROW + ROW / 2, line);
  yield '</svg>\n';
}

function* drawing({ frames, boxes, strokes }: Geometry): Generator<string> {
  for (const [frame, at] of frames) {
    yield rectangle('frame', at, 8);
    yield textAt('name', at.x + PADDING, at.y + 18, frame.name);
  }
  for (const stroke of strokes) yield lineOf(stroke);
  for (const [box, at] of boxes) yield* boxText(box, at);
}

function* boxText({ node, title, pins }: Box, at: Rectangle): Generator<string> {
  const isOutside = node.unit.kind === 'outside';
  yield rectangle(isOutside ? 'box outside' : 'box', at, isOutside ? 14 : 5);
  const first = at.y + (titleHeight(title) - title.length * ROW) / 2 + 14;
  for (const [i, line] of title.entries())
    yield textAt('title', at.x + PADDING, first + i * ROW, line);
  let y = at.y + titleHeight(title);
  for (const pin of pins) {
    const kind = pin.certainty === 'depends' ? 'pin depends' : 'pin';
    for (const [i, line] of pin.text.entries())
      yield textAt(kind, at.x + PADDING, y + i * ROW + 13, line, i === 0 ? pin.hint : '');
    y += pinHeight(pin);
  }
}

function rectangle(kind: string, { x, y, width, height }: Rectangle, radius: number): string {
  return `  <rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>\n`;
}

function textAt(kind: string, x: number, y: number, text: string, hint = ''): string {
  const title = hint === '' ? '' : `<title>${escape(hint)}</title>`;
  return `  <text class="${kind}" x="${x}" y="${y}">${escape(text)}${title}</text>\n`;
}

function lineOf({ pin, points, arrives }: Stroke): string {
  const kind = pin.certainty === 'depends' ? 'line depends' : 'line';
  const [x, y] = points.at(-1)!;
  const tip: Point = [x - ARROW + 1, y];
  const path = rounded(arrives ? [...points.slice(0, -1), tip] : points);
  const line = `  <path class="${kind}" d="${path}"/>\n`;
  if (!arrives) return line;
  return `${line}  <path class="head" d="M${x} ${y}l${-ARROW} -4v8z"/>\n`;
}

/** A path along the points with its corners rounded. */
function rounded(points: readonly Point[]): string {
  let path = `M${points[0]!.join(' ')}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [before, corner, after] = [points[i - 1]!, points[i]!, points[i + 1]!];
    const radius = Math.min(RADIUS, distance(before, corner) / 2, distance(corner, after) / 2);
    const start = towards(corner, before, radius);
    const end = towards(corner, after, radius);
    path += `L${start.join(' ')}Q${corner.join(' ')} ${end.join(' ')}`;
  }
  return `${path}L${points.at(-1)!.join(' ')}`;
}

function distance(a: Point, b: Point): number {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  if (whole === 0) return from;
  const share = length / whole;
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
