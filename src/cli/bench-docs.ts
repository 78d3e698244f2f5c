/** docs/BENCHMARKS.md from a report. Nothing in it is written by hand, so nothing in it can be older than its date. */
import { ratios, SECTION_NAMES, type Machine, type Measured, type SectionName, type Sections } from '../bench/report';
import { benchStrings } from '../bench/strings';
import { shown, shownRatio, tableOf, type TextTable } from '../bench/table';
import { PlaygroundError } from '../base/errors';
import { NODE_PREFIX } from './bench-node';

interface Section {
  readonly measured: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const CEILING =
  'WebAssembly stands beside it as the CPU ceiling, and the ratio to it is not meaningful on a software adapter: WASM wins because it runs native SIMD while SwiftShader emulates a GPU on the same cores.';

/** What the issue of the bench asked for, beside what was found. */
const GOALS: readonly (readonly [string, string, string])[] = [
  ['ffnT64VsOrtWebgpu', 'feed-forward block, T = 64, against ONNX Runtime Web on WebGPU', 'at least 10'],
  ['ffnT256VsOrtWebgpu', 'feed-forward block, T = 256, against ONNX Runtime Web on WebGPU', 'at least 10'],
  ['decodeVsOrtWebgpu', 'decode of the whole model against ONNX Runtime Web on WebGPU', 'at least 3'],
  ['prefillVsOrtWebgpu', 'prefill of the whole model against ONNX Runtime Web on WebGPU', 'at least 5'],
  ['gemmVsJaxJs', 'matrix product against jax-js, geometric mean of three sizes', 'at least 1'],
  ['gemmVsTfjs', 'matrix product against TensorFlow.js, geometric mean of three sizes', 'above 1'],
  ['decodeVsOrtWasm', 'decode of the whole model against ONNX Runtime Web on WebAssembly', 'printed'],
];

function sectionsOf(report: unknown): Readonly<Record<string, Section>> {
  if (typeof report === 'object' && report !== null && 'sections' in report && typeof report.sections === 'object' && report.sections !== null) {
    return report.sections as Readonly<Record<string, Section>>;
  }
  throw new PlaygroundError('bad-file', 'The report holds no sections: run npm run bench first.');
}

function markdown({ head, rows }: TextTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function machineLines({ adapter, software, form, platform, cores, threads, model, versions, quick }: Machine, measured: string): string[] {
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ');
  return [
    `Measured ${measured.slice(0, 10)} on ${adapter}${software ? ' (a software adapter: it computes on the CPU)' : ''}, ${form} kernels, ${cores} cores, WebAssembly on ${threads} ${threads === 1 ? 'thread' : 'threads'}. ${platform}.`,
    `Weights ${model}.${libraries === '' ? '' : ` ${libraries}.`}${quick ? ' A quick look, not for publication.' : ''}`,
  ];
}

function measuredSection(section: Section | undefined): Measured | undefined {
  return section === undefined || !('results' in section.details) || !('machine' in section.details) ? undefined : (section.details as unknown as Measured);
}

function part(title: string, section: Section, name: SectionName, measured: Measured): string[] {
  const lines = [`## ${title}`, '', ...machineLines(measured.machine, section.measured), '', markdown(tableOf(name, measured.results, benchStrings('en'))), ''];
  const curves = name === 'curves' ? (measured.results as Sections['curves']).filter(({ flatness }) => flatness !== undefined) : [];
  for (const { label, axis, flatness } of curves) lines.push(`${label}: over ${axis} the slowest point takes ${shown(flatness)} times the fastest.`, '');
  const texts = name === 'prefill' || name === 'decode' ? (measured.results as Sections['decode']) : [];
  for (const { counters: c } of texts) {
    lines.push(`Ours cost ${c.dispatches} dispatches, ${c.submits} ${c.submits === 1 ? 'submit' : 'submits'}, ${c.readbacks} ${c.readbacks === 1 ? 'readback' : 'readbacks'} of ${c.bytesRead} bytes for ${c.tokens} tokens, routing and statistics of each recorded.`, '');
  }
  return lines;
}

function steps(sections: Readonly<Record<string, Section>>): string[] {
  const found = Object.entries(sections).filter(([name]) => name.startsWith('step-'));
  if (found.length === 0) return [];
  const rows = found.flatMap(([, { details }]) =>
    Object.entries(details['tasks'] as Readonly<Record<string, { beforeMs: number; nowMs: number; ratio: number; low: number; high: number; n: number }>>).map(([task, t], i) => [
      i === 0 ? `\`${String(details['before'])}\` to \`${String(details['now'])}\`` : '', task, shown(t.beforeMs), shown(t.nowMs), ...shownRatio(t),
    ]));
  return [
    '## What each step gave', '',
    'Two commits of the kernels in one browser, in turns: `npm run bench -- --against COMMIT --repeats 15`. Tasks are those of `src/bench/own.ts`.', '',
    markdown({ head: ['Commits', 'Task', 'Before (ms)', 'After (ms)', 'Before / after', '95 % interval', 'Pairs'], rows }), '',
  ];
}

/** @throws PlaygroundError `bad-file` when it is no report */
export function benchmarksDocument(report: unknown): string {
  const sections = sectionsOf(report);
  const strings = benchStrings('en');
  const all: Partial<Sections> = {};
  for (const name of SECTION_NAMES) {
    const measured = measuredSection(sections[name]);
    if (measured !== undefined) Object.assign(all, { [name]: measured.results });
  }
  const found = ratios(all);
  const lines = [
    '# Benchmarks', '',
    'Written by `npm run bench -- docs` from `reports/bench.json`, which `npm run bench` measures. Do not edit.', '',
    'Protocol: one page, same weights, same input. Every contender first has to give the oracle\'s numbers (float64 on the CPU), or it gets no time. After warm-up contenders take turns in alternating order. A run begins with its input in the host\'s memory and ends with the result there. Figures are medians; ratios are theirs / ours, median over rounds of the same round\'s two times, with the percentile interval of a paired bootstrap. Where an engine has more than one way, the summary takes its fastest correct one.', '',
    `On a software adapter ratios between WebGPU engines mean something; absolute times, and the ranking of kernels made for GPUs, do not. ${CEILING}`, '',
    markdown({ head: ['Summary', '', 'Ratio', '95 % interval', 'Rounds', 'Goal'], rows: GOALS.map(([name, what, goal]) => [`\`${name}\``, what, ...shownRatio(found[name]), goal]) }), '',
  ];
  for (const name of SECTION_NAMES) {
    const [section, measured] = [sections[name], measuredSection(sections[name])];
    if (section !== undefined && measured !== undefined) lines.push(...part(strings.sections[name], section, name, measured));
  }
  lines.push(...steps(sections), ...inNode(sections));
  return `${lines.join('\n').trimEnd()}\n`;
}

function inNode(sections: Readonly<Record<string, Section>>): string[] {
  const strings = benchStrings('en');
  const lines = SECTION_NAMES.flatMap((name) => {
    const [section, measured] = [sections[`${NODE_PREFIX}${name}`], measuredSection(sections[`${NODE_PREFIX}${name}`])];
    return section === undefined || measured === undefined ? [] : part(`Node and Dawn: ${strings.sections[name]}`, section, name, measured);
  });
  const onGpu = Object.values(sections).some((section) => measuredSection(section)?.machine.software === false);
  if (!onGpu) lines.push('## On a GPU', '', 'No GPU was at hand when this was measured, so there is no table of one. `GPU=hardware npm run bench` makes it in a browser, `GPU=hardware npm run bench -- --node` without one.', '');
  return lines;
}
