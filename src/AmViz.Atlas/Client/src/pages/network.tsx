import { link } from '@web/route';
import { count, figure, number, total, troubles } from '../format';
import { useDoc, useNear, useNetwork } from '../hooks';
import type { Place } from '../hooks';
import { Crumbs, Facts, Progress, Tile, Waiting, channelLink } from '../parts';
import { channelOf, seedOf } from '../tiles';
import type { AtlasDoc, LayerDoc, LayerRow } from '../types';

/** A network: its layers from the picture to the classes, each with its strongest channels. */
export function Network({ atlas, sweep, folder }: { atlas: AtlasDoc; sweep: string; folder: string }) {
  const { place, error } = useNetwork(atlas, sweep, folder);
  if (!place) return <Waiting error={error} />;
  const { doc, network } = place;
  const missing = troubles(network.counts);
  return (
    <>
      <Crumbs links={[]} here={doc.model} />
      <h1>{doc.model}</h1>
      <p class="lead">{count(doc.layers.length, 'layer')}, {count(total(network.counts), 'picture')}, from the layer that sees the picture to the one that names classes. Each strip shows the channels with the highest objective first.</p>
      <Facts facts={[
        ['Recipe', `${doc.recipe.name}, ${count(doc.recipe.steps, 'step')}`],
        [doc.seeds.length === 1 ? 'Seed' : 'Seeds', doc.seeds.join(', ')],
        ['Weights', <code>{doc.weights}</code>],
        ['Sweep', <code>{doc.sweep}</code>],
        ['Without a picture', missing === '' ? null : <a href={link([sweep, folder, 'failures'])}>{missing}</a>],
      ]} />
      <ol class="layers" aria-label="Layers">{doc.layers.map((row) => <Layer key={row.folder} place={place} row={row} />)}</ol>
    </>
  );
}

function Layer({ place, row }: { place: Place; row: LayerRow }) {
  const [ref, isNear] = useNear<HTMLLIElement>();
  const path = `${place.sweep.sweep}/${place.network.folder}/${row.folder}`;
  const { data, error } = useDoc<LayerDoc>(isNear ? `${path}/layer` : null, row.version);
  const missing = troubles(row.counts);
  return (
    <li ref={ref}>
      <div class="about">
        <h2><a href={link(path.split('/'))}>{row.layer}</a></h2>
        <p class="note">{row.channels === row.channelCount ? '' : `${number(row.channels)} of `}{count(row.channelCount, row.isLogits ? 'class' : 'channel')}, {row.size} px</p>
        <Progress counts={row.counts} label={row.layer} />
        {row.range && <p class="note">objective {figure(row.range[0])} to {figure(row.range[1])}</p>}
        {missing && <p class="note bad">{missing}</p>}
      </div>
      {data ? (
        <ul class="strip" aria-label={`Strongest channels of ${row.layer}`}>
          {data.best.map(({ tile, ref: at }) => {
            const channel = channelOf(data, tile);
            const seed = data.seeds.length > 1 ? seedOf(data, tile) : null;
            return <li key={tile}><Tile href={channelLink(path, channel, seed)} tile={at} outcome="rendered" lines={[['Channel ', `${channel}`]]} /></li>;
          })}
        </ul>
      ) : error === null ? <span class="strip" /> : <Waiting error={error} />}
    </li>
  );
}
