/** The commit that the page is built from. */
import { execFileSync } from 'node:child_process';

/** Eight hex digits, with `-dirty` after them where files differ from the commit; `REVISION` says it where there is no git; empty where nobody does. */
export function revision(): string {
  const { REVISION } = process.env;
  if (REVISION !== undefined) return REVISION;
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=8', '--exclude=*'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}
