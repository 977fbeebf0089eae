import assert from 'node:assert/strict';
import test from 'node:test';
import type { Api, Problem as ProblemType } from '../src/api';

// What the browser has and Node has not.
Object.assign(globalThis, { document: { baseURI: 'https://lab.example/amviz/console/' } });
const { Problem } = await import('../src/api');
const { Shelf } = await import('../src/shelf');

const never = new AbortController().signal;

/** An API that notes what it is asked for, and answers each preview with its picture's name unless `answer` says otherwise. */
function listening(answer: (picture: string) => string | ProblemType = (picture) => `data:${picture}`) {
  const asked: string[][] = [];
  const api = {
    previews: async (path: string) => {
      const pictures = new URLSearchParams(path.split('?')[1]).getAll('picture');
      asked.push(pictures);
      return pictures.map(answer);
    },
    picture: async (path: string) => `data:whole:${path}`,
  } as unknown as Api;
  return { api, asked };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `results/net/layer/${index}.png`);

test('fifty pictures take four requests, and each wish gets its own', async () => {
  const { api, asked } = listening();
  const shelf = new Shelf();
  const found = await Promise.all(names(50).map((picture) => shelf.load(api, { sweep: 'a', picture, size: 128 }, never)));
  assert.deepEqual(found, names(50).map((picture) => `data:${picture}`));
  assert.deepEqual(asked.map((pictures) => pictures.length), [16, 16, 16, 2]);
  assert.equal(shelf.known({ sweep: 'a', picture: names(1)[0]!, size: 128 }), 'data:results/net/layer/0.png');
  assert.equal(shelf.known({ sweep: 'b', picture: names(1)[0]!, size: 128 }), undefined);
});

test('pictures of several sweeps and sizes do not come by one request', async () => {
  const { api, asked } = listening();
  const shelf = new Shelf();
  const wishes = ['a', 'b'].flatMap((sweep) => [64, 128].flatMap((size) => names(3).map((picture) => ({ sweep, picture, size }))));
  await Promise.all(wishes.map((wanted) => shelf.load(api, wanted, never)));
  assert.deepEqual(asked.map((pictures) => pictures.length), [3, 3, 3, 3]);
});

test('an address stays short enough for any server, however long the names are', async () => {
  const { api, asked } = listening();
  const long = names(8).map((picture) => `${picture}${'\u4e2d'.repeat(200)}`);
  await Promise.all(long.map((picture) => new Shelf().load(api, { sweep: 'a', picture, size: 128 }, never)));
  const shelf = new Shelf();
  asked.length = 0;
  await Promise.all(long.map((picture) => shelf.load(api, { sweep: 'a', picture, size: 128 }, never)));
  assert.ok(asked.length > 2);
  for (const pictures of asked) assert.ok(encodeURIComponent(pictures.join('&picture=')).length < 7000);
});

test('one picture that cannot be read keeps nobody from the others', async () => {
  const broken = new Problem(500, 'damaged-store', 'Damaged', 'It is no picture.', []);
  const { api } = listening((picture) => (picture.endsWith('/1.png') ? broken : `data:${picture}`));
  const shelf = new Shelf();
  const ends = await Promise.allSettled(names(3).map((picture) => shelf.load(api, { sweep: 'a', picture, size: 128 }, never)));
  assert.deepEqual(ends.map((end) => end.status), ['fulfilled', 'rejected', 'fulfilled']);
  assert.equal((ends[1] as PromiseRejectedResult).reason, broken);
});

test('what nobody wants any more is not asked for', async () => {
  const { api, asked } = listening();
  const [shelf, stop] = [new Shelf(), new AbortController()];
  const wishes = names(3).map((picture, index) => shelf.load(api, { sweep: 'a', picture, size: 128 }, index === 1 ? stop.signal : never));
  stop.abort();
  const ends = await Promise.allSettled(wishes);
  assert.deepEqual(ends.map((end) => end.status), ['fulfilled', 'rejected', 'fulfilled']);
  assert.deepEqual(asked, [[names(3)[0], names(3)[2]]]);
});

test('a request that fails fails for all of its pictures, and those after it are asked for all the same', async () => {
  let turn = 0;
  const api = { previews: async (path: string) => {
    if (turn++ === 0) throw new Problem(503, 'store-away', 'Away', 'Away.', []);
    return new URLSearchParams(path.split('?')[1]).getAll('picture').map(() => 'data:');
  } } as unknown as Api;
  const shelf = new Shelf();
  const ends = await Promise.allSettled(names(20).map((picture) => shelf.load(api, { sweep: 'a', picture, size: 128 }, never)));
  assert.equal(ends.filter((end) => end.status === 'rejected').length, 16);
  assert.equal(ends.filter((end) => end.status === 'fulfilled').length, 4);
});

test('a picture as a whole comes by itself, and six hundred are kept', async () => {
  const { api, asked } = listening();
  const shelf = new Shelf();
  assert.equal(await shelf.load(api, { sweep: 'a', picture: 'results/1%.png' }, never), 'data:whole:sweeps/a/pictures/results/1%25.png');
  await Promise.all(names(650).map((picture) => shelf.load(api, { sweep: 'a', picture, size: 128 }, never)));
  assert.equal(names(650).filter((picture) => shelf.known({ sweep: 'a', picture, size: 128 }) !== undefined).length, 600);
  assert.ok(asked.length <= 41);
});
