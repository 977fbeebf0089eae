import { query as queryOf, sweepPath } from '../api';
import { shortDevice, time } from '../format';
import { useLoad } from '../hooks';
import { Table, Waiting } from '../parts';
import { Picture } from '../pictures';
import { link } from '@web/route';
import type { TaskInspection } from '../types';

const mostAttempts = 100;

const ends = ['done', 'dead', 'notFinite', 'quarantined'];
const untilItHasEnded = (task: TaskInspection): number | undefined => (ends.includes(task.state) ? undefined : 10);

/** All that is known of one channel. */
export function Channel({ sweep, model, layer, channel, seed }: { sweep: string; model: string; layer: string; channel: string; seed: string | null }) {
  const place = [model, layer, channel].map(encodeURIComponent).join('/');
  const task = useLoad<TaskInspection>(`${sweepPath(sweep)}/tasks/${place}${queryOf({ seed })}`, untilItHasEnded);
  const { data } = task;
  return (
    <>
      <h2><a href={link(['sweeps', sweep, 'layers', model, layer])}>{layer}</a> / {channel}</h2>
      {data === null ? <Waiting problem={task.problem} /> : (
        <div class="channel">
          <div class="large">{data.picture ? <Picture sweep={sweep} path={data.picture} alt={`What excites channel ${channel} of ${layer} most`} /> : <span class="placeholder">no picture</span>}</div>
          <div>
            <dl class="facts">
              <div><dt>State</dt><dd>{data.state}{data.live && <span class="soft"> step {data.live.step} of {data.live.steps}</span>}</dd></div>
              <div><dt>Network</dt><dd>{model}</dd></div>
              <div><dt>Seed</dt><dd>{data.task.seed}</dd></div>
              {data.device && <div><dt>Device</dt><dd title={data.device}>{shortDevice(data.device)}</dd></div>}
              {data.lease && <div><dt>Lease</dt><dd>{data.lease}</dd></div>}
            </dl>
            {data.error && <p class="trouble error">{data.error}</p>}
          </div>
        </div>
      )}
      {data && data.attempts.length > 0 && (
        <>
          <h2>Attempts</h2>
          <Table label="Attempts" heads={[['Number', 'number'], 'Began', 'Ended', 'Device', 'Lease', 'End', 'Error']}>
            {data.attempts.slice(-mostAttempts).map((attempt) => (
              <tr key={attempt.number}>
                <td class="number">{attempt.number}</td>
                <td class="nowrap">{attempt.startedAt && time(attempt.startedAt)}</td>
                <td class="nowrap">{time(attempt.endedAt)}</td>
                <td>{shortDevice(attempt.device)}</td>
                <td>{attempt.lease}</td>
                <td>{attempt.end}</td>
                <td class="error">{attempt.error}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </>
  );
}
