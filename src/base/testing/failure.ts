import { errorCode, errorMessage } from '../errors';

/** Code and sentence of what a promise rejects with, `none` where it does not. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return `${errorCode(error)}: ${errorMessage(error)}`;
  }
  return 'none';
}
