import { query as queryOf, sweepPath } from '../api';
import { count, endWords, number, shortDevice, time } from '../format';
import { useLoad } from '../hooks';
import { Pages, Table, Waiting } from '../parts';
import { link } from '@web/route';
import type { TaskPage } from '../types';

/** Channels and seeds of a sweep by layer, state and error, as a table. */
export function Tasks({ sweep, query }: { sweep: string; query: URLSearchParams }) {
  const wanted = { model: query.get('model'), layer: query.get('layer'), state: query.get('state'), error: query.get('error'), errorIs: query.get('errorIs') };
  const after = query.get('after');
  const page = useLoad<TaskPage>(`${sweepPath(sweep)}/tasks${queryOf({ ...wanted, after, limit: 100 })}`);
  if (page.data === null) return <Waiting problem={page.problem} />;
  return (
    <>
      <h2>{wanted.state ? `${number(page.data.total)} ${endWords[wanted.state] ?? wanted.state}` : count(page.data.total, 'picture')}</h2>
      {wanted.errorIs === '' && <p class="note">Those of which no error is known.</p>}
      {wanted.errorIs && <p class="error">{wanted.errorIs}</p>}
      {wanted.error && <><p class="note">All whose error holds this text, in letters of either case:</p><p class="error">{wanted.error}</p></>}
      <Table label="Channels" heads={['Network', 'Layer', ['Channel', 'number'], ['Seed', 'number'], 'State', 'Device', 'Ended']}>
        {page.data.tasks.map((task) => (
          <tr key={`${task.model}/${task.layer}/${task.channel}/${task.seed}`}>
            <td>{task.model}</td>
            <td><a href={link(['sweeps', sweep, 'layers', task.model, task.layer])}>{task.layer}</a></td>
            <td class="number"><a href={link(['sweeps', sweep, 'tasks', task.model, task.layer, task.channel], { seed: task.seed })}>{task.channel}</a></td>
            <td class="number">{task.seed}</td>
            <td>{endWords[task.state]}</td>
            <td>{task.device && shortDevice(task.device)}</td>
            <td class="nowrap">{task.at ? time(task.at) : ''}</td>
          </tr>
        ))}
      </Table>
      <Pages path={['sweeps', sweep, 'tasks']} query={wanted} after={after} next={page.data.next} />
    </>
  );
}
