import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { evaluationFixture } from '../../state/testing/evaluation';
import { BalanceChart, balanceSentence } from './BalanceChart';
import { betterReferences, BitsChart, bitsSentence } from './BitsChart';
import { FamiliesChart, familiesSentence } from './FamiliesChart';
import { SpecialisationChart, specialisationSentence } from './SpecialisationChart';
import { SummaryChart, summaryRows, summarySentence } from './SummaryChart';
import { SweepChart, sweepSentence } from './SweepChart';

const { domains, specialisation, balance, families, kSweep } = evaluationFixture;

describe('the figures of About this model', () => {
  const charts: Record<string, ReactElement> = {
    bits: <BitsChart rows={domains} width={640} />,
    specialisation: <SpecialisationChart rows={specialisation ?? []} width={420} />,
    balance: <BalanceChart rows={balance ?? []} width={420} />,
    families: <FamiliesChart rows={families} width={900} />,
    sweep: <SweepChart rows={kSweep ?? []} trained={2} width={520} />,
    summary: <SummaryChart rows={summaryRows(evaluationFixture)} width={520} />,
  };
  it.each(Object.entries(charts))('%s is drawn as before', async (name, chart) => {
    await expect(renderToStaticMarkup(chart)).toMatchFileSnapshot(`./__snapshots__/${name}.svg`);
  });

  it('say in a sentence what the numbers say', () => {
    expect(bitsSentence(domains)).toBe('1.42 bits per byte in the mean of 3 domains. Better than the model: dense-match in 1, n-gram in 1 and xz primed in 1.');
    expect(specialisationSentence(specialisation ?? [])).toBe(
      'The first expert tells .60 to 1.20 bits about the domain; with labels shuffled over the windows at most .030 remain. The median ratio is 35\u00d7. This is a correlation, not a role.',
    );
    expect(balanceSentence(balance ?? [])).toBe(
      'Layer 1 is the least even: its busiest expert takes 1.6 times an even share. 1 expert is dead (under a hundredth of an even share); the normalised entropy of the load is .786 or more in every layer.',
    );
    expect(familiesSentence(families)).toBe('In the wording seen in training 2 of 2 families are above chance by more than their interval; in other wording 1.');
    expect(sweepSentence(kSweep ?? [])).toBe('Bits per byte are lowest at k = 2 (1.42); most answers are right at k = 2 (58\u00a0%).');
    expect(sweepSentence((kSweep ?? []).slice(1, 3))).toBe('Bits per byte are lowest at k = 2 (1.42); right answers stay within their intervals (56\u00a0% to 58\u00a0%).');
    expect(summarySentence(summaryRows(evaluationFixture))).toBe(
      '80\u00a0% right in the wording seen in training, 52\u00a0% in other wording. Moving the last token\u2019s routing weights with the answer known reaches 91\u00a0%: what better routing could win at most in this way.',
    );
  });

  it('name every reference that beats the model somewhere, and none that does not', () => {
    expect(betterReferences(domains)).toEqual([
      { reference: 'denseMatch', domains: 1 },
      { reference: 'ngram', domains: 1 },
      { reference: 'xzPrimed', domains: 1 },
    ]);
    expect(bitsSentence(domains.map((row) => ({ ...row, bpb: 0.9 })))).toBe('.90 bits per byte in the mean of 3 domains. No reference is better in any domain.');
  });
});
