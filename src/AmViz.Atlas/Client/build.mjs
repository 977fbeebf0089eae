// Builds the atlas's files anew, into Built or the folder that is named: one page, one script, one style, and the viewer that is read when somebody looks from near.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const client = dirname(fileURLToPath(import.meta.url));
const root = join(client, '../../..');
const tools = join(root, '.tools/web/node_modules');
const out = process.argv[2] ?? join(client, '../Built');
const { build, transform } = createRequire(join(tools, 'esbuild/package.json'))('esbuild');

const banner = '/* Contains Preact, copyright (c) 2015-present Jason Miller, and TanStack Virtual, copyright (c) 2021-present Tanner Linsley, MIT license; d3-scale and d3-shape, copyright Mike Bostock, ISC license. */';
const common = { bundle: true, minify: true, charset: 'utf8', tsconfig: join(client, 'tsconfig.json'), nodePaths: [tools], outdir: out, logLevel: 'warning' };
await mkdir(out, { recursive: true });
// A module would not be read from a disk.
await build({ ...common, entryPoints: { atlas: join(client, 'src/main.tsx') }, target: 'es2022', format: 'iife', banner: { js: banner } });
await build({ ...common, entryPoints: { atlas: join(client, 'src/atlas.css') }, target: 'es2022' });
await writeFile(join(out, 'openseadragon.js'), (await readFile(join(tools, 'openseadragon/build/openseadragon/openseadragon.min.js'), 'utf8')).replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));

const hash = (text, encoding) => createHash('sha256').update(text).digest(encoding);

// The viewer writes one style by itself. The page's policy allows that one and no other.
const viewer = await readFile(join(tools, 'openseadragon/build/openseadragon/openseadragon.js'), 'utf8');
const written = [...viewer.matchAll(/style\.textContent\s*=\s*((?:'[^']*'[\s+]*)+);/g)];
if (written.length !== 1) throw new Error(`openseadragon.js writes ${written.length} styles; the page's policy expects one.`);
const style = [...written[0][1].matchAll(/'([^']*)'/g)].map(([, part]) => part).join('');

const version = hash(`${await readFile(join(out, 'atlas.js'), 'utf8')}${await readFile(join(out, 'atlas.css'), 'utf8')}`, 'hex').slice(0, 12);
const source = (await readFile(join(client, 'src/start.js'), 'utf8')).replace('VERSION', version);
const start = (await transform(`{${source}}`, { minify: true, charset: 'utf8' })).code.trim();
const page = await readFile(join(client, 'src/index.html'), 'utf8');
await writeFile(join(out, 'index.html'), page.replace("'self' VIEWER", () => `'self' 'sha256-${hash(style, 'base64')}'`).replace("'self' START", () => `'self' 'sha256-${hash(start, 'base64')}'`).replace('<script>START</script>', () => `<script>${start}</script>`));
