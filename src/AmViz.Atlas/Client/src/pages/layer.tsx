import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { link } from '@web/route';
import { arrange, neededColumns, parseFilter } from '../filter';
import type { Asked } from '../filter';
import { count, figure, number, outcomeOrder, outcomeWords, troubles } from '../format';
import { Grid } from '../grid';
import type { Rows } from '../grid';
import { useDocs, useLayer } from '../hooks';
import type { LayerPlace } from '../hooks';
import { load } from '../loader';
import { Caption, Crumbs, Tile, Waiting, channelLink } from '../parts';
import type { Line } from '../parts';
import { channelOf, decode, seedOf } from '../tiles';
import { recordsTogether, sheetSide, tilesTogether } from '../types';
import type { AtlasDoc, ColumnDoc, LabelsDoc, TilesDoc } from '../types';

const defaultSize = 128;
const plainCaption = 22;
const lineHeight = 16;

/** A layer: every channel in a grid that can be searched and ordered. Its state is its address. */
export function Layer({ atlas, sweep, network, folder, query }: { atlas: AtlasDoc; sweep: string; network: string; folder: string; query: URLSearchParams }) {
  const { place, error } = useLayer(atlas, sweep, network, folder);
  if (!place) return <Waiting error={error} />;
  return <Channels key={place.path} place={place} query={query} />;
}

function Channels({ place, query }: { place: LayerPlace; query: URLSearchParams }) {
  const { layer, row, doc, path } = place;
  const at = doc.layers.indexOf(row);
  const sort = layer.columns.some((column) => column.name === query.get('sort')) ? query.get('sort') : null;
  const isUp = query.get('dir') === 'up';
  const seed = layer.seeds.length === 1 || query.get('seed') === 'all' ? null : Math.max(0, layer.seeds.indexOf(Number(query.get('seed') ?? layer.seeds[0])));
  const find = query.get('find') ?? '';
  const asked = useMemo(() => parseFilter(find, layer.columns.filter((column) => column.name !== 'outcome').map((column) => column.name)), [find, layer]);
  const [size, setSize] = useState(defaultSize);
  const arranged = useArranged(place, asked, seed, sort, !isUp);
  // Enter may come before that which is asked for has been read.
  const [entered, setEntered] = useState<string | null>(null);
  useEffect(() => {
    if (entered !== find || arranged.tiles === null) return;
    setEntered(null);
    const tile = arranged.tiles[0];
    if (tile !== undefined) location.hash = channelLink(path, channelOf(layer, tile), layer.seeds.length > 1 ? seedOf(layer, tile) : null);
  }, [entered, find, arranged.tiles]);
  const go = (changed: Record<string, string | null>): void => {
    const all = { ...Object.fromEntries(query), ...changed };
    history.replaceState(null, '', link(path.split('/'), all));
    dispatchEvent(new HashChangeEvent('hashchange'));
  };
  const missing = troubles(row.counts);
  const beside = (other: number, rel: string): preact.ComponentChildren => {
    const one = doc.layers[other];
    return one && <a rel={rel} href={link([doc.sweep, place.network.folder, one.folder])}>{rel === 'prev' ? `← ${one.layer}` : `${one.layer} →`}</a>;
  };
  return (
    <>
      <Crumbs links={[[doc.model, link([doc.sweep, place.network.folder])]]} here={layer.layer} />
      <div class="heading"><h1>{layer.layer}</h1><nav class="siblings" aria-label="Neighbouring layers">{beside(at - 1, 'prev')}{beside(at + 1, 'next')}</nav></div>
      <p class="lead">{row.channels === row.channelCount ? '' : `${number(row.channels)} of `}{count(row.channelCount, layer.isLogits ? 'class' : 'channel')} of {doc.model}, {layer.size} px, recipe {layer.recipe.name}, {count(layer.recipe.steps, 'step')}. {' '}<a href={link(['compare'], { a: path })}>Compare</a>{missing && <>, <a href={link([doc.sweep, place.network.folder, 'failures'])}>{missing}</a></>}.</p>
      <form class="tools" role="search" aria-label="Find and order channels" onSubmit={(event) => { event.preventDefault(); setEntered(`${new FormData(event.currentTarget).get('find')}`); }}>
        <label class="find">Find <input type="search" id="find" name="find" autocomplete="off" value={find} placeholder={layer.hasLabels ? 'a label, 12, objective>5' : '12, 0-31, objective>5'} aria-describedby="shown" onInput={(event) => { setEntered(null); go({ find: event.currentTarget.value || null }); }} /></label>
        <label>Order <select value={sort === null ? '' : `${sort} ${isUp ? 'up' : 'down'}`} onChange={(event) => { const [name, dir] = event.currentTarget.value.split(' '); go({ sort: name || null, dir: dir === 'up' ? 'up' : null }); }}>
          <option value="">by channel</option>
          {layer.columns.filter((column) => column.name !== 'outcome').map((column) => [
            <option key={`${column.name} down`} value={`${column.name} down`}>{column.title}, highest first</option>,
            <option key={`${column.name} up`} value={`${column.name} up`}>{column.title}, lowest first</option>,
          ])}
        </select></label>
        {layer.seeds.length > 1 && (
          <label>Seed <select value={query.get('seed') ?? `${layer.seeds[0]}`} onChange={(event) => go({ seed: event.currentTarget.value })}>
            {layer.seeds.map((one) => <option key={one} value={`${one}`}>{one}</option>)}<option value="all">all</option>
          </select></label>
        )}
        {missing && <Outcomes place={place} find={find} go={go} />}
        <label>Size <input type="range" min="80" max="320" step="8" value={size} onInput={(event) => setSize(Number(event.currentTarget.value))} /></label>
        <p class="shown" role="status" id="shown">{asked.problems[0] ?? arranged.error ?? (arranged.tiles === null ? 'Reading…' : arranged.tiles.length === arranged.of ? `${number(arranged.of)} shown` : `${number(arranged.tiles.length)} of ${number(arranged.of)} shown`)}</p>
      </form>
      {arranged.tiles?.length === 0
        ? <p class="empty">No channel fits. <button type="button" onClick={() => go({ find: null })}>Show all</button></p>
        : <Tiles place={place} order={arranged.tiles ?? []} size={size} sort={sort} values={arranged.values} withSeed={seed === null && layer.seeds.length > 1} />}
    </>
  );
}

