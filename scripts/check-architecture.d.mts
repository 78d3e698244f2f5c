/** One sentence per broken rule. Paths start at the repository's root, with forward slashes. */
export function findViolations(files: ReadonlyMap<string, string>): string[];
/** Text by path of every file that the rules are about. */
export function readSources(root: string): Map<string, string>;
