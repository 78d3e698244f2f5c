/** What every card has: whether it works, and what stopped it. */
export interface CardRun {
  readonly running: boolean;
  /** A sentence; empty where there is none. */
  readonly fault: string;
}

export const AT_REST: CardRun = { running: false, fault: '' };
