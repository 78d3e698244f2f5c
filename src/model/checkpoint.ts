/**
 * Checkpoint: config, weights and tokenizer as they are on disk (Hugging Face layout). Runs nothing.
 */
import type { ModelConfig } from './config';

/** One tensor of a safetensors file, upcast to float32 on demand so that a 15 MB file is not held twice. */
export interface Tensor {
  readonly dtype: 'F32' | 'F16' | 'BF16' | 'I32' | 'I64' | 'U8';
  readonly shape: readonly number[];
  /** Row-major values as float32. */
  readonly toFloat32: () => Float32Array;
  /** Row-major values as the bits of float16, of tensors that are stored so. */
  readonly toHalfBits?: () => Uint16Array;
}

export interface Tokenizer {
  readonly encode: (text: string) => number[];
  /** Text of a whole sequence; special tokens are left out. */
  readonly decode: (ids: readonly number[]) => string;
  /** Printable text of one token on its own: incomplete UTF-8 bytes are shown as <0xE2>, special tokens by name. */
  readonly tokenText: (id: number) => string;
  /** Id of a token whose text is exactly this one, if the vocabulary has it. */
  readonly idOf: (text: string) => number | undefined;
}

export interface Checkpoint {
  /** Folder name, e.g. `moe`. */
  readonly name: string;
  readonly config: ModelConfig;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly tokenizer: Tokenizer | undefined;
  /** Lower-case hex SHA-256 of model.safetensors. */
  readonly sha256: string;
}