function Outcomes({ place, find, go }: { place: LayerPlace; find: string; go: (changed: Record<string, string | null>) => void }) {
  const now = /\bis:(\w+)/.exec(find)?.[1] ?? '';
  const without = find.replace(/\s*\bis:\w+/, '').trim();
  return (
    <label>Show <select value={now} onChange={(event) => go({ find: `${without} ${event.currentTarget.value === '' ? '' : `is:${event.currentTarget.value}`}`.trim() || null })}>
      <option value="">all</option>
      {outcomeOrder.filter((outcome) => place.row.counts[outcome]).map((outcome) => <option key={outcome} value={outcome === 'rendered' ? 'drawn' : outcome.toLowerCase()}>{outcomeWords[outcome]} ({number(place.row.counts[outcome]!)})</option>)}
    </select></label>
  );
}

interface Arranged { tiles: number[] | null; of: number; error: string | null; values: Float32Array | null }

/** Which tiles are shown, in order. Columns and labels are read only where they are asked for. */
function useArranged(place: LayerPlace, asked: Asked, seed: number | null, sort: string | null, descending: boolean): Arranged {
  const { layer, row, path } = place;
  const needsOutcomes = asked.terms.some((term) => term.kind === 'outcome');
  const names = [...neededColumns(asked.terms, sort), ...(needsOutcomes ? ['outcome'] : [])];
  const needsLabels = layer.hasLabels && asked.terms.some((term) => term.kind === 'word');
  const key = `${names.join(' ')} ${needsLabels} ${row.version}`;
  const [read, setRead] = useState<{ key: string; columns: Record<string, Float32Array>; labels: (string | null)[] | null; error: string | null } | null>(null);
  useEffect(() => {
    let isWanted = true;
    const files = names.filter((name) => layer.columns.some((column) => column.name === name));
    Promise.all([
      Promise.all(files.map((name) => load<ColumnDoc>(`${path}/columns/${name}`, row.version))),
      needsLabels ? load<LabelsDoc>(`${path}/labels`, row.version) : null,
    ]).then(
      ([columns, labels]) => isWanted && setRead({ key, columns: Object.fromEntries(files.map((name, at) => [name, decode(columns[at]!.values)])), labels: labels?.labels ?? null, error: null }),
      (error: unknown) => isWanted && setRead({ key, columns: {}, labels: null, error: String(error) }));
    return () => { isWanted = false; };
  }, [key]);
  const isReady = names.length === 0 && !needsLabels ? true : read?.key === key;
  const columns = read?.key === key ? read.columns : {};
  const of = seed === null ? layer.tiles : layer.tiles / layer.seeds.length;
  const tiles = useMemo(() => (isReady
    ? arrange({
      tiles: layer.tiles, seeds: layer.seeds.length, channel: (tile) => channelOf(layer, tile), columns, labels: read?.key === key ? read.labels : null,
      outcomes: (tile) => outcomeOrder[columns['outcome']?.[tile] ?? 0]!,
    }, asked.terms, seed, sort, descending)
    : null), [isReady, read, asked, seed, sort, descending]);
  return { tiles, of, error: read?.key === key ? read.error : null, values: sort === null ? null : columns[sort] ?? null };
}

