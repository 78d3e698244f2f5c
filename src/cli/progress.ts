/** One line on the terminal that says how far a long run is. */

/** A log that is no terminal gets a line this often. */
const QUIET_MS = 15_000;

/** Minutes and seconds, rounded up so that it never promises too much. */
export function remaining(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export class Progress {
  private readonly began = performance.now();
  private shown = -Infinity;

  constructor(private readonly out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>) {}

  /**
   * @param done units finished by this process
   * @param open units that this process had to do
   * @param before units that were there already
   */
  show(done: number, open: number, before: number): void {
    const now = performance.now();
    if (!this.out.isTTY && done < open && now - this.shown < QUIET_MS) return;
    this.shown = now;
    const each = (now - this.began) / 1000 / done;
    const text = `${before + done} of ${before + open}${before > 0 ? ` (${before} from before)` : ''}, ${each.toFixed(2)} s each, ${remaining(each * (open - done))} left`;
    this.out.write(this.out.isTTY ? `\r${text.padEnd(70)}${done === open ? '\n' : ''}` : `${text}\n`);
  }
}
