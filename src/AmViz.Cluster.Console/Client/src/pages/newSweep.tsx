import { useState } from 'preact/hooks';
import { Problem, query as queryOf } from '../api';
import { bytes, count, duration, hours, number } from '../format';
import { asProblem, useLoad, useReason, useSession } from '../hooks';
import { Reason, Table, Trouble } from '../parts';
import { link } from '@web/route';
import type { EstimatedSweep, PlannedSweep, SweepStatus } from '../types';

const mostLayers = 200;

const example = `# Which channels of which networks, and how. All keys: docs/sweep.md
models:
  - model: texturenet
    layers:
      - layer: conv_pw_5_bn
        channels: 0-15
      - logits
recipe:
  name: paper
  steps: 128
seeds: [0]
`;

interface Planned { spec: string; plan: PlannedSweep; estimate: EstimatedSweep | null; why: Problem | null; measuring: boolean }

/** Plans a spec, says what it would take, and begins it. */
export function NewSweep() {
  const { api } = useSession();
  const why = useReason('submit');
  const networks = useLoad<{ name: string; weightsDigest: string }[]>('networks');
  const [spec, setSpec] = useState(example);
  const [rank, setRank] = useState({ priority: '', share: '', pool: '' });
  const [planned, setPlanned] = useState<Planned | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const current = planned !== null && planned.spec === spec ? planned : null;

  const body = { content: spec, type: 'application/yaml' };
  const during = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const estimate = (): Promise<void> => during(async () => {
    setPlanned(null);
    const plan = (await api.send<PlannedSweep>('POST', 'plans', body))!;
    setPlanned({ spec, plan, estimate: null, why: null, measuring: true });
    try {
      const measured = await api.send<EstimatedSweep>('POST', 'estimates', body);
      setPlanned({ spec, plan, estimate: measured, why: null, measuring: false });
    } catch (error) {
      setPlanned({ spec, plan, estimate: null, why: asProblem(error), measuring: false });
    }
  });
  const begin = (): Promise<void> => during(async () => {
    const status = (await api.send<SweepStatus>('PUT', `sweeps/${current!.plan.id}${queryOf(rank)}`, body))!;
    location.hash = link(['sweeps', status.id]);
  });

  return (
    <>
      <h1>New sweep</h1>
      <Reason why={why} />
      <form class="spec" onSubmit={(event) => { event.preventDefault(); void estimate(); }}>
        <label for="spec">What to draw, in YAML or JSON</label>
        <textarea id="spec" rows={16} spellcheck={false} value={spec} onInput={(event) => setSpec(event.currentTarget.value)} />
        {networks.data && <p class="note">Networks: {networks.data.slice(0, 50).map((network) => network.name).join(', ') || 'none'}</p>}
        <div class="row">
          <label>Priority <input type="number" step={1} placeholder="0" value={rank.priority} onInput={(event) => setRank({ ...rank, priority: event.currentTarget.value })} /></label>
          <label>Share <input type="number" min={1} max={1000} placeholder="1" value={rank.share} onInput={(event) => setRank({ ...rank, share: event.currentTarget.value })} /></label>
          <label>Pool <input type="text" placeholder="any" value={rank.pool} onInput={(event) => setRank({ ...rank, pool: event.currentTarget.value })} /></label>
        </div>
        <div class="controls">
          <button type="submit" disabled={busy || why !== null} title={why ?? undefined}>Estimate</button>
          <button type="button" class="primary" disabled={busy || why !== null || current === null || current.measuring} title={why ?? (current ? undefined : 'Estimate it first, as it stands.')} onClick={() => void begin()}>Begin</button>
        </div>
      </form>
      <Trouble problem={problem} />
      {planned && planned.spec !== spec && <p class="note" role="status">The spec was changed since then: estimate it again.</p>}
      {current && <Outcome planned={current} />}
    </>
  );
}

function Outcome({ planned }: { planned: Planned }) {
  const { plan, estimate, why, measuring } = planned;
  const seconds = new Map(estimate?.layers.map((layer) => [`${layer.model}/${layer.layer}`, layer.secondsAPicture]));
  return (
    <section aria-labelledby="plan">
      <h2 id="plan">Plan <span class="id soft">{plan.id}</span></h2>
      <p>{plan.pass || plan.scores
        ? `${count(plan.pictures, 'task')}. Nothing is drawn.`
        : `${count(plan.pictures, 'picture')} of ${count(plan.layers.length, 'layer')}, ${count(plan.recipe.steps, 'step')} each.`}</p>
      {measuring && <p role="status" class="note">Measuring a few steps on the coordinator's device: two minutes at most…</p>}
      {estimate && (
        <dl class="facts">
          <div><dt>Device hours</dt><dd>{hours(estimate.deviceSeconds)}</dd></div>
          <div><dt>Here alone</dt><dd>{duration(estimate.seconds)} <span class="soft">on {count(estimate.renderers, estimate.device)}</span></dd></div>
          <div><dt>To draw</dt><dd>{number(estimate.pictures)} <span class="soft">{number(estimate.stored)} are stored already</span></dd></div>
          <div><dt>Store</dt><dd>{bytes(estimate.bytes)}</dd></div>
        </dl>
      )}
      {why && <Trouble problem={why} label={`No estimate: ${why.title}`} />}
      <Table label="Layers of the plan" heads={['Network', 'Layer', 'Channels', ['Pictures', 'number'], ['Pixels', 'number'], ['Seconds each', 'number']]}>
        {plan.layers.slice(0, mostLayers).map((layer) => (
          <tr key={`${layer.model}/${layer.layer}`}>
            <td>{layer.model}</td><td>{layer.layer}</td><td>{layer.channels}</td><td class="number">{number(layer.pictures)}</td><td class="number">{layer.size}</td>
            <td class="number">{seconds.get(`${layer.model}/${layer.layer}`)?.toFixed(2) ?? ''}</td>
          </tr>
        ))}
      </Table>
      {plan.layers.length > mostLayers && <p class="note">The first {mostLayers} of {number(plan.layers.length)} layers are shown.</p>}
    </section>
  );
}
