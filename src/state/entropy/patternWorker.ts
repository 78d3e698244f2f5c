/** A thread for the visitor's regular expression: one that takes too long is ended with it, and the page goes on. */
import { stepStartsOf } from '../../analysis/steps';
import type { PatternAnswer, PatternQuestion } from './patternSearch';

const post = (answer: PatternAnswer): void => postMessage(answer);

addEventListener('message', ({ data }: MessageEvent<PatternQuestion>) => {
  post({ type: 'found', id: data.id, starts: stepStartsOf(data.texts, data.from, { kind: 'pattern', source: data.source }, { limitMs: data.limitMs }) });
});
post({ type: 'ready' });
