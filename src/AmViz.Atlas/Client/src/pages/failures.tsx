import { link } from '@web/route';
import { count, number, outcomeWords, total, troubles } from '../format';
import { useDocs, useNetwork } from '../hooks';
import { Command, Crumbs, Waiting, channelLink } from '../parts';
import { channelOf } from '../tiles';
import type { AtlasDoc, LayerDoc } from '../types';

/** Channels without a picture, grouped by what they say, and what is to be done. */
export function Failures({ atlas, sweep, folder }: { atlas: AtlasDoc; sweep: string; folder: string }) {
  const { place, error } = useNetwork(atlas, sweep, folder);
  const rows = place?.doc.layers.filter((row) => total(row.counts) > (row.counts.rendered ?? 0)) ?? [];
  const path = (layer: string): string => `${sweep}/${folder}/${layer}`;
  const docs = useDocs<LayerDoc>(rows.map((row) => `${path(row.folder)}/layer`), place?.network.version ?? '');
  if (!place) return <Waiting error={error} />;
  const found = rows.flatMap((row) => {
    const layer = docs.get(`${path(row.folder)}/layer`);
    return layer ? layer.troubles.map((trouble) => ({ row, layer, trouble })) : [];
  });
  const groups = Map.groupBy(found, ({ trouble }) => `${trouble.outcome} ${trouble.error ?? ''}`);
  return (
    <>
      <Crumbs links={[[place.doc.model, link([sweep, folder])]]} here="Without a picture" />
      <h1>Without a picture</h1>
      <p class="lead">{troubles(place.network.counts) || 'Every channel has its picture.'}</p>
      <ul class="failures">{[...groups.entries()].map(([key, group]) => {
        const { outcome, error: said } = group[0]!.trouble;
        return (
          <li key={key}>
            <p class="amount"><strong>{number(group.reduce((sum, one) => sum + one.trouble.tiles, 0))}</strong> {outcomeWords[outcome]}</p>
            <div>
              {said !== null && <p class="error">{said}</p>}
              <ul class="list">{group.map(({ row, layer, trouble }) => (
                <li key={row.folder}><a href={link(path(row.folder).split('/'), { find: `is:${outcome.toLowerCase()}` })}>{row.layer}, {count(trouble.tiles, 'channel')}</a>, first <a href={channelLink(path(row.folder), channelOf(layer, trouble.first), null)}>{channelOf(layer, trouble.first)}</a></li>
              ))}</ul>
            </div>
          </li>
        );
      })}</ul>
      {found.length > 0 && <><h2>Draw what is missing</h2><p class="note">Type the command that began the sweep again: it skips what is there and draws the rest; dead channels stay dead. On a cluster:</p><Command text={`amviz sweep retry ${sweep} --cluster ADDRESS`} /></>}
    </>
  );
}
