// How fast a sweep goes on, by what was heard of it lately.

const windowSeconds = 60;

export class RateMeter {
  private samples: { at: number; ended: number }[] = [];

  /** Notes how many pictures have ended. Fewer than before: a new run, or a retry. */
  observe(atSeconds: number, ended: number): void {
    const last = this.samples.at(-1);
    if (last && ended < last.ended) this.samples = [];
    this.samples.push({ at: atSeconds, ended });
    this.forget(atSeconds);
  }

  /** Pictures a second over the last minute; undefined unless some seconds of it were heard of. */
  perSecond(nowSeconds: number): number | undefined {
    this.forget(nowSeconds);
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    return first && last && last.at - first.at >= 3 ? (last.ended - first.ended) / (last.at - first.at) : undefined;
  }

  private forget(nowSeconds: number): void {
    while (this.samples.length > 0 && this.samples[0]!.at < nowSeconds - windowSeconds) this.samples.shift();
  }
}

/** Pictures a second by what devices say of the batches that are on them. */
export function rateOfDevices(devices: { activity: string; images: number; steps: number; stepsPerSecond: number }[]): number {
  return devices.filter((device) => device.activity === 'drawing' && device.steps > 0)
    .reduce((sum, device) => sum + (device.images * device.stepsPerSecond) / device.steps, 0);
}
