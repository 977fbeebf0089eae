import { useLayoutEffect, useState } from 'preact/hooks';
import { link } from '@web/route';
import { Curve } from '../curve';
import { count, figure, kilobytes, outcomeWords } from '../format';
import { useDoc, useLayer } from '../hooks';
import type { LayerPlace } from '../hooks';
import { picture } from '../loader';
import { Caption, Command, Copy, Crumbs, Facts, Placeholder, Tile, Waiting, channelLink } from '../parts';
import { channelOf, seedOf, tileOf } from '../tiles';
import type { Line } from '../parts';
import { recordsTogether } from '../types';
import type { AlikeChannel, AtlasDoc, Photograph, RecordsDoc, TileRecord } from '../types';
import { Zoom } from '../zoom';

/** All that is known of one channel. */
export function Channel({ atlas, sweep, network, folder, channel, query }: { atlas: AtlasDoc; sweep: string; network: string; folder: string; channel: string; query: URLSearchParams }) {
  const { place, error } = useLayer(atlas, sweep, network, folder);
  if (!place) return <Waiting error={error} />;
  const seed = query.get('seed');
  const tile = /^\d+$/.test(channel) ? tileOf(place.layer, Number(channel), seed === null ? null : Number(seed)) : -1;
  if (tile < 0) return <Waiting error={`${place.layer.layer} has no picture of channel '${channel}'${seed === null ? '' : ` with seed ${seed}`} in this sweep; it has those of ${place.layer.channels.map(([from, to]) => (from === to ? from : `${from} to ${to}`)).join(', ')}.`} />;
  return <Record place={place} tile={tile} />;
}

function useRecord(place: LayerPlace, tile: number): { record: TileRecord | null; error: string | null } {
  const { data, error } = useDoc<RecordsDoc>(`${place.path}/records-${Math.floor(tile / recordsTogether)}`, place.row.version);
  return { record: data?.tiles[tile % recordsTogether] ?? null, error };
}

function Record({ place, tile }: { place: LayerPlace; tile: number }) {
  const { layer, row, path, doc } = place;
  const { record, error } = useRecord(place, tile);
  const several = layer.seeds.length > 1;
  const to = (other: number): string | null => (other < 0 || other >= layer.tiles ? null : channelLink(path, channelOf(layer, other), several ? seedOf(layer, other) : null));
  const [before, after] = [to(tile - (several ? layer.seeds.length : 1)), to(tile + (several ? layer.seeds.length : 1))];
  // At once, not when the browser finds time: a key may follow the page closely.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || (event.target as Element).closest('input, select, textarea, dialog, pre')) return;
      const next = event.key === 'ArrowLeft' ? before : event.key === 'ArrowRight' ? after : event.key === 'u' ? link(path.split('/')) : null;
      if (next !== null) location.hash = next;
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [before, after, path]);
  const channel = channelOf(layer, tile);
  const name = `Channel ${channel}${record?.label ? `, ${record.label}` : ''}`;
  return (
    <>
      <Crumbs links={[[doc.model, link([doc.sweep, place.network.folder])], [layer.layer, link(path.split('/'))]]} here={`${channel}`} />
      <div class="heading">
        <h1>{name}</h1>
        <nav class="siblings" aria-label="Neighbouring channels">
          {before && <a rel="prev" href={before}>← {channelOf(layer, tile - layer.seeds.length)}</a>}
          {after && <a rel="next" href={after}>{channelOf(layer, tile + layer.seeds.length)} →</a>}
        </nav>
      </div>
      {record === null ? <Waiting error={error} /> : <Details place={place} tile={tile} record={record} version={row.version} />}
    </>
  );
}

function Details({ place, tile, record, version }: { place: LayerPlace; tile: number; record: TileRecord; version: string }) {
  const { layer } = place;
  return (
    <div class="channel">
      <div class="seen">
        <Shown place={place} record={record} />
        <Seeds place={place} tile={tile} version={version} />
        <Others place={place} record={record} />
      </div>
      <div class="known">
        {record.explanation && <p class="trouble">{record.explanation}</p>}
        <People record={record} />
        <section aria-labelledby="objective">
          <h2 id="objective">Objective</h2>
          <p class="rise">{figure(record.initial)} <span aria-hidden="true">→</span><span class="unseen">to</span> <strong>{figure(record.final)}</strong></p>
          <Curve points={record.trajectory} />
        </section>
        <Photographs place={place} record={record} />
        <Scores record={record} />
        <Alike record={record} />
        <section aria-labelledby="again">
          <h2 id="again">Draw it again</h2>
          <Command text={record.command} />
          {layer.recipe.note && <p class="note">{layer.recipe.note}</p>}
        </section>
        <Provenance place={place} record={record} />
      </div>
    </div>
  );
}

