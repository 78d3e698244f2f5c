/** What the panel holds of the engine: access to the model, the method's session, and the question that is prepared on the device. */
import type { ModelAccess } from '../../engine/access';
import type { LoadedInfo } from '../../engine/worker/protocol';
import type { Question as QuestionHandle } from '../../methods/c3po/question';
import { C3poSession } from '../../methods/c3po/session';
import type { App } from '../app';
import { storeNow } from './neighbours';
import type { Question } from './state';

const accesses = new WeakMap<LoadedInfo, ModelAccess>();

/** The model as methods see it, while one is loaded; one access for each time that it was loaded. */
export function remixAccess({ store, services }: App): ModelAccess | undefined {
  const { session: live } = store.getState();
  if (live.phase !== 'ready') return undefined;
  const access = accesses.get(live.model) ?? services.client.access();
  accesses.set(live.model, access);
  return access;
}

let session: C3poSession | undefined;
let held: { readonly question: Question; readonly handle: QuestionHandle; readonly access: ModelAccess } | undefined;

/** The method on the references in use; made anew when these or the model change. */
export function remixSession(app: App): C3poSession | undefined {
  const access = remixAccess(app);
  const store = storeNow(app.store.getState().remix);
  if (access === undefined || store === undefined) return undefined;
  if (session?.access !== access || session.store !== store) {
    // Problems are kept by the places of their references in the store.
    held?.handle.dispose();
    session = new C3poSession(access, store);
  }
  return session;
}

/** Keeps what the engine prepared for the question on screen, and frees what it had for the one before. */
export function holdQuestion(question: Question, handle: QuestionHandle, access: ModelAccess): void {
  held?.handle.dispose();
  held = { question, handle, access };
}

/** The engine's side of a question; undefined once another has taken its place. */
export function handleOf(question: Question): QuestionHandle | undefined {
  return held?.question === question ? held.handle : undefined;
}

/** Whether the loaded model has read the question; one that was loaded anew has not. */
export function hasRead(app: App, question: Question): boolean {
  return held?.question === question && held.access === remixAccess(app);
}
