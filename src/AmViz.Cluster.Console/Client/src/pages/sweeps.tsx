import { query as queryOf } from '../api';
import { duration, ended, hasEnded, number, open, percent, rate, time } from '../format';
import { useLoad } from '../hooks';
import { Pages, Progress, State, Table, Waiting } from '../parts';
import { rateOfDevices } from '../rates';
import { link } from '@web/route';
import type { DeviceStatus, SweepPage, SweepState, SweepStatus } from '../types';

const states: SweepState[] = ['running', 'paused', 'finished', 'failed', 'cancelled'];

/** Every sweep of the store. */
export function Sweeps({ query }: { query: URLSearchParams }) {
  const [state, after] = [query.get('state'), query.get('after')];
  const page = useLoad<SweepPage>(`sweeps${queryOf({ state, after, limit: 50, layers: false })}`, 10);
  const devices = useLoad<DeviceStatus[]>('devices', 10);
  return (
    <>
      <h1>Sweeps</h1>
      <nav class="filters" aria-label="Sweeps by state">
        <a href={link(['sweeps'])} aria-current={state === null ? 'true' : undefined}>all</a>
        {states.map((one) => <a key={one} href={link(['sweeps'], { state: one })} aria-current={state === one ? 'true' : undefined}>{one}</a>)}
      </nav>
      {page.data === null ? <Waiting problem={page.problem} />
        : page.data.sweeps.length === 0 ? <p class="empty">There is no {state ?? ''} sweep. <a href={link(['new'])}>Begin one</a>, or use <code>amviz sweep submit</code>.</p>
        : (
          <Table label="Sweeps" heads={['Sweep', 'State', 'Progress', ['Done', 'number'], ['No picture', 'number'], ['Pictures/s', 'number'], ['Left', 'number'], ['Priority', 'number'], 'Pool', 'Started']}>
            {page.data.sweeps.map((sweep) => <Row key={sweep.id} sweep={sweep} devices={devices.data ?? []} />)}
          </Table>
        )}
      {page.data && <Pages path={['sweeps']} query={{ state }} after={after} next={page.data.next} />}
    </>
  );
}

function Row({ sweep, devices }: { sweep: SweepStatus; devices: DeviceStatus[] }) {
  const perSecond = rateOfDevices(devices.filter((device) => device.shard?.sweep === sweep.id));
  const isOver = hasEnded(sweep.state);
  return (
    <tr>
      <th scope="row"><a class="id" href={link(['sweeps', sweep.id])}>{sweep.id}</a></th>
      <td><State state={sweep.state} /></td>
      <td class="bar"><Progress counts={sweep.counts} label={`Progress of ${sweep.id}`} /></td>
      <td class="number">{number(ended(sweep.counts))} of {number(sweep.counts.planned)} <span class="soft">{percent(ended(sweep.counts), sweep.counts.planned)}</span></td>
      <td class="number">{sweep.counts.failed > 0 ? <a href={link(['sweeps', sweep.id, 'failures'])}>{number(sweep.counts.failed)}</a> : '0'}</td>
      <td class="number">{isOver ? '' : rate(perSecond)}</td>
      <td class="number">{isOver || perSecond === 0 ? '' : duration(open(sweep.counts) / perSecond)}</td>
      <td class="number">{sweep.rank.priority}</td>
      <td>{sweep.pool}</td>
      <td class="nowrap">{time(sweep.startedAt)}</td>
    </tr>
  );
}
