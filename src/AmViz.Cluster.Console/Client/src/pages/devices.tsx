import { ago, count, number, percent, rate, shortDevice } from '../format';
import { useLoad, useNow } from '../hooks';
import { Table, Waiting } from '../parts';
import { link } from '@web/route';
import type { DeviceStatus } from '../types';

const most = 500;

/** The devices of the cluster and what each is doing. */
export function Devices() {
  const devices = useLoad<DeviceStatus[]>('devices', 5);
  const silos = useLoad<{ address: string; status: string }[]>('silos', 30);
  const now = useNow();
  const found = devices.data ?? [];
  const at = (activity: string): number => found.filter((device) => device.activity === activity).length;
  return (
    <>
      <h1>Devices</h1>
      {devices.data === null ? <Waiting problem={devices.problem} />
        : found.length === 0 ? <p class="empty">No device has reported lately. Start one with <code>amviz silo</code>.</p>
        : (
          <>
            <p class="lead">{number(found.length)} in all, {number(at('drawing'))} drawing, {number(at('idle'))} idle, {number(at('broken'))} broken{silos.data && `, on ${count(silos.data.filter((silo) => silo.status === 'active').length, 'silo')}`}.</p>
            <Table label="Devices" heads={['Device', 'Pool', 'Activity', ['Use', 'number'], 'Works at', ['Step', 'number'], ['Steps/s', 'number'], 'Last step', 'Lease', ['Stored', 'number']]}>
              {found.slice(0, most).map((device) => <Row key={device.device} device={device} now={now} />)}
            </Table>
            {found.length > most && <p class="note">The first {most} are shown; <code>GET /api/v1/devices</code> has all.</p>}
          </>
        )}
    </>
  );
}

function Row({ device, now }: { device: DeviceStatus; now: number }) {
  const { shard } = device;
  return (
    <>
      <tr>
        <th scope="row" title={device.device}>{shortDevice(device.device)}</th>
        <td>{device.pool}</td>
        <td><span class={`state ${device.activity}`}>{device.activity}</span></td>
        <td class="number">{percent(device.use, 1)}</td>
        <td>{shard && <a href={link(['sweeps', shard.sweep, 'layers', shard.model, shard.layer])}>{shard.model} / {shard.layer}</a>}</td>
        <td class="number">{shard && `${number(device.step)} of ${number(device.steps)}${device.images > 1 ? `, ${device.images} images` : ''}`}</td>
        <td class="number">{device.stepsPerSecond > 0 && rate(device.stepsPerSecond)}</td>
        <td class="nowrap">{ago(device.lastStepAt, now)}</td>
        <td>{device.lease ?? ''}</td>
        <td class="number">{number(device.stored)}</td>
      </tr>
      {device.trouble && <tr class="why"><td colSpan={10}>{device.trouble}</td></tr>}
    </>
  );
}
