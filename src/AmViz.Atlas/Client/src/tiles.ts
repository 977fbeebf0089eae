// Where a tile is: tiles are numbered by the channels of a plan in their order, and then by seeds.
import type { LayerDoc } from './types';

/** Number of channels in ranges with both ends. */
export const countOf = (ranges: readonly [number, number][]): number => ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);

/** The place of a channel among those that were to be drawn; -1 for none. */
export function placeOf(ranges: readonly [number, number][], channel: number): number {
  let before = 0;
  for (const [from, to] of ranges) {
    if (channel >= from && channel <= to) return before + channel - from;
    before += to - from + 1;
  }
  return -1;
}

/** The channel at a place. */
export function channelAt(ranges: readonly [number, number][], place: number): number {
  for (const [from, to] of ranges) {
    if (place <= to - from) return from + place;
    place -= to - from + 1;
  }
  return -1;
}

/** The tile of a channel and a seed; without a seed that of the first one. -1 for none. */
export function tileOf(layer: LayerDoc, channel: number, seed: number | null): number {
  const place = placeOf(layer.channels, channel);
  const at = seed === null ? 0 : layer.seeds.indexOf(seed);
  return place < 0 || at < 0 ? -1 : place * layer.seeds.length + at;
}

export const channelOf = (layer: LayerDoc, tile: number): number => channelAt(layer.channels, Math.floor(tile / layer.seeds.length));
export const seedOf = (layer: LayerDoc, tile: number): number => layer.seeds[tile % layer.seeds.length]!;

/** Numbers of a column: little endian on every machine. */
export function decode(base64: string): Float32Array {
  const text = atob(base64);
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
}
