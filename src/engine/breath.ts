/** Long work on the thread that also answers timers and messages. */
import { throwIfCancelled } from '../base/errors';

/** Timers and messages (a Stop, say) get a turn this often. */
const BREATH_MS = 30;

export class Breath {
  private since = performance.now();

  constructor(private readonly signal: AbortSignal | undefined) {}

  /** Throws `cancelled` where the signal has fired. */
  async take(): Promise<void> {
    throwIfCancelled(this.signal);
    if (performance.now() - this.since < BREATH_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    throwIfCancelled(this.signal);
    this.since = performance.now();
  }
}
