/** The arms of public/results/c3po.json as the chart draws them. */
import { wilson } from '../../analysis/paired';
import { ARMS, type Arm } from '../../state/remix/types';
import type { Results } from '../../state/results';
import type { ArmShare } from './ArmsChart';

export interface ShippedArms {
  readonly n: number;
  /** The arm that the results speak of first. */
  readonly carriedBy: Arm;
  readonly arms: Readonly<Partial<Record<Arm, ArmShare>>>;
  /** Share of the distance from base to oracle. */
  readonly gap: (arm: Arm) => number | undefined;
}

/** Reads shares and their intervals from the flat summary; an interval that it does not hold is Wilson's. */
export function shippedArms({ summary }: Results): ShippedArms {
  const number = (name: string): number | undefined => (typeof summary[name] === 'number' ? summary[name] : undefined);
  const n = number('n') ?? 0;
  const arms: Partial<Record<Arm, ArmShare>> = {};
  for (const arm of ARMS) {
    const accuracy = number(arm);
    if (accuracy === undefined) continue;
    const interval = wilson(Math.round(accuracy * n), n);
    arms[arm] = { n, accuracy, low: number(`${arm}Low`) ?? interval.low, high: number(`${arm}High`) ?? interval.high };
  }
  return {
    n,
    carriedBy: ARMS.find((arm) => arm === summary['carriedBy']) ?? 'ngd',
    arms,
    gap: (arm) => {
      const [base, oracle, own] = [arms.base?.accuracy, arms.oracle?.accuracy, arms[arm]?.accuracy];
      if (arm === 'base' || arm === 'oracle' || base === undefined || oracle === undefined || own === undefined || oracle <= base) return undefined;
      return (own - base) / (oracle - base);
    },
  };
}
