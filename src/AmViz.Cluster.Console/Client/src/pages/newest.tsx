import { query as queryOf, sweepPath } from '../api';
import { count, hasEnded, nameOf } from '../format';
import { useLoad } from '../hooks';
import { Pages, Waiting } from '../parts';
import { Tiles } from '../pictures';
import type { SweepStatus, TaskPage } from '../types';

/** The live atlas: pictures of all layers as they come, the newest first. */
export function NewestPictures({ status, query }: { status: SweepStatus; query: URLSearchParams }) {
  const after = query.get('after');
  const isLive = after === null && !hasEnded(status.state);
  const page = useLoad<TaskPage>(`${sweepPath(status.id)}/tasks${queryOf({ state: 'rendered', order: 'newest', limit: 96, after })}`, isLive ? 5 : undefined);
  if (page.data === null) return <Waiting problem={page.problem} />;
  if (page.data.tasks.length === 0) return <p class="empty">No picture is stored yet.</p>;
  return (
    <>
      <p class="lead">{count(page.data.total, 'picture')}, the newest first.{isLive && ' New ones appear by themselves.'}</p>
      <Tiles sweep={status.id} tasks={page.data.tasks} named={nameOf(status.layers)} label="Newest pictures" />
      <Pages path={['sweeps', status.id, 'pictures']} query={{}} after={after} next={page.data.next} />
    </>
  );
}
