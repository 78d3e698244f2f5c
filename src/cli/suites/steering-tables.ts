/** Tables of docs/METHODS.md for rerouting, RICE and top-p, from their results files (`npm run tables`). */
import type { Estimate } from '../../base/bootstrap';
import type { Results } from '../../state/results';
import type { FrontierPoint } from './top-p-summary';

const signed = (value: number, digits: number): string => `${value > 0 ? '+' : ''}${value.toFixed(digits)}`;

/** `-0.025 [-0.037, -0.013]` of a flat figure; `none` where it is missing. */
function of({ summary }: Results, name: string, digits = 3): string {
  const [mean, low, high] = [summary[name], summary[`${name}Low`], summary[`${name}High`]];
  return typeof mean === 'number' && typeof low === 'number' && typeof high === 'number' ? `${signed(mean, digits)} [${signed(low, digits)}, ${signed(high, digits)}]` : 'none';
}

const number = ({ summary }: Results, name: string, digits: number): string => {
  const value = summary[name];
  return typeof value === 'number' ? value.toFixed(digits) : 'none';
};

const interval = ({ mean, low, high }: Pick<Estimate, 'mean' | 'low' | 'high'>, digits: number): string => `${mean.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;

const heading = (results: Results): string => `Command: \`${results.command}\`; engine: ${results.engine}; 95 % bootstrap intervals over texts.`;

export function topPTable(results: Results): string[] {
  const rows = results['frontier'] as readonly FrontierPoint[];
  return [
    '### What it gave here',
    '',
    `${number(results, 'n', 0)} texts, ${number(results, 'tokens', 0)} tokens, ${number(results, 'questions', 0)} questions. ${heading(results)}`,
    '',
    '| arm | mean experts | bits per byte | right answers (at mean experts) |',
    '|---|---|---|---|',
    ...rows.map(({ arm, p, meanExperts, bitsPerByte, accuracy, questionExperts }) => `| ${arm}${p === undefined ? '' : `, p ${p.toFixed(3)}`} | ${meanExperts.toFixed(3)} | ${interval(bitsPerByte, 4)} | ${accuracy === undefined ? '' : `${interval(accuracy, 3)} (${questionExperts?.toFixed(2) ?? ''})`} |`),
    '',
    `Paired by text, bits per byte: half of the second experts kept by mass less as many kept by chance ${of(results, 'halfLessRandom', 4)}; less all of them kept ${of(results, 'halfLessStatic', 4)}; one expert only less two ${of(results, 'onlyOneLessStatic', 4)}.`,
    `Without a cap: mean 2 less top-2 ${of(results, 'freeLessStatic', 4)}, mean 3 less top-3 ${of(results, 'freeNextLessStaticNext', 4)}.`,
    `Experts of a token: rank correlation with the router's entropy ${of(results, 'expertsWithRouterEntropy', 2)} (by construction), with the next token's loss ${of(results, 'expertsWithLoss', 2)}. Mean experts of questions of level 1, 2, 3: ${[1, 2, 3].map((level) => number(results, `expertsLevel${level}`, 2)).join(', ')}.`,
  ];
}

interface RiceMarkerTable {
  readonly before: readonly { readonly beta: number; readonly lessBase: Estimate }[];
}

interface RiceWritten {
  readonly beta: number;
  readonly renormalise: boolean;
  readonly n: number;
  readonly tokens: number;
  readonly markers: number;
  readonly repetition: number;
  readonly perplexity: number;
  readonly degenerate: number;
}

/** Who ran the units, and how far two implementations are apart. */
function checked(results: Results, unit: string, digits: number): string {
  const { summary } = results;
  return typeof summary['checkedOnEngine'] === 'number' ? ` Texts ran in ${String(summary['ran'])}; ${summary['checkedOnEngine']} of them on the engine as well, ${unit} differ by ${number(results, 'largestDifference', digits)} at most.` : '';
}

