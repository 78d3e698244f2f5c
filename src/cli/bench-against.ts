/** What a step gave: the bench page of this checkout and of an older commit, in turns, in one browser. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PlaygroundError } from '../base/errors';
import { median, pairedRatio, round } from '../bench/stats';
import type { BenchResult } from './bench';
import { BenchBrowser } from './bench-page';

const DEFAULT_TASKS = 'gemm256,ffn1,ffn64,ffn256,prefill,decode';

function git(...command: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', command, { encoding: 'utf8' });
  if (status !== 0) throw new PlaygroundError('bad-input', `git ${command.join(' ')} failed: ${stderr.trim()}`);
  return stdout.trim();
}

/** The kernels of another commit under the bench of that commit; `only` names tasks of src/bench/own.ts. */
export async function benchAgainst(commit: string, only: string, rounds: number): Promise<BenchResult> {
  const tasks = (only === '' ? DEFAULT_TASKS : only).split(',');
  const before = git('rev-parse', '--short', commit);
  const now = git('rev-parse', '--short', 'HEAD');
  const folder = mkdtempSync(join(tmpdir(), 'moe-before-'));
  git('worktree', 'add', '--detach', join(folder, 'tree'), commit);
  const tree = join(folder, 'tree');
  const browser = await BenchBrowser.open();
  try {
    if (!existsSync(join(tree, 'node_modules'))) symlinkSync(resolve('node_modules'), join(tree, 'node_modules'));
    const pages = [await browser.page(tree, () => undefined), await browser.page(process.cwd(), () => undefined)] as const;
    const handles = [];
    for (const page of pages) handles.push(await page.evaluateHandle((names) => globalThis.moeBench.own(names), tasks));
    const times = new Map(tasks.map((task) => [task, [[], []] as [number[], number[]]]));
    for (let round = 0; round < rounds; round++) {
      for (const [task, both] of times) {
        for (const side of round % 2 === 0 ? [0, 1] as const : [1, 0] as const) {
          both[side].push((await handles[side]?.evaluate((sample, name) => sample(name), task)) ?? NaN);
        }
      }
    }
    const details = Object.fromEntries([...times].map(([task, [old, fresh]]) => [task, { beforeMs: round(median(old)), nowMs: round(median(fresh)), ...pairedRatio(old, fresh) }]));
    return {
      summary: {},
      details: { before, now, rounds, tasks: details },
      lines: [`${before} -> ${now}, median of ${rounds} pairs`, ...Object.entries(details).map(([task, d]) => `  ${task.padEnd(10)} ${d.beforeMs} ms -> ${d.nowMs} ms: ${d.ratio.toFixed(2)} times [${d.low.toFixed(2)}, ${d.high.toFixed(2)}]`)],
    };
  } finally {
    await browser.close();
    git('worktree', 'remove', '--force', tree);
    rmSync(folder, { recursive: true, force: true });
  }
}
