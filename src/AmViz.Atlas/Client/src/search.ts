// What the box of every page finds: networks and layers by name, "LAYER NUMBER", and classes by label.
import { link } from '@web/route';
import { load } from './loader';
import { channelAt } from './tiles';
import type { AtlasDoc, LabelsDoc, LayerDoc, NetworkDoc, NetworkRow, SweepRow } from './types';

export interface Hit { name: string; note: string; href: string }

const most = 12;

interface Known { sweep: SweepRow; network: NetworkRow; doc: NetworkDoc }

/** Finds it; several sweeps of the same network give the newest alone where the names are the same. */
export async function search(atlas: AtlasDoc, text: string): Promise<Hit[]> {
  const asked = text.trim().toLowerCase();
  if (asked === '') return [];
  const known = await Promise.all(atlas.sweeps.flatMap((sweep) => sweep.networks.map(async (network): Promise<Known> =>
    ({ sweep, network, doc: await load<NetworkDoc>(`${sweep.sweep}/${network.folder}/network`, network.version) }))));
  const hits = [...channels(known, asked), ...(await classes(known, asked)), ...layers(known, asked), ...networks(known, asked)];
  return hits.slice(0, most);
}

const note = (one: Known): string => `${one.network.model}, recipe ${one.sweep.recipe}`;

const networks = (known: readonly Known[], asked: string): Hit[] => known
  .filter(({ network }) => network.model.toLowerCase().includes(asked))
  .map((one) => ({ name: one.network.model, note: `recipe ${one.sweep.recipe}, ${one.network.layers} layers`, href: link([one.sweep.sweep, one.network.folder]) }));

const layers = (known: readonly Known[], asked: string): Hit[] => known.flatMap((one) => one.doc.layers
  .filter((row) => row.layer.toLowerCase().includes(asked))
  .map((row) => ({ name: row.layer, note: note(one), href: link([one.sweep.sweep, one.network.folder, row.folder]) })));

/** "conv_pw_6 12" */
function channels(known: readonly Known[], asked: string): Hit[] {
  const parts = /^(.*\S)[\s#:]+(\d+)$/.exec(asked);
  if (!parts) return [];
  const [, name, channel] = parts as unknown as [string, string, string];
  return known.flatMap((one) => one.doc.layers
    .filter((row) => row.layer.toLowerCase().includes(name) && Number(channel) < row.channelCount)
    .map((row) => ({ name: `${row.layer} ${channel}`, note: note(one), href: link([one.sweep.sweep, one.network.folder, row.folder, channel]) })));
}

async function classes(known: readonly Known[], asked: string): Promise<Hit[]> {
  const found = await Promise.all(known.flatMap((one) => one.doc.layers.filter((row) => row.isLogits).map(async (row): Promise<(Hit & { rank: number })[]> => {
    const path = `${one.sweep.sweep}/${one.network.folder}/${row.folder}`;
    const layer = await load<LayerDoc>(`${path}/layer`, row.version);
    if (!layer.hasLabels) return [];
    const { labels } = await load<LabelsDoc>(`${path}/labels`, row.version);
    return labels.flatMap((label, tile) => (label !== null && tile % layer.seeds.length === 0 && label.toLowerCase().includes(asked)
      ? [{ name: label, note: `class ${channelAt(layer.channels, tile / layer.seeds.length)}, ${note(one)}`, href: link([...path.split('/'), channelAt(layer.channels, tile / layer.seeds.length)]), rank: rankOf(label.toLowerCase(), asked) }]
      : []));
  })));
  return found.flat().sort((a, b) => a.rank - b.rank).map(({ name, note: about, href }) => ({ name, note: about, href }));
}

// The whole label first, then labels that begin so, then words that do.
const rankOf = (label: string, asked: string): number => (label === asked ? 0 : label.startsWith(asked) ? 1 : label.includes(` ${asked}`) ? 2 : 3);
