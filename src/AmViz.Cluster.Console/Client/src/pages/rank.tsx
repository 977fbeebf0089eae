import { useState } from 'preact/hooks';
import { json, sweepPath } from '../api';
import { useAction, useReason, useSession } from '../hooks';
import { Reason, Trouble } from '../parts';
import type { SweepStatus } from '../types';

/** Gives a sweep another priority or share. */
export function RankForm({ status, reload }: { status: SweepStatus; reload: () => void }) {
  const { api } = useSession();
  const why = useReason('submit');
  const action = useAction();
  const [priority, setPriority] = useState(status.rank.priority);
  const [share, setShare] = useState(status.rank.share);
  const give = (event: Event): void => {
    event.preventDefault();
    action.run(async () => {
      await api.send('PATCH', sweepPath(status.id), json({ priority, share }));
      reload();
    });
  };
  return (
    <section aria-labelledby="rank">
      <h2 id="rank">Rank</h2>
      <form class="row" onSubmit={give}>
        <label>Priority <input type="number" value={priority} step={1} required onInput={(event) => setPriority(event.currentTarget.valueAsNumber)} /></label>
        <label>Share <input type="number" value={share} min={1} max={1000} step={1} required onInput={(event) => setShare(event.currentTarget.valueAsNumber)} /></label>
        <button type="submit" disabled={action.busy || why !== null || (priority === status.rank.priority && share === status.rank.share)} title={why ?? undefined}>Change</button>
      </form>
      <p class="note">Sweeps of a higher priority get the devices first; those of one priority share them by share.</p>
      <Reason why={why} />
      <Trouble problem={action.problem} />
    </section>
  );
}
