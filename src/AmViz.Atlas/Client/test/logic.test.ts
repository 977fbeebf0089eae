import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrange, neededColumns, parseFilter } from '../src/filter';
import type { Source } from '../src/filter';
import { count, figure, troubles } from '../src/format';
import { channelAt, countOf, decode, placeOf, tileOf } from '../src/tiles';
import type { LayerDoc } from '../src/types';

const ranges: [number, number][] = [[0, 3], [7, 7], [20, 29]];

test('every channel of some ranges has its place, and no other has one', () => {
  assert.equal(countOf(ranges), 15);
  const channels = Array.from({ length: 15 }, (_, place) => channelAt(ranges, place));
  assert.deepEqual(channels, [0, 1, 2, 3, 7, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  assert.deepEqual(channels.map((channel) => placeOf(ranges, channel)), channels.map((_, place) => place));
  assert.deepEqual([4, 6, 8, 19, 30].map((channel) => placeOf(ranges, channel)), [-1, -1, -1, -1, -1]);
  assert.equal(channelAt(ranges, 15), -1);
});

test('a tile is found by channel and seed', () => {
  const layer = { channels: ranges, seeds: [0, 5] } as unknown as LayerDoc;
  assert.equal(tileOf(layer, 7, 5), 9);
  assert.equal(tileOf(layer, 7, null), 8);
  assert.equal(tileOf(layer, 7, 1), -1);
  assert.equal(tileOf(layer, 8, 0), -1);
});

test('columns are little endian, with NaN for none', () => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat32(0, 1.5, true);
  view.setFloat32(4, NaN, true);
  assert.deepEqual([...decode(Buffer.from(view.buffer).toString('base64'))], [1.5, NaN]);
});

test('the box takes words, channels, numbers and ends', () => {
  assert.deepEqual(parseFilter('Lady  bug 12 #3-5 trust < 0.9 is:failed', ['trust']).terms, [
    { kind: 'word', word: 'lady' }, { kind: 'word', word: 'bug' }, { kind: 'channel', from: 12, to: 12 }, { kind: 'channel', from: 3, to: 5 },
    { kind: 'column', column: 'trust', relation: '<', value: 0.9 }, { kind: 'outcome', outcome: 'failed' },
  ]);
  assert.deepEqual(parseFilter('', []), { terms: [], problems: [] });
});

test('what cannot be asked is said in words', () => {
  assert.deepEqual(parseFilter('truth>1', ['trust', 'gain']).problems, ["This layer has no 'truth'. It has trust, gain."]);
  assert.deepEqual(parseFilter('gain>', ['gain']).problems, ["'gain>' needs a number, such as gain>0.5."]);
  assert.match(parseFilter('is:lost', []).problems[0]!, /^'is:lost' is none of is:drawn/);
});

const source: Source = {
  tiles: 6, seeds: 2, channel: (tile) => Math.floor(tile / 2), columns: { gain: Float32Array.from([3, 1, NaN, 2, 5, 5]) },
  labels: ['cat', 'cat', null, null, 'dog', 'dog'], outcomes: (tile) => (tile === 2 ? 'dead' : 'rendered'),
};
const found = (text: string, seed: number | null, sort: string | null = null, down = true): number[] => arrange(source, parseFilter(text, ['gain']).terms, seed, sort, down);

test('all that is asked has to hold', () => {
  assert.deepEqual(found('', null), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(found('', 1), [1, 3, 5]);
  assert.deepEqual(found('dog', 0), [4]);
  assert.deepEqual(found('gain>=2', null), [0, 3, 4, 5]);
  assert.deepEqual(found('gain<9 0-1', null), [0, 1, 3]);
  assert.deepEqual(found('is:dead', null), [2]);
  assert.deepEqual(found('cat is:dead', null), []);
});

test('what has no number comes last, whichever way it is ordered, and equals keep their order', () => {
  assert.deepEqual(found('', null, 'gain'), [4, 5, 0, 3, 1, 2]);
  assert.deepEqual(found('', null, 'gain', false), [1, 3, 0, 4, 5, 2]);
});

test('only columns that are asked for are read', () => {
  assert.deepEqual(neededColumns(parseFilter('gain>1 trust<1 word', ['gain', 'trust']).terms, 'trust'), ['gain', 'trust']);
  assert.deepEqual(neededColumns([], null), []);
});

test('numbers and counts are as people read them', () => {
  assert.deepEqual([null, NaN, 0, 0.001, 1.234, 123.456, 12345.6].map(figure), ['?', '?', '0.00', '1.0e-3', '1.23', '123.5', '12346']);
  assert.deepEqual([count(1, 'class'), count(2, 'class'), count(2048, 'channel')], ['1 class', '2 classes', '2,048 channels']);
  assert.equal(troubles({ rendered: 5, failed: 1, dead: 2 }), '2 dead, 1 failed');
});
