/** How components reach the store: one context, and selectors that re-render only on what they read. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { App } from '../state/app';
import type { AppState } from '../state/state';

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('useApp needs an AppContext above it.');
  return app;
}

export function useAppState<T>(select: (state: AppState) => T): T {
  return useStore(useApp().store, select);
}
