/** The feed-forward block of one MoE layer of the shipped model. */
import type { Environment, Progress } from '../environment';
import { race, type Row } from '../race';
import { feedForwardOf, feedForwardTask } from '../tasks';

export interface FeedForwardResult {
  readonly tokens: number;
  readonly rows: readonly Row[];
}

const TOKENS = [1, 16, 64, 256] as const;
/** In the middle of the model. */
const LAYER = 3;

export async function feedForward(environment: Environment, progress: Progress): Promise<FeedForwardResult[]> {
  const results: FeedForwardResult[] = [];
  const sizes = environment.quick ? [16] : TOKENS;
  for (const [i, tokens] of sizes.entries()) {
    progress(i / sizes.length, `T = ${tokens}`);
    const task = feedForwardTask(environment.checkpoint, LAYER, tokens);
    const makers = environment
      .contenders(({ feedForward: ways }) => ways)
      .flatMap(([name, ways]) => ways.map((make) => [name, () => make(task)] as const))
      // Gathered weights are a way for one token alone.
      .filter(([name], at, all) => tokens === 1 || !name.startsWith('ort') || all.findLastIndex(([other]) => other === name) !== at);
    const rows = await race(makers, feedForwardOf(task), { ...environment.pace, tolerance: 1e-4 });
    results.push({ tokens, rows });
  }
  return results;
}
