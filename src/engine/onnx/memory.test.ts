import { describe, expect, it } from 'vitest';
import { nodeOnnxEngine } from '../../cli/node-onnx';
import { errorCode, errorMessage } from '../../base/errors';
import { tinyCheckpoint } from '../testing/tiny-model';
import { allocateCache, checkModelSize } from './memory';

function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return `${errorCode(error)}: ${errorMessage(error)}`;
  }
  return 'none';
}

describe('memory of the page', () => {
  it('is named in numbers where a text finds no room in it', () => {
    expect(allocateCache(4, 8)).toEqual(new Float32Array(32));
    expect(failure(() => allocateCache(2 ** 30, 2 ** 30))).toBe(
      'no-room: A text of 1,073,741,824 tokens does not fit into the memory of this page: it wanted 4,611,686,018,427 MB in one piece. Close other tabs, or use a smaller model.',
    );
  });

  it('is not asked for a model that no .onnx file holds', async () => {
    expect(failure(() => checkModelSize(tinyCheckpoint()))).toBe('none');
    // Two tables of 2^26 rows of 8 floats: 4 GiB.
    const large = tinyCheckpoint({ context: 2 ** 26 });
    const sentence = /^The model "tiny" does not fit into ONNX Runtime: it wanted 4,29\d MB, and a model there has at most 2,147 MB\. Use a smaller model\.$/;
    await expect(nodeOnnxEngine().load(large)).rejects.toMatchObject({ code: 'no-room', message: expect.stringMatching(sentence) });
  });
});
