import { comparedPair } from '../../state/compare';
import { strings } from '../../state/strings';
import { useAppState } from '../context';

/** What the closed tab says: whether there is something to compare. */
export function CompareHeadline() {
  const kind = useAppState((state) => comparedPair(state)?.kind);
  return kind === undefined ? null : strings.compare.headline[kind];
}
