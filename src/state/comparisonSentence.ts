/** The Compare view in words, worked out from the numbers. */
import { bare } from '../base/numerals';
import type { ComparedPair } from './compare';
import { planWords, tokenWords } from './comparisonLabels';
import type { ComparedLayer, TextComparison, TokenComparison } from './comparison';
import { strings } from './strings';

/** L1 below which a layer counts as unmoved, and from which it counts as moved. */
const UNMOVED = 0.01;
const MOVED = 0.1;
/** Change of a share that makes an expert one of those that lose or gain. */
const SHIFT = 0.05;
const MOST_NAMED = 3;

/** Experts with the largest change of one sign, largest first. */
function movers({ a, b }: ComparedLayer, sign: 1 | -1): number[] {
  return Array.from(a, (p, expert) => ({ expert, change: sign * ((b[expert] ?? 0) - p) }))
    .filter(({ change }) => change >= SHIFT)
    .sort((x, y) => y.change - x.change)
    .slice(0, MOST_NAMED)
    .map(({ expert }) => expert);
}

const two = (value: number): string => bare(value, 2);
const quoted = (token: string): string => token.trim() || token.replaceAll('\n', '\u21b5').replaceAll(' ', '\u2423');

/** What changed at the playhead's column, in two or three sentences. */
export function comparisonSentence(pair: ComparedPair, texts: TextComparison, here: TokenComparison): string {
  const text = strings.compare.sentence;
  if (pair.kind === 'tokens') return tokensSentence(texts, here);
  if (here.tokenA < 0 || here.tokenB < 0) return [text.elsewhere, partsSentence(texts)].join(' ');
  return [routingSentence(pair, here), nextSentence(here), pair.kind === 'edits' && texts.parts === undefined ? '' : partsSentence(texts)].filter((part) => part !== '').join(' ');
}

function routingSentence(pair: ComparedPair, { layers }: TokenComparison): string {
  const text = strings.compare.sentence;
  const [first, ...rest] = layers;
  if (first === undefined) return '';
  const most = rest.reduce((x, y) => (y.distance > x.distance ? y : x), first);
  if (most.distance < UNMOVED) return text.same;
  const moved = layers.filter(({ distance }) => distance >= UNMOVED);
  const start = moved[0] ?? most;
  const cause = pair.kind === 'edits' ? text.with(planWords(pair.b.trace)) : '';
  const main = `${cause}${text.most(most.layer, two(most.distance), movers(most, -1), movers(most, 1))}`;
  const before = start === first ? '' : text.first(start.layer);
  const others = layers.filter((layer) => layer !== most && layer.distance >= MOVED).length;
  return [text.capital(main), before, text.others(others)].filter((part) => part !== '').join(' ');
}

/** Two tokens of one text, each under its own context. */
function tokensSentence({ a, b }: TextComparison, { tokenA, tokenB, layers, next }: TokenComparison): string {
  const text = strings.compare.tokens;
  if (tokenA === tokenB) return text.same;
  const [first, ...rest] = layers;
  if (first === undefined) return '';
  const most = rest.reduce((x, y) => (y.distance > x.distance ? y : x), first);
  const others = layers.filter((layer) => layer !== most && layer.distance >= MOVED).length;
  const names = [text.name(tokenA + 1, tokenWords(a, tokenA)), text.name(tokenB + 1, tokenWords(b, tokenB))] as const;
  const routing = most.distance < UNMOVED ? text.alike(...names) : `${text.most(names, most.layer, two(most.distance), movers(most, -1), movers(most, 1))} ${text.others(others)}`;
  return next === undefined ? routing : `${routing} ${next.top.changed ? text.next(quoted(next.top.a), quoted(next.top.b)) : text.nextSame(quoted(next.top.a), two(next.top.probA), two(next.top.probB))}`;
}

function nextSentence({ next }: TokenComparison): string {
  if (next === undefined) return '';
  const { top } = next;
  const text = strings.compare.sentence;
  return top.changed ? text.topChanged(quoted(top.a), quoted(top.b)) : text.topSame(quoted(top.a), two(top.probA), two(top.probB));
}

function partsSentence({ parts }: TextComparison): string {
  return parts === undefined ? strings.compare.sentence.equal : strings.compare.sentence.part(parts + 1);
}
