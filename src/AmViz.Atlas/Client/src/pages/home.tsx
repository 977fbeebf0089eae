import { link } from '@web/route';
import { count, number, total, troubles } from '../format';
import { Progress, Sprite } from '../parts';
import type { AtlasDoc, NetworkRow, SweepRow } from '../types';

/** What there is: every network of every sweep. */
export function Home({ atlas }: { atlas: AtlasDoc }) {
  const networks = atlas.sweeps.flatMap((sweep) => sweep.networks.map((network) => ({ sweep, network })));
  const tiles = networks.reduce((sum, { network }) => sum + network.tiles, 0);
  return (
    <>
      <h1>Channel atlas</h1>
      <p class="lead">For every channel of a network the picture that excites it most, found by gradient ascent from noise. {count(networks.length, 'network')}, {count(tiles, 'channel')}.</p>
      <ul class="cards">{networks.map(({ sweep, network }) => <Card key={`${sweep.sweep}/${network.folder}`} sweep={sweep} network={network} />)}</ul>
      {networks.length === 0 && <p class="note">Nothing is drawn yet: <code>amviz run</code> draws the channels of a network.</p>}
    </>
  );
}

function Card({ sweep, network }: { sweep: SweepRow; network: NetworkRow }) {
  const missing = troubles(network.counts);
  return (
    <li class="card">
      <a href={link([sweep.sweep, network.folder])}>
        <span class="mosaic" aria-hidden="true">{network.cover.map((tile) => <Sprite key={`${tile.sheet} ${tile.cell}`} tile={tile} />)}</span>
        <span class="name">{network.model}</span>
      </a>
      <Progress counts={network.counts} label={network.model} />
      <p class="note">{count(network.layers, 'layer')}, {number(total(network.counts))} pictures, recipe {sweep.recipe}, {count(sweep.steps, 'step')}, sweep {sweep.sweep}</p>
      {missing && <p class="note bad">{missing}</p>}
    </li>
  );
}
