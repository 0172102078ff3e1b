import type { Box, Diagram, Frame, Pin } from './diagram.ts';
import { FRAME_PADDING } from './placement.ts';
import type { Placement } from './placement.ts';
import { routesOf } from './routes.ts';
import type { Route } from './routes.ts';
import { channelsOf } from './tracks.ts';
import type { Channel } from './tracks.ts';

/** A rectangle in SVG user units. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];

/** One stroke: an arrow to its pin, or up to where it joins another on the way there. */
export interface Stroke {
  readonly pin: Pin;
  readonly points: readonly Point[];
  readonly arrives: boolean;
}

/** Where everything is drawn, from (0, 0) to the size. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<Box, Rectangle>;
  readonly frames: ReadonlyMap<Frame, Rectangle>;
  readonly strokes: readonly Stroke[];
}

const MARGIN = 24;
const TRACK = 9;
/** Room beside the tracks of a channel: for the borders of frames, and for heads of arrows. */
const BEFORE_TRACKS = FRAME_PADDING + 10;
const AFTER_TRACKS = FRAME_PADDING + 16;

/** Works out all coordinates; `widthOf` is how wide the texts of a box, and titles of frames, are. */
export function geometryOf(
  diagram: Diagram,
  placement: Placement,
  widthOf: (one: Box | Frame) => number,
): Geometry {
  const routes = routesOf(diagram, placement);
  const channels = channelsOf(routes);
  const ys = [
    ...[...placement.boxes.values(), ...placement.frames.values()].flatMap(({ top, bottom }) => [
      top,
      bottom,
    ]),
    ...routes.flatMap(({ corridorY }) => corridorY ?? []),
  ];
  const lift = MARGIN - Math.min(0, ...ys);
  const grid = gridOf(diagram, placement, channels, widthOf);
  const boxes = new Map<Box, Rectangle>();
  for (const [box, { top, bottom }] of placement.boxes) {
    const column = placement.columns.get(box)!;
    const [x, width] = [grid.columnX[column]!, grid.columnWidth[column]!];
    boxes.set(box, { x, y: top + lift, width, height: bottom - top });
  }
  const frames = new Map<Frame, Rectangle>();
  for (const [frame, { top, bottom }] of placement.frames) {
    const own = frame.boxes.map((box) => boxes.get(box)!);
    const x = Math.min(...own.map((box) => box.x)) - FRAME_PADDING;
    const right = Math.max(...own.map((box) => box.x + box.width)) + FRAME_PADDING;
    frames.set(frame, { x, y: top + lift, width: right - x, height: bottom - top });
  }
  const rectangle = (one: Box | Frame): Rectangle =>
    'boxes' in one ? frames.get(one)! : boxes.get(one)!;
  return {
    width: grid.width,
    height: Math.max(0, ...ys) + lift + MARGIN,
    boxes,
    frames,
    strokes: strokesOf(routes, channels, grid, rectangle, lift),
  };
}

interface Grid {
  readonly columnX: readonly number[];
  readonly columnWidth: readonly number[];
  /** Where the first track of a channel is. */
  readonly trackX: ReadonlyMap<number, number>;
  readonly width: number;
}

function gridOf(
  { boxes, frames }: Diagram,
  { columns, columnCount }: Placement,
  channels: ReadonlyMap<number, Channel>,
  widthOf: (one: Box | Frame) => number,
): Grid {
  const columnWidth = Array<number>(columnCount).fill(0);
  const widen = (column: number, width: number): void => {
    columnWidth[column] = Math.max(columnWidth[column]!, Math.ceil(width));
  };
  for (const box of boxes) widen(columns.get(box)!, widthOf(box));
  for (const frame of frames)
    widen(Math.min(...frame.boxes.map((box) => columns.get(box)!)), widthOf(frame));
  const columnX: number[] = [];
  const trackX = new Map<number, number>();
  let x = 0;
  for (let channel = -1; channel < columnCount; channel++) {
    const tracks = channels.get(channel)?.tracks ?? 0;
    const isOuter = channel === -1 || channel === columnCount - 1;
    const before = channel === -1 ? MARGIN : BEFORE_TRACKS;
    trackX.set(channel, x + before);
    x += before + tracks * TRACK;
    x += isOuter && tracks === 0 ? (channel === -1 ? FRAME_PADDING : 0) : AFTER_TRACKS;
    if (channel + 1 === columnCount) break;
    columnX.push(x);
    x += columnWidth[channel + 1]!;
  }
  return { columnX, columnWidth, trackX, width: x + MARGIN - FRAME_PADDING };
}

/** The arrows of a pin come together at its bus: each but the last there goes on to the next. */
function strokesOf(
  routes: readonly Route[],
  channels: ReadonlyMap<number, Channel>,
  grid: Grid,
  rectangle: (one: Box | Frame) => Rectangle,
  lift: number,
): Stroke[] {
  const joinOf = ({ corridorY, outY }: Route): number => corridorY ?? outY;
  return routes.map((route) => {
    const { source, pin, outChannel, outY, corridorY, inChannel, inY } = route;
    const from = rectangle(source);
    const points: Point[] = [[from.x + from.width, outY]];
    const trunk = channels.get(outChannel)?.trunks.get(source);
    if (corridorY !== undefined && corridorY !== outY) {
      const x = grid.trackX.get(outChannel)! + trunk! * TRACK;
      points.push([x, outY], [x, corridorY]);
    }
    const join = joinOf(route);
    let end = inY;
    if (join !== inY) {
      const x = grid.trackX.get(inChannel)! + channels.get(inChannel)!.buses.get(pin)! * TRACK;
      for (const other of routes) {
        if (other.pin !== pin) continue;
        const y = joinOf(other);
        const isOnTheWay = join < inY ? y > join && y < inY : y < join && y > inY;
        if (isOnTheWay && Math.abs(y - join) < Math.abs(end - join)) end = y;
      }
      points.push([x, join], [x, end]);
    }
    if (end === inY) points.push([rectangle(pin.box).x, inY]);
    return {
      pin,
      points: points.map(([x, y]) => [x, y + lift] as const),
      arrives: end === inY,
    };
  });
}
