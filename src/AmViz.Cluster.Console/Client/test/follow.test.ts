import assert from 'node:assert/strict';
import test from 'node:test';

// What the browser has and Node has not.
Object.assign(globalThis, { document: { baseURI: 'https://lab.example/amviz/console/' } });
const { Api, Problem, isRefused, picturePath, previewsPath, query, sweepPath } = await import('../src/api');

const stream = (text: string): Response => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
const problem = (status: number, type: string): Response =>
  new Response(JSON.stringify({ type: `urn:amviz:problem:${type}`, title: 'Title', status, detail: 'What to do.' }), { status, headers: { 'content-type': 'application/problem+json' } });

test('a stream that breaks is resumed after the last event, with the key as a header alone', async () => {
  const asked: { url: string; headers: Record<string, string> }[] = [];
  const answers = [stream('id: 41\nevent: status\ndata: one\n\nid: 42\nevent: status\ndata: two\n\n'), new Response(null, { status: 204 })];
  globalThis.fetch = async (url, options) => {
    asked.push({ url: String(url), headers: options!.headers as Record<string, string> });
    return answers.shift()!;
  };
  const [heard, connections]: [string[], string[]] = [[], []];
  await new Api('secret', assert.fail).follow(`${sweepPath('0123')}/events`, (data) => heard.push(data), (connection) => connections.push(connection), new AbortController().signal);
  assert.deepEqual(heard, ['one', 'two']);
  assert.deepEqual(connections, ['live', 'lost', 'over']);
  assert.deepEqual(asked.map((one) => one.url), Array(2).fill('https://lab.example/amviz/api/v1/sweeps/0123/events'));
  assert.deepEqual(asked.map((one) => one.headers['Last-Event-ID']), [undefined, '42']);
  assert.deepEqual(asked.map((one) => one.headers['Authorization']), ['Bearer secret', 'Bearer secret']);
});

test('a stream that tells nothing but that it is still there is live', async () => {
  const answers = [stream('id: 41\nevent: status\ndata: one\n\n'), stream(': still there\n\n'), new Response(null, { status: 204 })];
  globalThis.fetch = async () => answers.shift()!;
  const seen: string[] = [];
  await new Api('key', assert.fail).follow('sweeps/0123/events', (data) => seen.push(data), (connection) => seen.push(connection), new AbortController().signal);
  assert.deepEqual(seen, ['live', 'one', 'lost', 'live', 'lost', 'over']);
});

test('what is refused is asked once, what may be well again is asked again', () => {
  assert.deepEqual([400, 401, 403, 404].map((status) => isRefused(new Problem(status, '', '', '', []))), Array(4).fill(true));
  assert.deepEqual([0, 429, 500, 502, 503].map((status) => isRefused(new Problem(status, '', '', '', []))), Array(5).fill(false));
  assert.equal(isRefused(new TypeError('cut')), false);
});

test('whoever gets no answer asks again', async () => {
  let tries = 0;
  globalThis.fetch = async () => (++tries === 1 ? Promise.reject(new TypeError('failed')) : new Response(null, { status: 204 }));
  const connections: string[] = [];
  await new Api('key', assert.fail).follow('sweeps/0123/events', assert.fail, (connection) => connections.push(connection), new AbortController().signal);
  assert.deepEqual(connections, ['lost', 'over']);
});

test('a key that is refused is told to whoever keeps it, and nobody asks with it again', async () => {
  globalThis.fetch = async () => problem(401, 'no-valid-key');
  const refused: string[] = [];
  const api = new Api('old', (why) => refused.push(why));
  await api.follow('sweeps/0123/events', assert.fail, assert.fail, new AbortController().signal);
  assert.deepEqual(refused, ['What to do.']);
});

test('a problem says what the server says, and no answer is a problem too', async () => {
  const api = new Api('key', assert.fail);
  globalThis.fetch = async () => problem(422, 'no-device-to-measure');
  await assert.rejects(api.send('POST', 'estimates'), (error) => error instanceof Problem && error.kind === 'no-device-to-measure' && error.message === 'What to do.');
  globalThis.fetch = async () => new Response('<html>', { status: 502 });
  await assert.rejects(api.get('devices'), (error) => error instanceof Problem && error.status === 502);
  globalThis.fetch = async () => Promise.reject(new TypeError('failed'));
  await assert.rejects(api.get('devices'), (error) => error instanceof Problem && error.kind === 'no-answer');
});

test('an empty errorIs is asked for, and no other empty value', () =>
  assert.equal(query({ state: '', layer: null, error: '', errorIs: '', limit: 0 }), '?errorIs=&limit=0'));

test('a percent sign in the name of a picture is one', () =>
  assert.equal(picturePath('0123', 'results/net@1a/a%2Fb/r/1-s0.png'), 'sweeps/0123/pictures/results/net%401a/a%252Fb/r/1-s0.png'));

test('previews are asked for by the names of their pictures, whatever is in them', () => {
  const pictures = ['results/net@1a/a%2Fb/r/1-s0.png', 'a&b=c+d #'];
  const [path, query] = previewsPath('0123', pictures, 128).split('?');
  assert.equal(path, 'sweeps/0123/previews');
  assert.deepEqual([...new URLSearchParams(query)], [['size', '128'], ...pictures.map((picture) => ['picture', picture])]);
});
