// The objective during the ascent, as a line.
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { figure } from './format';

const [width, height, left, right, top, bottom] = [420, 140, 48, 8, 8, 20] as const;

/** Points are steps and objectives; the last one is marked. */
export function Curve({ points }: { points: [number, number][] }) {
  if (points.length < 2) return null;
  const values = points.map(([, value]) => value);
  const [low, high, last] = [Math.min(...values), Math.max(...values), points.at(-1)![0]];
  const x = scaleLinear([points[0]![0], last], [left, width - right]);
  const y = scaleLinear(low < high ? [low, high] : [low - 1, high + 1], [height - bottom, top]);
  const path = line<[number, number]>((point) => x(point[0]), (point) => y(point[1]))(points) ?? '';
  const end = points.at(-1)!;
  return (
    <svg class="curve" viewBox={`0 0 ${width} ${height}`} role="img"
      aria-label={`Objective during the ascent: from ${figure(values[0]!)} to ${figure(values.at(-1)!)} in ${last} steps, between ${figure(low)} and ${figure(high)}`}>
      <path class="axis" d={`M${left} ${top}V${height - bottom}H${width - right}`} />
      <path class="line" d={path} />
      <circle cx={x(end[0])} cy={y(end[1])} r="4" />
      <text x={left - 6} y={y(high) + 8} text-anchor="end">{figure(high)}</text>
      {low < high && <text x={left - 6} y={y(low)} text-anchor="end">{figure(low)}</text>}
      <text x={left} y={height - 4}>step {points[0]![0]}</text>
      <text x={width - right} y={height - 4} text-anchor="end">{last}</text>
    </svg>
  );
}
