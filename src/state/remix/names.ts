/** Texts of vocabulary ids that the panel lists, asked for once each. */
import type { App } from '../app';
import { remixAccess } from './session';
import { patchRemix } from './slice';

export async function nameTokens(app: App, ids: readonly number[]): Promise<void> {
  const access = remixAccess(app);
  const missing = ids.filter((id) => !app.store.getState().remix.names.has(id));
  if (access === undefined || missing.length === 0) return;
  const found = await Promise.all(missing.map(async (id) => [id, await access.decode([id])] as const));
  patchRemix(app, { names: new Map([...app.store.getState().remix.names, ...found]) });
}
