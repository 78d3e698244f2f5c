import { useEffect, useState } from 'react';
import { shippedResults } from '../../state/shippedResults';
import { useApp } from '../context';
import { shippedArms, type ShippedArms } from './shippedArms';

/** The shipped figures of C3PO; undefined until they are read, and where there are none. */
export function useShippedArms(): ShippedArms | undefined {
  const app = useApp();
  const [shipped, setShipped] = useState<ShippedArms>();
  useEffect(() => {
    let live = true;
    const read = async (): Promise<void> => {
      const results = await shippedResults(app, 'c3po');
      if (live && results !== undefined) setShipped(shippedArms(results));
    };
    // What cannot be read is not shown; the panel works without it.
    read().catch(() => undefined);
    return () => {
      live = false;
    };
  }, [app]);
  return shipped;
}
