import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { routedTrace } from '../analysis/testing/routed';
import { expertUses } from '../state/expertCounts';
import { stepEntropy } from '../state/stepEntropy';
import { entropyScale } from '../viz/entropyScale';
import { layoutSentence } from '../viz/sentence';
import { EntropyStems, NowBand, NowMark } from './EntropyStems';
import { ScoreMargin } from './ScoreMargin';
import { ScoreSide } from './ScoreSide';
import { TokenRoll } from './TokenRoll';

const text = ['Once', ' a', '\n', 'king', '\n', 'sat'];
const base = routedTrace({ experts: 4, chosen: text.map((_, t) => [[t % 4, (t + 1) % 4]]), promptTokens: 2, text });
const trace = { ...base, output: { ...base.output, entropy: Float32Array.of(1, 2, 3, 0.5, 4, 1) } };
const layout = layoutSentence([30, 20, 12, 32, 12, 24], { padding: 4, gap: 2, minimum: 16 });
const range = { first: 0, end: 6, from: 0, to: 200 };
const scale = entropyScale(trace.output.entropy, 'nats', 70);
const steps = stepEntropy(trace, { end: 'newline', candidates: 'all', pattern: { phase: 'none' } });
const slots = new Map([[1, 0], [2, 1]]);
const lines = (markup: string): string => markup.replaceAll('><', '>\n<');

describe('the sentence\u2019s rows', () => {
  it('stand as drawn before: stems, first tokens of steps, threshold and roll', async () => {
    expect([...steps.nats]).toEqual([2, 3, 4]);
    const markup = renderToStaticMarkup(
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 140">
        <NowBand layout={layout} token={1} height={140} roll />
        <EntropyStems layout={layout} range={range} scale={scale} steps={steps} tau={2.5} tauShown={2.5} prompt={2} stale={false} height={140} />
        <NowMark layout={layout} scale={scale} token={1} />
        <TokenRoll trace={trace} layout={layout} range={range} row={0} lane={4.5} top={110} slots={slots} off={[3]} />
      </svg>,
    );
    await expect(lines(markup)).toMatchFileSnapshot('./__snapshots__/score.svg');
  });

  it('have their totals beside them, cut by the threshold', async () => {
    const markup = renderToStaticMarkup(
      <>
        <ScoreMargin scale={scale} steps={steps} calibration={undefined} tau={2.5} plot={70} chips={34} lane={4.5} roll={18} uses={expertUses(trace, 0)} slots={slots} />
        <ScoreSide scale={scale} plot={70} chips={34} lane={4.5} roll={18} slots={slots} off={[3]} layer={5} />
      </>,
    );
    expect(markup.match(/class="use above"/g)?.length).toBe(2);
    await expect(lines(markup)).toMatchFileSnapshot('./__snapshots__/score-sides.svg');
  });
});