export function riceTable(results: Results): string[] {
  const markers = results['markers'] as Readonly<Record<string, RiceMarkerTable>>;
  const written = results['written'] as readonly RiceWritten[];
  return [
    '### What it gave here',
    '',
    `Probability of the marker, mean over the positions of a text. ${heading(results)}${checked(results, 'probabilities', 6)}`,
    '',
    '| marker | n | unsteered | top, beta 4 | random, beta 4 | top less random, beta 4 | beta 64 | top switched off less unsteered | random draws below top | first ten shared by two halves |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...Object.keys(markers).map((name) => `| ${name} | ${number(results, `${name}N`, 0)} | ${number(results, `${name}Base`, 4)} | ${number(results, `${name}Top`, 4)} | ${number(results, `${name}Random`, 4)} | ${of(results, `${name}TopLessRandom`, 4)} | ${of(results, `${name}TopLessRandomAt64`, 4)} | ${of(results, `${name}OffLessBase`, 4)} | ${number(results, `${name}DrawsBelowTop`, 0)} of 5 | ${number(results, `${name}SharedTop10`, 1)} |`),
    '',
    '| experts of the token before the marker, less unsteered | beta 0 | beta 4 | beta 64 |',
    '|---|---|---|---|',
    ...Object.entries(markers).map(([name, { before }]) => `| ${name} | ${before.map(({ lessBase }) => interval(lessBase, 4)).join(' | ')} |`),
    '',
    ...(written.length === 0 ? [] : ['| written under the step marker\'s experts | tokens | markers | repetition | perplexity | fell apart |', '|---|---|---|---|---|---|']),
    ...written.map((row) => `| beta ${row.beta}${row.renormalise ? '' : ', not renormalised'} | ${row.tokens} | ${row.markers} | ${row.repetition} | ${row.perplexity} | ${row.degenerate} of ${row.n} |`),
  ];
}

interface ReroutingArm {
  readonly cycles: readonly { readonly context: number }[];
  readonly domains: readonly { readonly domain: string; readonly n: number; readonly heldOut: number }[];
}

export function reroutingTable(results: Results): string[] {
  const arms = results['arms'] as Readonly<Record<string, ReroutingArm>>;
  const { summary } = results;
  const names: Readonly<Record<string, string>> = { confident: 'most confident 0.3', all: 'all (ours)' };
  return [
    '### What it gave here',
    '',
    `${number(results, 'allN', 0)} away texts, change of the mean loss in nats per token. ${heading(results)}${checked(results, 'losses in nats', 5)}`,
    '',
    '| layers | cycle | context | context loss, first to last step | held-out loss | random logits, held out | held out less random |',
    '|---|---|---|---|---|---|---|',
    ...Object.entries(arms).flatMap(([arm, { cycles }]) => cycles.map(({ context }, c) => `| ${names[arm] ?? arm} | ${c + 1} | ${context} | ${of(results, `${arm}Cycle${c + 1}ContextFall`)} | ${of(results, `${arm}Cycle${c + 1}HeldOut`)} | ${of(results, `${arm}Cycle${c + 1}Random`)} | ${of(results, `${arm}Cycle${c + 1}HeldOutLessRandom`)} |`)),
    '',
    ...Object.entries(arms).flatMap(([arm, { domains }]) => [
      `${names[arm] ?? arm}: tokens after the last context ${of(results, `${arm}EndAfterFirst`)} after one cycle, ${of(results, `${arm}EndAfterLast`)} after the last; home texts ${of(results, `${arm}Home`)}; share of choices changed ${number(results, `${arm}EditDistance`, 3)}; entropy of the gate ${signed(Number(summary[`${arm}EntropyChange`]), 3)} nats; a cycle is as much arithmetic as ${number(results, `${arm}Passes`, 0)} passes over its context. By domain: ${domains.map(({ domain, heldOut }) => `${domain} ${signed(heldOut, 3)}`).join(', ')}.`,
      '',
    ]),
  ];
}
