/** The kill switch: a worker that takes the place of any other, forgets what was kept, and goes. `OFFLINE=off npm run build` ships it. */
import { isOurs } from './files';
import type { WorkerScope } from './scope';

/** Listens; a page that is open goes on with the network. */
export function retire(scope: WorkerScope): void {
  scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
  scope.addEventListener('activate', (event) => event.waitUntil(forget(scope)));
}

async function forget({ caches, registration }: WorkerScope): Promise<void> {
  for (const name of await caches.keys()) if (isOurs(name, registration.scope)) await caches.delete(name);
  await registration.unregister();
}