function Tiles({ place, order, size, sort, values, withSeed }: { place: LayerPlace; order: readonly number[]; size: number; sort: string | null; values: Float32Array | null; withSeed: boolean }) {
  const { layer, row, path } = place;
  const [rows, setRows] = useState<Rows>({ first: 0, last: -1 });
  const see = useCallback((next: Rows) => setRows((now) => (now.first === next.first && now.last === next.last ? now : next)), []);
  const near = order.slice(rows.first, rows.last + 1);
  const docs = useDocs<TilesDoc>([...new Set(near.map((tile) => `${path}/tiles-${Math.floor(tile / tilesTogether)}`))], row.version);
  const severalSeeds = layer.seeds.length > 1;
  // Number and objective, then the label, then what is not to be trusted.
  const lines = 1 + Number(layer.hasLabels) + Number(layer.columns.some((column) => column.name === 'trust'));
  return (
    <>
      <Grid count={order.length} size={size} caption={plainCaption + (lines - 1) * lineHeight} label={`Channels of ${layer.layer}`} onRows={see} render={(at) => {
        const tile = order[at]!;
        const [shard, within] = [docs.get(`${path}/tiles-${Math.floor(tile / tilesTogether)}`), tile % tilesTogether];
        const [channel, seed] = [channelOf(layer, tile), severalSeeds ? seedOf(layer, tile) : null];
        const href = channelLink(path, channel, seed);
        const number: Line = ['Channel ', withSeed ? `${channel}, seed ${seed}` : `${channel}`];
        if (!shard) return <a class="tile" href={href}><span class="picture" /><Caption lines={[number]} /></a>;
        const [outcome, label, objective] = [shard.outcomes[within]!, shard.labels[within] ?? null, shard.objectives[within] ?? null];
        const isObjective = sort === null || sort === 'objective' || !values;
        const shown = isObjective ? objective : values[tile]!;
        const sheet = shard.sheets[Math.floor(within / recordsTogether)] ?? null;
        return (
          <Tile
            href={href} outcome={outcome} isTrusted={!shard.distrusted.includes(within)} tile={sheet === null ? null : { sheet, cell: tile % (sheetSide * sheetSide) }}
            lines={[number, shown === null || Number.isNaN(shown) ? ['', ''] : [`, ${isObjective ? 'objective' : sort} `, figure(shown)], ...(label === null ? [] : [[', ', label] as Line])]}
          />
        );
      }} />
    </>
  );
}
