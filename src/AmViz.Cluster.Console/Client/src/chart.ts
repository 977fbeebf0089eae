// Shapes of the timeline, as paths: a few elements however many stretches and devices there are.

/** Bars from the bottom, each as high as its value. */
export function bars(values: readonly number[], from: readonly number[], most: number, width: number, height: number): string {
  const step = width / values.length;
  return values.map((value, index) => {
    if (value === 0 || most === 0) return '';
    const [low, high] = [height * (1 - (from[index] ?? 0) / most), (height * value) / most];
    return `M${round(index * step)} ${round(low)}h${round(step * 0.9)}v${round(-high)}h${round(-step * 0.9)}z`;
  }).join('');
}

/** Of a row of squares those of one shade, 1 to the number of shades. */
export function cells(values: readonly number[], most: number, shade: number, shades: number, width: number, height: number): string {
  const step = width / values.length;
  return values.map((value, index) => (value > 0 && shadeOf(value, most, shades) === shade ? `M${round(index * step)} 0h${round(step * 0.9)}v${height}h${round(-step * 0.9)}z` : '')).join('');
}

export const shadeOf = (value: number, most: number, shades: number): number => Math.min(shades, Math.max(1, Math.ceil((shades * value) / Math.max(most, 1))));

/** The sum of rows, stretch by stretch. */
export const total = (rows: readonly (readonly number[])[]): number[] => (rows[0] ?? []).map((_, index) => rows.reduce((sum, row) => sum + (row[index] ?? 0), 0));

const round = (value: number): string => String(Math.round(value * 100) / 100);
