"""Training of the playground's checkpoints: data, tokenizer, model, training, export, evaluation."""
