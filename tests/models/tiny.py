"""A model of some ten thousand weights with a tokenizer and a chat template, made on the spot, for tests of real weights."""

import json
from pathlib import Path
from typing import Any

TEMPLATE = """
{%- if tools %}{{ '<|im_start|>system\\n' }}
{%- if messages[0].role == 'system' %}{{ messages[0].content + '\\n' }}{% endif %}
{%- for tool in tools %}{{ tool | tojson }}{{ '\\n' }}{% endfor %}{{ '<|im_end|>\\n' }}
{%- elif messages[0].role == 'system' %}{{ '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages if message.role != 'system' %}
{{- '<|im_start|>' + message.role + '\\n' }}
{%- if message.reasoning_content %}{{ '<think>\\n' + message.reasoning_content + '\\n</think>\\n' }}{% endif %}
{{- message.content }}
{%- for call in message.tool_calls or [] %}
{{- '<tool_call>\\n' }}{{ {'name': call.function.name, 'arguments': call.function.arguments} | tojson }}{{ '\\n</tool_call>' }}
{%- endfor %}{{ '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% if thinking %}{{ '<think>\\n' }}{% endif %}{% endif %}
"""
"""In the manner of ChatML, with tools and calls as JSON; `thinking` begins the reply within its reasoning."""
TOOL = {
    "type": "function",
    "function": {
        "name": "add",
        "description": "Adds two numbers.",
        "parameters": {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "required": ["a", "b"],
        },
    },
}


def make_tokenizer(template: str | None = TEMPLATE) -> Any:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator(
        [json.dumps(TOOL), "What is the sum of one and two? Final answer: 3", "system user assistant tool"] * 4, trainer
    )
    made.add_special_tokens(
        [AddedToken(text, special=True, normalized=False) for text in ("<|pad|>", "<|im_start|>", "<|im_end|>")]
    )
    made.add_tokens(
        [AddedToken(text, special=False, normalized=False) for text in ("<tool_call>", "</tool_call>", "<think>", "</think>")]
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<|im_end|>", pad_token="<|pad|>")
    tokenizer.chat_template = template
    return tokenizer


def make_model(tokenizer: Any, context: int = 1024) -> Any:
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
        intermediate_size=64, max_position_embeddings=context, tie_word_embeddings=True, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id, bos_token_id=None,
    )  # fmt: skip
    return Qwen3ForCausalLM(config)


def save(folder: Path, *, template: str | None = TEMPLATE, context: int = 1024, sampling: dict[str, Any] | None = None) -> Path:
    """A folder as training leaves it."""
    tokenizer = make_tokenizer(template)
    model = make_model(tokenizer, context)
    if sampling:
        model.generation_config.update(**sampling)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def teach(model: Any, tokenizer: Any, lessons: list[tuple[str, str]], steps: int = 150) -> None:
    """Learn by heart what to say after each prompt."""
    import torch

    optimiser = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(steps):
        for prompt, reply in lessons:
            before = tokenizer(prompt, add_special_tokens=False).input_ids
            ids = torch.tensor([before + tokenizer(reply, add_special_tokens=False).input_ids])
            labels = ids.clone()
            labels[0, : len(before)] = -100
            model(input_ids=ids, labels=labels).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
