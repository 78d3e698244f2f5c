import { useLayoutEffect } from 'react';

/** Tells the style sheets that the page stands in another one. */
export function EmbedAttribute({ on }: { readonly on: boolean }) {
  useLayoutEffect(() => {
    if (on) document.documentElement.dataset['embed'] = '';
    else delete document.documentElement.dataset['embed'];
    // Whoever measures the page's room has to look again.
    dispatchEvent(new Event('resize'));
  }, [on]);
  return null;
}
