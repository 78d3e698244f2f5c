import { useMemo } from 'react';
import { listNeighbours, spaceOf, type ListedNeighbour } from '../../state/remix/neighbours';
import { settingsNow } from '../../state/remix/settings';
import type { C3poSettings, RouterShape } from '../../state/remix/types';
import { useAppState } from '../context';

export interface RemixView {
  readonly settings: C3poSettings;
  /** The references in use and the next ones, nearest first. */
  readonly listed: readonly ListedNeighbour[];
  /** Where they are near. */
  readonly space: 'embedding' | 'pathway' | 'random';
}

/** What the settings choose for the question on screen; worked out once a change. */
export function useRemixView(shape: RouterShape): RemixView {
  const data = useAppState((state) => state.remix.data);
  const question = useAppState((state) => state.remix.question);
  const changes = useAppState((state) => state.remix.changes);
  const excluded = useAppState((state) => state.remix.excluded);
  return useMemo(() => {
    const settings = settingsNow({ changes }, shape);
    return { settings, listed: data.phase === 'ready' && question !== undefined ? listNeighbours(data.store, question, settings, excluded) : [], space: spaceOf(settings) };
  }, [data, question, changes, excluded, shape]);
}