function Shown({ place, record }: { place: LayerPlace; record: TileRecord }) {
  const [isNear, setNear] = useState(false);
  const [isBroken, setBroken] = useState(false);
  if (record.picture === null) return <div class="large"><Placeholder outcome={record.outcome} /></div>;
  const [src, label] = [picture(record.picture), `The picture that excites channel ${record.channel} of ${place.layer.layer} most`];
  return (
    <figure class="large">
      {isBroken
        ? <p class="trouble" role="alert">The picture cannot be read: {record.picture}. The store that the atlas was built from has moved, or asks for a key that this page was not given.</p>
        : <button type="button" class="open" aria-label={`${label}; look from near`} onClick={() => setNear(true)}><img src={src} alt={label} width={place.layer.size} height={place.layer.size} onError={() => setBroken(true)} /></button>}
      <figcaption>
        {place.layer.size} × {place.layer.size} px, {record.bytes === null ? '' : `${kilobytes(record.bytes)} `}PNG. <a href={src} download={`${place.layer.layer}-${record.channel}-s${record.seed}.png`}>Download</a>
      </figcaption>
      {isNear && <Zoom src={src} label={label} onClose={() => setNear(false)} />}
    </figure>
  );
}

function Seeds({ place, tile, version }: { place: LayerPlace; tile: number; version: string }) {
  const { layer, path } = place;
  const first = tile - (tile % layer.seeds.length);
  const { data } = useDoc<RecordsDoc>(layer.seeds.length > 1 ? `${path}/records-${Math.floor(first / recordsTogether)}` : null, version);
  if (layer.seeds.length === 1 || !data) return null;
  return (
    <section aria-labelledby="seeds">
      <h2 id="seeds">Seeds</h2>
      <ul class="row">{layer.seeds.map((seed, at) => (
        <li key={seed}><Seed place={place} tile={first + at} seed={seed} isCurrent={first + at === tile} version={version} /></li>
      ))}</ul>
    </section>
  );
}

function Seed({ place, tile, seed, isCurrent, version }: { place: LayerPlace; tile: number; seed: number; isCurrent: boolean; version: string }) {
  const { data } = useDoc<RecordsDoc>(`${place.path}/records-${Math.floor(tile / recordsTogether)}`, version);
  const record = data?.tiles[tile % recordsTogether];
  const channel = channelOf(place.layer, tile);
  return (
    <a class="tile" href={channelLink(place.path, channel, seed)} aria-current={isCurrent ? 'true' : undefined}>
      {record?.picture ? <img class="picture" src={picture(record.picture)} alt="" loading="lazy" /> : <Placeholder outcome={record?.outcome ?? 'pending'} />}
      <Caption lines={[['', `seed ${seed}`], [', objective ', record ? figure(record.final) : '']]} />
    </a>
  );
}

/** The same channel as other sweeps of the same weights drew it. */
function Others({ place, record }: { place: LayerPlace; record: TileRecord }) {
  const others = place.atlas.sweeps.flatMap((sweep) => sweep.networks.filter((network) => network.weights === place.network.weights && sweep.sweep !== place.sweep.sweep).map((network) => ({ sweep, network })));
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="others">
      <h2 id="others">In other sweeps</h2>
      <ul class="list">{others.map(({ sweep, network }) => (
        <li key={sweep.sweep}><a href={channelLink(`${sweep.sweep}/${network.folder}/${place.row.folder}`, record.channel, null)}>recipe {sweep.recipe}, {count(sweep.steps, 'step')}</a> <span class="note">{sweep.sweep}</span></li>
      ))}</ul>
    </section>
  );
}

const shownTo: Record<string, string> = { picture: 'its picture', photographs: 'photographs that excite it', control: 'nothing' };

function People({ record }: { record: TileRecord }) {
  if (record.people.length === 0) return null;
  const parts = record.people.map((one) => `${one.right} of ${one.answers}, shown ${shownTo[one.condition] ?? one.condition} (95 % interval of the share ${one.low.toFixed(2)} to ${one.high.toFixed(2)})`);
  return <p class="note">Told by people, which of two photographs excites it more: {parts.join('; ')}. By chance half.</p>;
}

