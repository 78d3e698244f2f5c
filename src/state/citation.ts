/** How to cite what is on the page: the page's version and build, and the weights. */

/** What a citation names. */
export interface Cited {
  /** Version of the page. */
  readonly version: string;
  /** Commit that the page was built from, eight hex digits or more; undefined where the build did not know. */
  readonly revision: string | undefined;
  /** SHA-256 of the weights in hex; undefined where it is not known. */
  readonly weights: string | undefined;
}

/** Year of the version in CITATION.cff. */
const YEAR = 2026;

/** The name that links give the weights under `rev`: the first eight hex digits of their SHA-256. */
export const modelRevision = (weights: string): string => weights.slice(0, 8);

/** A BibTeX entry. */
export function bibtex({ version, revision, weights }: Cited): string {
  const revisions = [...(revision === undefined ? [] : [`page revision ${revision}`]), ...(weights === undefined ? [] : [`model revision ${modelRevision(weights)}`])].join(', ');
  const fields: readonly (readonly [string, string])[] = [
    ['author', '{{the MoE Playground contributors}}'],
    ['title', '{{MoE Playground}}'],
    ['version', `{${version}}`],
    ['year', `{${YEAR}}`],
    ...(revisions === '' ? [] : [['note', `{${revisions[0]?.toUpperCase() ?? ''}${revisions.slice(1)}}`] as const]),
  ];
  return `@software{moe_playground,\n${fields.map(([name, value]) => `  ${name.padEnd(7)} = ${value}`).join(',\n')}\n}`;
}
