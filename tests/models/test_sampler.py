"""What is picked, against llama.cpp's own chain that looks at the whole vocabulary."""

import ctypes

import numpy as np
import pytest

from assistant.models.context import Logits, Sampler, likeliest
from assistant.models.native import library

VOCABULARY = 5_000


def whole(sampler: Sampler, logits: Logits) -> int:
    """Return what the chain picks that is shown every token."""
    lib = library()
    shown = (lib.llama_token_data * len(logits))(*((token, float(logit), 0.0) for token, logit in enumerate(logits)))
    candidates = lib.llama_token_data_array(data=shown, size=len(logits), selected=-1, sorted=False)
    lib.llama_sampler_apply(sampler.chain, ctypes.byref(candidates))
    token = int(candidates.data[candidates.selected].id)
    lib.llama_sampler_accept(sampler.chain, token)
    return token


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.0])
def test_the_likeliest_tokens_are_enough_to_pick_as_from_all(temperature: float) -> None:
    chance = np.random.default_rng(7)
    one, other = Sampler(temperature=temperature, seed=3), Sampler(temperature=temperature, seed=3)
    drawn = [chance.normal(0, 2, VOCABULARY).astype(np.float32) for _ in range(60)]
    picked = [one.pick(logits) for logits in drawn]
    assert picked == [whole(other, logits) for logits in drawn]
    assert any(token != logits.argmax() for token, logits in zip(picked, drawn, strict=True))
    one.close()
    other.close()


def test_at_temperature_nought_it_is_the_first_of_the_likeliest() -> None:
    sampler = Sampler(temperature=0.0, seed=3)
    assert sampler.pick(np.array([0, 3, 1, 3], np.float32)) == 1
    sampler.close()


def test_the_likeliest_come_in_order_and_equals_as_they_stand() -> None:
    assert likeliest(np.array([1, 5, 2, 5, 0], np.float32), 3).tolist() == [1, 3, 2]
    assert likeliest(np.array([1, 5], np.float32), 3).tolist() == [1, 0]