function Photographs({ place, record }: { place: LayerPlace; record: TileRecord }) {
  const found = record.photographs;
  if (!found || !place.layer.photographs) {
    return (
      <section aria-labelledby="photographs">
        <h2 id="photographs">Photographs</h2>
        <p class="note">The network was not shown any. This shows which excite the channel:</p>
        <Command label="Command that shows photographs" text={`amviz respond --model ${place.doc.model} --layer ${place.layer.layer} --photos FOLDER`} />
      </section>
    );
  }
  return (
    <section aria-labelledby="photographs">
      <h2 id="photographs">Photographs</h2>
      <p class="note">Of {count(place.layer.photographs.count, 'photograph')}; shown is what the channel sees of each at its strongest place, for the least at its weakest. 99 of 100 respond less than {figure(found.quantile99)}.{found.bestLabel !== null && <> It tells <strong>{found.bestLabel}</strong> best from the others (AUC {figure(found.bestArea)}).</>}</p>
      <Some title="excite it most" some={found.top} />
      <Some title="between" some={found.middle} />
      <Some title="excite it least" some={found.bottom} />
    </section>
  );
}

function Some({ title, some }: { title: string; some: Photograph[] }) {
  if (some.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="row crops" aria-label={`Photographs that ${title}`}>{some.map((one, at) => {
        const words = one.label === null ? one.name : `${one.name}, ${one.label}`;
        return <li key={at}>{one.crop === null ? <span class="picture placeholder">{words}</span> : <img class="picture" src={picture(one.crop)} alt={words} title={words} loading="lazy" />}<span class="caption">{figure(one.response)}</span></li>;
      })}</ul>
    </>
  );
}

function Scores({ record }: { record: TileRecord }) {
  if (!record.scores) return null;
  const { verdict, lines } = record.scores;
  return (
    <section aria-labelledby="scores">
      <h2 id="scores">How far it can be trusted{verdict !== null && <span class={`verdict ${verdict}`}>{verdict}</span>}</h2>
      <dl class="numbers">{lines.map((line) => <div key={line.name} title={line.meaning}><dt>{line.name}<span class="unseen">. {line.meaning}</span></dt><dd>{line.value}</dd></div>)}</dl>
    </section>
  );
}

const comparisons: Record<string, string> = { responses: 'by their responses to photographs', weights: 'by their weights', picture: 'by their pictures' };

function Alike({ record }: { record: TileRecord }) {
  if (record.alike.length === 0) return null;
  return (
    <section aria-labelledby="alike">
      <h2 id="alike">Channels that are like it</h2>
      {record.alike.map((list) => (
        <div key={`${list.by} ${list.isAcross}`}>
          <h3>{comparisons[list.by] ?? list.by}{list.isAcross ? ', in several networks' : ''}</h3>
          <ul class="row">{list.channels.map((one) => <li key={`${one.model} ${one.layer} ${one.channel}`}><Like one={one} /></li>)}</ul>
        </div>
      ))}
    </section>
  );
}

function Like({ one }: { one: AlikeChannel }) {
  const lines: Line[] = [['', `${one.layer} ${one.channel}`], [', likeness ', `${one.likeness.toFixed(2)}${one.isMutual ? ' ⇄' : ''}`]];
  if (one.place) return <Tile href={channelLink(one.place.join('/'), one.channel, null)} tile={one.ref} outcome={one.ref ? 'rendered' : 'pending'} lines={lines} />;
  return <span class="tile"><span class="picture placeholder">{one.model}</span><Caption lines={lines} /></span>;
}

function Provenance({ place, record }: { place: LayerPlace; record: TileRecord }) {
  const { layer, doc } = place;
  const environment = record.environment === null ? null : layer.environments[record.environment] ?? null;
  const cite = `Channel ${record.channel} of ${layer.layer}, ${doc.model} (weights ${layer.weights}), drawn by ${environment?.software ?? 'AmViz'} with recipe ${layer.recipe.name} (${layer.recipe.hash}), seed ${record.seed}${record.sha256 === null ? '' : `, picture sha256 ${record.sha256}`}.`;
  return (
    <section aria-labelledby="record">
      <h2 id="record">Record</h2>
      <p class="buttons"><Copy text={() => JSON.stringify({ model: doc.model, layer: layer.layer, weights: layer.weights, recipe: layer.recipe, ...record, environment }, null, 2)}>Copy as JSON</Copy> <Copy text={cite}>Cite</Copy></p>
      <Facts facts={[
        ['Network', doc.model], ['Layer', layer.layer], ['Channel', record.channel], ['Label', record.label], ['Seed', record.seed], ['Outcome', outcomeWords[record.outcome]],
        ['Recipe', `${layer.recipe.name}, ${layer.recipe.hash}`], ['Weights', <code>{layer.weights}</code>],
        ['Drawn by', environment?.software ?? null], ['Backend', environment?.backend ?? null], ['Processor', environment?.processor ?? null], ['Threads', environment?.threads ?? null], ['Batch size', environment?.batchSize ?? null],
        ['Picture sha256', record.sha256 === null ? null : <code>{record.sha256}</code>],
      ]} />
      <details class="recipe"><summary>Every number of the recipe</summary><dl class="numbers">{layer.recipe.numbers.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl></details>
    </section>
  );
}
