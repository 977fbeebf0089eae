import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { link } from '@web/route';
import { count, figure, number } from '../format';
import { Grid } from '../grid';
import type { Rows } from '../grid';
import { useDoc, useDocs, useLayer, useNetwork } from '../hooks';
import type { LayerPlace } from '../hooks';
import { load, picture } from '../loader';
import { Crumbs, Tile, Waiting, channelLink } from '../parts';
import { channelAt, countOf, decode, placeOf, tileOf } from '../tiles';
import { recordsTogether, sheetSide, tilesTogether } from '../types';
import type { AtlasDoc, ColumnDoc, RecordsDoc, TilesDoc, TileRef } from '../types';

const pairSize = 260;
const captionHeight = 24;

/** Two layers side by side: of two sweeps, recipes, checkpoints of a training, or networks. */
export function Compare({ atlas, query }: { atlas: AtlasDoc; query: URLSearchParams }) {
  const [a, b] = [query.get('a') ?? '', query.get('b') ?? ''];
  const [left, right] = [useLayerAt(atlas, a), useLayerAt(atlas, b)];
  const go = (changed: Record<string, string>): void => { location.hash = link(['compare'], { ...Object.fromEntries(query), ...changed }); };
  return (
    <>
      <Crumbs links={[]} here="Compare" />
      <h1>Compare</h1>
      <form class="sides" aria-label="What is compared" onSubmit={(event) => event.preventDefault()}>
        <Side atlas={atlas} label="Left" path={a} onChange={(path) => go({ a: path })} />
        <Side atlas={atlas} label="Right" path={b} onChange={(path) => go({ b: path })} />
      </form>
      {a === '' || b === '' ? <p class="note">Choose two layers: channels of the same number stand side by side. Those that differ most can come first, such as between two checkpoints of a training.</p>
        : left.place && right.place ? <Pairs left={left.place} right={right.place} query={query} go={go} /> : <Waiting error={left.error ?? right.error} />}
    </>
  );
}

function useLayerAt(atlas: AtlasDoc, path: string): ReturnType<typeof useLayer> {
  const [sweep, network, layer] = path.split('/');
  return useLayer(atlas, sweep, network, layer);
}

function Side({ atlas, label, path, onChange }: { atlas: AtlasDoc; label: string; path: string; onChange: (path: string) => void }) {
  const [sweep, network, layer] = path.split('/');
  const { place } = useNetwork(atlas, sweep, network);
  return (
    <fieldset>
      <legend>{label}</legend>
      <select aria-label={`${label}: network`} value={`${sweep}/${network ?? ''}`} onChange={(event) => onChange(`${event.currentTarget.value}/${layer ?? ''}`)}>
        <option value="/">choose a network</option>
        {atlas.sweeps.flatMap((one) => one.networks.map((other) => <option key={`${one.sweep}/${other.folder}`} value={`${one.sweep}/${other.folder}`}>{other.model}, recipe {one.recipe}, {count(one.steps, 'step')}, {one.sweep}</option>))}
      </select>
      <select aria-label={`${label}: layer`} value={layer ?? ''} disabled={!place} onChange={(event) => onChange(`${sweep}/${network}/${event.currentTarget.value}`)}>
        <option value="">choose a layer</option>
        {place?.doc.layers.map((row) => <option key={row.folder} value={row.folder}>{row.layer}</option>)}
      </select>
    </fieldset>
  );
}

function Pairs({ left, right, query, go }: { left: LayerPlace; right: LayerPlace; query: URLSearchParams; go: (changed: Record<string, string>) => void }) {
  const isByChange = query.get('sort') === 'change';
  const channels = useMemo(() => sharedOf(left.layer.channels, right.layer.channels), [left, right]);
  const objectives = useObjectives(left, right, isByChange);
  const order = useMemo(() => (isByChange && objectives ? byChange(channels, left, right, objectives) : channels), [channels, objectives, isByChange]);
  const one = query.get('channel');
  if (one !== null && /^\d+$/.test(one)) return <Both left={left} right={right} channel={Number(one)} query={query} />;
  return (
    <>
      <form class="tools" aria-label="Order" onSubmit={(event) => event.preventDefault()}>
        <label>Order <select value={isByChange ? 'change' : ''} onChange={(event) => go({ sort: event.currentTarget.value })}><option value="">by channel</option><option value="change">whose objective changed most first</option></select></label>
        <p class="shown" id="shown" role="status">{number(channels.length)} channels that both have</p>
      </form>
      {channels.length === 0 ? <p class="empty">They have no channel of the same number.</p> : <PairGrid left={left} right={right} order={order} query={query} />}
    </>
  );
}

const sharedOf = (left: readonly [number, number][], right: readonly [number, number][]): number[] =>
  Array.from({ length: countOf(left) }, (_, place) => channelAt(left, place)).filter((channel) => placeOf(right, channel) >= 0);

