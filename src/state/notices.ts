/** Messages to the visitor: one clear sentence each, the newest last, never more than three. */
import { errorCode, errorMessage, PlaygroundError } from '../base/errors';
import type { App } from './app';
import type { Failure, Notice } from './state';

const MOST = 3;
let lastId = 0;

/** What a message says, and what can be done about it. */
export type NewNotice = Partial<Omit<Notice, 'id'>> & { readonly message: string };

export function notify(app: App, notice: NewNotice): void {
  notifyWithId(app, notice);
}

/** Returns the id of the message, by which it can be taken away. */
export function notifyWithId({ store }: App, notice: NewNotice): number {
  lastId += 1;
  const next: Notice = { id: lastId, tone: 'error', details: [], action: 'none', ...notice };
  store.setState(({ notices }) => ({ notices: [...notices.filter(({ message }) => message !== next.message), next].slice(-MOST) }));
  return next.id;
}

export function dismiss({ store }: App, id: number): void {
  store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

/** Takes old errors away when the visitor has started something that makes them void. */
export function clearErrors({ store }: App): void {
  store.setState(({ notices }) => ({ notices: notices.filter(({ tone }) => tone !== 'error') }));
}

/** Anything thrown, as data. */
export function toFailure(error: unknown): Failure {
  return { code: errorCode(error), message: errorMessage(error), details: error instanceof PlaygroundError ? error.details : [] };
}
