import { sweepPath } from '../api';
import { bars, cells, total } from '../chart';
import { count, duration, hasEnded, hours, number, shortDevice, time } from '../format';
import { useLoad } from '../hooks';
import { Table, Waiting } from '../parts';
import type { DeviceTimeline, SweepStatus, SweepTimeline } from '../types';

const [width, height, row] = [1000, 160, 14];
const shades = [1, 2, 3, 4];

/** What came when, from which device, and what was done to the sweep. */
export function Timeline({ status }: { status: SweepStatus }) {
  const loaded = useLoad<SweepTimeline>(`${sweepPath(status.id)}/timeline?buckets=120`, hasEnded(status.state) ? undefined : 10);
  const { data } = loaded;
  if (data === null) return <Waiting problem={loaded.problem} />;
  if (data.from === null || data.until === null) return <p class="empty">The sweep was not begun yet.</p>;
  const [rendered, failed] = [total(data.devices.map((device) => device.rendered)), total(data.devices.map((device) => device.failed))];
  const most = Math.max(1, ...rendered.map((value, index) => value + (failed[index] ?? 0)));
  const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);
  return (
    <>
      <p class="lead">{number(sum(rendered))} pictures and {number(sum(failed))} failures of this run, in stretches of {duration(data.bucketSeconds)}; {hours(data.deviceSeconds)} device hours of all runs.</p>
      <figure class="chart">
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`At most ${count(most, 'picture')} and failures in ${duration(data.bucketSeconds)}`}>
          <path class="rendered" d={bars(rendered, [], most, width, height)} />
          <path class="failed" d={bars(failed, rendered, most, width, height)} />
          {data.moments.map((moment) => <path key={moment.at} class="moment" d={`M${at(moment.at, data)} 0v${height}`} />)}
        </svg>
        <figcaption><span>{time(data.from)}</span><span class="legend"><span class="key rendered" /> pictures <span class="key failed" /> failures, at most {number(most)} in a stretch</span><span>{time(data.until)}</span></figcaption>
      </figure>
      <h2>What was done</h2>
      <Table label="What was done to the sweep" heads={['When', 'What']}>
        {data.moments.map((moment, index) => <tr key={moment.at}><td class="nowrap">{time(moment.at)}</td><td>{word(moment.state, data.moments[index - 1]?.state)}</td></tr>)}
      </Table>
      <h2>Devices</h2>
      <Table label="What came from each device" heads={['Device', ['Pictures', 'number'], ['Failures', 'number'], 'When']}>
        {data.devices.map((device) => (
          <tr key={device.device ?? ''}>
            <th scope="row" title={device.device ?? undefined}>{device.device ? shortDevice(device.device) : 'all others'}</th>
            <td class="number">{number(sum(device.rendered))}</td>
            <td class="number">{number(sum(device.failed))}</td>
            <td class="bar"><Cells device={device} /></td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Cells({ device }: { device: DeviceTimeline }) {
  const all = total([device.rendered, device.failed]);
  const most = Math.max(1, ...all);
  return (
    <svg class="cells" viewBox={`0 0 ${width} ${row}`} preserveAspectRatio="none" aria-hidden="true">
      {shades.map((shade) => <path key={shade} class={`shade${shade}`} d={cells(all, most, shade, shades.length, width, row)} />)}
    </svg>
  );
}

function at(moment: string, data: SweepTimeline): number {
  const [from, until] = [Date.parse(data.from!), Date.parse(data.until!)];
  return Math.round((width * Math.min(Math.max(Date.parse(moment) - from, 0), until - from)) / Math.max(until - from, 1));
}

function word(state: string, before: string | undefined): string {
  return state !== 'running' ? state : before === 'paused' ? 'resumed' : before === undefined ? 'begun' : 'begun again';
}