function byChange(channels: readonly number[], left: LayerPlace, right: LayerPlace, [a, b]: [Float32Array, Float32Array]): number[] {
  // Without one of the pictures nothing is known of a change: last.
  const change = (channel: number): number => {
    const difference = Math.abs(a[tileOf(left.layer, channel, null)]! - b[tileOf(right.layer, channel, null)]!);
    return Number.isNaN(difference) ? -1 : difference;
  };
  return [...channels].sort((x, y) => change(y) - change(x) || x - y);
}

function useObjectives(left: LayerPlace, right: LayerPlace, isWanted: boolean): [Float32Array, Float32Array] | null {
  const [found, setFound] = useState<[Float32Array, Float32Array] | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let isShown = true;
    Promise.all([left, right].map((place) => load<ColumnDoc>(`${place.path}/columns/objective`, place.row.version)))
      .then((docs) => isShown && setFound(docs.map((doc) => decode(doc.values)) as [Float32Array, Float32Array]), () => { /* In the order of channels. */ });
    return () => { isShown = false; };
  }, [isWanted, left.path, left.row.version, right.path, right.row.version]);
  return found;
}

function PairGrid({ left, right, order, query }: { left: LayerPlace; right: LayerPlace; order: readonly number[]; query: URLSearchParams }) {
  const [rows, setRows] = useState<Rows>({ first: 0, last: -1 });
  const see = useCallback((next: Rows) => setRows((now) => (now.first === next.first && now.last === next.last ? now : next)), []);
  const near = order.slice(rows.first, rows.last + 1);
  const [ofLeft, ofRight] = [useTiles(left, near), useTiles(right, near)];
  return (
    <Grid count={order.length} size={pairSize} shape={0.5} caption={captionHeight} label="Channels side by side" onRows={see} render={(at) => {
      const channel = order[at]!;
      return (
        <span class="pair">
          {[ofLeft(channel), ofRight(channel)].map((tile, side) => (
            <Tile
              key={side} href={link(['compare'], { ...Object.fromEntries(query), channel })} tile={tile.ref} outcome={tile.outcome} lines={[side === 0 ? ['Left, channel ', `${channel}`] : [`Right, channel ${channel}`, ''], [', objective ', figure(tile.objective)]]}
            />
          ))}
        </span>
      );
    }} />
  );
}

interface Seen { ref: TileRef | null; outcome: TilesDoc['outcomes'][number]; objective: number | null }

function useTiles(place: LayerPlace, channels: readonly number[]): (channel: number) => Seen {
  const shardOf = (channel: number): [string, number] => {
    const tile = tileOf(place.layer, channel, null);
    return [`${place.path}/tiles-${Math.floor(tile / tilesTogether)}`, tile % tilesTogether];
  };
  const docs = useDocs<TilesDoc>([...new Set(channels.map((channel) => shardOf(channel)[0]))], place.row.version);
  return (channel) => {
    const [path, within] = shardOf(channel);
    const doc = docs.get(path);
    const sheet = doc?.sheets[Math.floor(within / recordsTogether)] ?? null;
    return { ref: sheet === null ? null : { sheet, cell: within % (sheetSide * sheetSide) }, outcome: doc?.outcomes[within] ?? 'pending', objective: doc?.objectives[within] ?? null };
  };
}

/** One channel of both, with a slider between the pictures. */
function Both({ left, right, channel, query }: { left: LayerPlace; right: LayerPlace; channel: number; query: URLSearchParams }) {
  const [share, setShare] = useState(50);
  const [a, b] = [useFirst(left, channel), useFirst(right, channel)];
  const { channel: _, ...rest } = Object.fromEntries(query);
  return (
    <>
      <h2>Channel {channel}</h2>
      <p class="note"><a href={link(['compare'], rest)}>All channels</a></p>
      {a && b && a.picture !== null && b.picture !== null ? (
        <figure class="slider">
          <img src={picture(b.picture)} alt={`Right: objective ${figure(b.final)}`} />
          <img src={picture(a.picture)} alt={`Left: objective ${figure(a.final)}`} style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }} />
          <figcaption><label>Left <input type="range" min="0" max="100" value={share} aria-label="How much of the left picture is seen" onInput={(event) => setShare(Number(event.currentTarget.value))} /> Right</label></figcaption>
        </figure>
      ) : <p class="note">{a && b ? 'One of them has no picture.' : 'Loading…'}</p>}
      <ul class="list">{[[left, a] as const, [right, b] as const].map(([place, record], side) => (
        <li key={side}>{side === 0 ? 'Left' : 'Right'}: <a href={channelLink(place.path, channel, null)}>{place.doc.model}, {place.layer.layer}, recipe {place.layer.recipe.name}</a>, objective {figure(record?.final ?? null)}</li>
      ))}</ul>
    </>
  );
}

function useFirst(place: LayerPlace, channel: number): RecordsDoc['tiles'][number] | null {
  const tile = tileOf(place.layer, channel, null);
  const { data } = useDoc<RecordsDoc>(tile < 0 ? null : `${place.path}/records-${Math.floor(tile / recordsTogether)}`, place.row.version);
  return data?.tiles[tile % recordsTogether] ?? null;
}
