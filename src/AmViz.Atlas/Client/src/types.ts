// What the files under data/ hold. A page opened from a disk cannot fetch, so each is a script: amviz.put("PATH", JSON), with its path below data/ and without ".js".
// No file grows with the number of channels but columns and labels, which are read when somebody orders or searches a layer by them.

/** A tile of a sprite sheet. */
export interface TileRef {
  /** Path of the sheet below sprites/, without ".webp"; its name changes with its content. */
  sheet: string;
  /** Place in the sheet, row by row. */
  cell: number;
}

/** data/atlas.js: what there is. */
export interface AtlasDoc {
  formatVersion: number;
  software: string;
  sweeps: SweepRow[];
}

export interface SweepRow {
  sweep: string;
  recipe: string;
  steps: number;
  seeds: number[];
  networks: NetworkRow[];
}

export interface NetworkRow {
  model: string;
  /** Its folder below data/SWEEP/. */
  folder: string;
  weights: string;
  layers: number;
  tiles: number;
  counts: Counts;
  /** Strongest channels of layers spread over the network. */
  cover: TileRef[];
  /** Changes with everything that its own file holds. */
  version: string;
}

/** How many tiles have which outcome; those that none has are left out. */
export type Counts = Partial<Record<Outcome, number>>;
export type Outcome = 'rendered' | 'dead' | 'notFinite' | 'failed' | 'pending' | 'missing' | 'damaged';

/** data/SWEEP/NETWORK/network.js */
export interface NetworkDoc {
  sweep: string;
  model: string;
  weights: string;
  seeds: number[];
  recipe: { name: string; steps: number; hash: string; numbers: [string, string][] };
  layers: LayerRow[];
}

export interface LayerRow {
  layer: string;
  /** Its folder below data/SWEEP/NETWORK/ and sprites/SWEEP/NETWORK/. */
  folder: string;
  isLogits: boolean;
  /** Side of its pictures in pixels. */
  size: number;
  /** Channels that were to be drawn, and that the layer has. */
  channels: number;
  channelCount: number;
  counts: Counts;
  /** Objectives of its pictures; null without one. */
  range: [number, number] | null;
  /** Changes with everything in the layer's folder. */
  version: string;
}

/** data/SWEEP/NETWORK/LAYER/layer.js */
export interface LayerDoc {
  /** That of its row in the network. */
  version: string;
  sweep: string;
  model: string;
  layer: string;
  weights: string;
  isLogits: boolean;
  size: number;
  channelCount: number;
  seeds: number[];
  recipe: { name: string; steps: number; hash: string; numbers: [string, string][]; note: string | null };
  /** One for every task, in the order of channels and then seeds. */
  tiles: number;
  counts: Counts;
  /** Ranges of channels in their order, both ends included. */
  channels: [number, number][];
  columns: ColumnRow[];
  /** Whether labels.js is there. */
  hasLabels: boolean;
  /** The strongest tiles, the strongest first. */
  best: { tile: number; ref: TileRef }[];
  /** What channels without a picture say, by how many; the most first. Twenty at most; "first" is a tile. */
  troubles: { outcome: Outcome; error: string | null; tiles: number; first: number }[];
  photographs: { pass: string; count: number } | null;
  environments: Environment[];
}

/** A number of every tile, in columns/NAME.js: Float32, little endian, in base64; NaN where there is none. "outcome", where not all tiles have a picture, is the place of the outcome in Outcome. */
export interface ColumnRow {
  name: string;
  title: string;
  /** A sentence for who does not know the name. */
  meaning: string;
  low: number;
  high: number;
  /** Tiles that have it. */
  count: number;
}
export interface ColumnDoc { values: string }

/** labels.js: of every tile; null for none. */
export interface LabelsDoc { labels: (string | null)[] }

/** tiles-K.js: tiles K * 256 and on. */
export interface TilesDoc {
  outcomes: Outcome[];
  objectives: (number | null)[];
  labels: (string | null)[];
  /** Places in this file of the tiles whose picture is not to be trusted. */
  distrusted: number[];
  /** Sprite sheets, as in TileRef, each of 16 tiles; null for one without any picture. */
  sheets: (string | null)[];
}

/** records-K.js: tiles K * 16 and on. */
export interface RecordsDoc { tiles: TileRecord[] }

export interface Environment { software: string; backend: string; processor: string; threads: number; batchSize: number }

export interface TileRecord {
  channel: number;
  seed: number;
  outcome: Outcome;
  /** Why there is no picture. */
  explanation: string | null;
  label: string | null;
  initial: number | null;
  final: number | null;
  /** Address of the picture itself from the atlas folder, or an absolute one. */
  picture: string | null;
  bytes: number | null;
  sha256: string | null;
  environment: number | null;
  trajectory: [number, number][];
  command: string;
  scores: { verdict: string | null; trust: number | null; lines: { name: string; value: string; meaning: string }[] } | null;
  people: { condition: string; answers: number; right: number; low: number; high: number }[];
  photographs: ChannelPhotographs | null;
  alike: { by: string; isAcross: boolean; channels: AlikeChannel[] }[];
}

export interface ChannelPhotographs {
  quantile99: number | null;
  bestLabel: string | null;
  bestArea: number | null;
  top: Photograph[];
  middle: Photograph[];
  bottom: Photograph[];
}

export interface Photograph {
  name: string;
  label: string | null;
  response: number;
  /** Address of its small crop from the atlas folder; null where none was made. */
  crop: string | null;
}

export interface AlikeChannel {
  model: string;
  layer: string;
  channel: number;
  likeness: number;
  isMutual: boolean;
  /** Where the atlas shows it: sweep, folder of the network, folder of the layer; null where it does not. */
  place: [string, string, string] | null;
  ref: TileRef | null;
}

export const tilesTogether = 256;
export const recordsTogether = 16;
/** Tiles in a row and rows of a sheet; pixels of a tile. */
export const sheetSide = 4;
export const cellSize = 160;
