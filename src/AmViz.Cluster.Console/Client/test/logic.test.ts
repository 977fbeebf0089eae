import assert from 'node:assert/strict';
import test from 'node:test';
import { bars, cells, shadeOf, total } from '../src/chart';
import { bytes, duration, hours, nameOf, percent, rate, shortDevice } from '../src/format';
import { RateMeter, rateOfDevices } from '../src/rates';
import { errorFilter, link, parse } from '@web/route';
import { EventParser, backoff } from '../src/stream';
import type { LayerProgress } from '../src/types';

test('a link leads back to the names that it was made of', () => {
  const made = link(['sweeps', '0123456789abcdef', 'layers', 'net', 'a/b %?#'], { state: 'failed', errorIs: 'out of memory: 1 & 2 = 3?', after: null, seed: 0 });
  const found = parse(made);
  assert.deepEqual(found.path, ['sweeps', '0123456789abcdef', 'layers', 'net', 'a/b %?#']);
  assert.deepEqual([...found.query], [['state', 'failed'], ['errorIs', 'out of memory: 1 & 2 = 3?'], ['seed', '0']]);
});

test('a link to what has no error says so', () =>
  assert.equal(parse(link(['sweeps', '0123', 'tasks'], { state: 'dead', errorIs: '' })).query.get('errorIs'), ''));

test('an error is looked for as a whole unless no address could hold it', () => {
  assert.deepEqual(errorFilter('out of memory'), { errorIs: 'out of memory' });
  assert.deepEqual(errorFilter(''), { errorIs: '' });
  assert.deepEqual(errorFilter('a'.repeat(9000)), { error: 'a'.repeat(500) });
  // No half of a pair of surrogates, and short of the 8 KB of a request line whatever the script.
  assert.deepEqual(errorFilter('a' + '\u{1f600}'.repeat(4000)), { error: 'a' + '\u{1f600}'.repeat(249) });
  assert.ok(link(['sweeps', '0123', 'tasks'], errorFilter('\u4e2d'.repeat(9000))).length < 6000);
});

test('an address that somebody mistyped is an address', () => {
  assert.deepEqual(parse('').path, []);
  assert.deepEqual(parse('#/sweeps/%E0%A4%A').path, ['sweeps', '%E0%A4%A']);
});

test('events come together wherever the stream was cut', () => {
  const stream = 'id: 7\nevent: status\ndata: {"a":1}\n\n: still there\n\nid: 8\nevent: status\ndata: {"a":2}\n\n';
  for (let cut = 0; cut <= stream.length; cut++) {
    const parser = new EventParser();
    const found = [...parser.feed(stream.slice(0, cut)), ...parser.feed(stream.slice(cut))];
    assert.deepEqual(found, [{ id: '7', data: '{"a":1}' }, { id: '8', data: '{"a":2}' }]);
  }
});

test('the pauses between tries grow to half a minute', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 50].map((failures) => backoff(failures, 0.5)), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assert.ok(backoff(50, 0.999) < 38_000 && backoff(0, 0) >= 750);
});

test('the rate is that of the last minute and begins anew with a retry', () => {
  const meter = new RateMeter();
  meter.observe(0, 100);
  assert.equal(meter.perSecond(0), undefined);
  for (let second = 10; second <= 300; second += 10) meter.observe(second, 100 + (second <= 200 ? 0 : (second - 200) * 2));
  assert.equal(meter.perSecond(300), 2);
  meter.observe(301, 50);
  assert.equal(meter.perSecond(301), undefined);
});

test('a minute in which nothing was heard has no rate', () => {
  const meter = new RateMeter();
  for (let second = 0; second <= 100; second += 10) meter.observe(second, second * 3);
  assert.equal(meter.perSecond(100), 3);
  assert.equal(meter.perSecond(145), 3);
  assert.equal(meter.perSecond(155), undefined);
  assert.equal(meter.perSecond(1000), undefined);
});

test('a picture is told by its network too where there are several', () => {
  const layer = (model: string): LayerProgress => ({ model, layer: 'conv', counts: { planned: 1, rendered: 0, skipped: 0, failed: 0, dead: 0, notFinite: 0 } });
  assert.deepEqual([nameOf([]), nameOf([layer('a'), layer('a')]), nameOf([layer('a'), layer('b')])], ['layer', 'layer', 'network']);
});

test('devices tell the rate while they draw', () => {
  const device = { activity: 'drawing', images: 4, steps: 100, stepsPerSecond: 50 };
  assert.equal(rateOfDevices([device, device, { ...device, activity: 'idle' }, { ...device, steps: 0 }]), 4);
});

test('a part that is not all never reads as all', () => {
  assert.equal(percent(99_999, 100_000), '99.9 %');
  assert.equal(percent(1, 100_000), '0.1 %');
  assert.equal(percent(0, 0), '0 %');
  assert.equal(percent(7, 7), '100 %');
  assert.equal(percent(45, 100), '45 %');
});

test('numbers have the unit that fits', () => {
  assert.deepEqual([45.2, 200, 18_720, 273_600].map(duration), ['45 s', '3 min 20 s', '5 h 12 min', '3 d 4 h']);
  assert.deepEqual([0, 0.0421, 3.14, 24.6, 1234.5].map(rate), ['0', '0.042', '3.1', '25', '1,235']);
  assert.deepEqual([999, 1500, 12_000_000].map(bytes), ['999 B', '1.5 kB', '12 MB']);
  assert.deepEqual([72, 12_240, 4_500_000].map(hours), ['0.020', '3.4', '1,250']);
  assert.equal(shortDevice('10.0.0.3:11111@154969221/cuda#0'), '10.0.0.3:11111 cuda#0');
});

test('a chart is a few paths however many stretches it has', () => {
  const values = Array.from({ length: 300 }, (_, index) => index % 5);
  assert.equal(bars(values, [], 4, 1000, 160).split('M').length - 1, 240);
  assert.deepEqual([1, 2, 3, 4].map((shade) => cells(values, 4, shade, 4, 1000, 14).split('M').length - 1), [60, 60, 60, 60]);
  assert.deepEqual([shadeOf(1, 1000, 4), shadeOf(1000, 1000, 4)], [1, 4]);
  assert.deepEqual(total([[1, 2], [3, 4]]), [4, 6]);
  assert.deepEqual(total([]), []);
});
