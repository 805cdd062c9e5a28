"""What of a model's output a reader sees: no reasoning, no markers, nothing after a stop, no endless loop."""

import re
from collections import Counter, deque
from collections.abc import Iterable

# How reasoning is fenced, by family: what opens it and what closes it.
REASONING = {
    "<think>": "</think>",  # DeepSeek-R1, Qwen3, SmolLM3, GLM, Phi-4-reasoning
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",  # EXAONE Deep
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",  # Seed-OSS
    "[THINK]": "[/THINK]",  # Magistral
    "<|START_THINKING|>": "<|END_THINKING|>",  # Command A Reasoning
    "<|begin_of_thought|>": "<|end_of_thought|>",  # OpenThinker
    "<|channel>thought": "<channel|>",  # Gemma 4
    "<|channel|>analysis": "<|end|>",  # gpt-oss (Harmony)
    "<|channel|>commentary": "<|end|>",
}
# Fences around the answer itself, which are taken off it.
FENCES = (
    "<answer>",
    "</answer>",
    "<|START_RESPONSE|>",
    "<|END_RESPONSE|>",
    "<|begin_of_solution|>",
    "<|end_of_solution|>",
    "<|start|>assistant",
    "<|start|>",
    "<|channel|>final<|message|>",
    "<|channel|>final",
    "<|channel|>",
    "<|message|>",
)
MARKERS = tuple(REASONING) + tuple(dict.fromkeys(REASONING.values())) + FENCES

# A line is the same one again without its citations, so "[1]" and then "[2]" do not hide a loop.
LINE_LEAST = 10
LINES_IN_A_ROW = 3
LINES_IN_ALL = 6
# A run of tokens repeats when its last 4 rounds, or 48 tokens of shorter rounds, are the same.
LONGEST_ROUND = 64
ROUNDS = 4
TOKENS_LEAST = 48


def opened_by(prompt: str) -> str | None:
    """Return what closes the reasoning that `prompt` has opened at its end, or None where it has opened none."""
    end = prompt.rstrip()
    return next((close for opening, close in REASONING.items() if end.endswith(opening)), None)


def is_marker_part(text: str) -> bool:
    """Whether a control token spelled `text` belongs to a marker, so that `Screen` has to see it."""
    return any(text in marker for marker in MARKERS)


class Screen:
    """Takes a model's text as it comes and gives back what may be shown.

    What might be the beginning of a marker is held back until the next piece decides. `ended` turns true at
    the first of `stops`; `closes` is set while the model reasons, to what ends it.
    """

    def __init__(self, stops: Iterable[str] = (), closes: str | None = None) -> None:
        self._stops = frozenset(stop for stop in stops if stop)
        self._markers = tuple(dict.fromkeys((*self._stops, *MARKERS)))
        longest_first = sorted(self._markers, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        self._initials = frozenset(marker[0] for marker in self._markers)
        self._reach = len(longest_first[0])
        self._held = ""
        self._begun = False
        self.closes = closes
        self.ended = False

    def feed(self, text: str) -> str:
        """Return what may be shown now that `text` has come, often nothing."""
        self._held += text
        return self._release(last=False)

    def finish(self) -> str:
        """Return what was held back and turned out to be no marker."""
        return self._release(last=True)

    def _release(self, *, last: bool) -> str:
        shown = ""
        while self._held and not self.ended:
            if self.closes:
                before, found, after = self._held.partition(self.closes)
                if not found:
                    self._held = "" if last else before[-(len(self.closes) - 1) :]
                    break
                self._held, self.closes = after, None
                continue
            match = self._pattern.search(self._held)
            safe = match.start() if match else len(self._held)
            doubtful = None if last else self._doubtful()
            if doubtful is not None and doubtful <= safe:
                shown, self._held = shown + self._held[:doubtful], self._held[doubtful:]
                break
            shown += self._held[:safe]
            self._held = self._held[match.end() :] if match else ""
            if match:
                self._pass(match.group())
        return self._begin(shown)

    def _doubtful(self) -> int | None:
        """Return where the text's end may be the beginning of a marker, or of a longer one than stands there."""
        for at in range(max(0, len(self._held) - self._reach + 1), len(self._held)):
            if self._held[at] in self._initials:
                end = self._held[at:]
                if any(len(marker) > len(end) and marker.startswith(end) for marker in self._markers):
                    return at
        return None

    def _pass(self, marker: str) -> None:
        if marker in self._stops:
            self.ended = True
        else:
            self.closes = REASONING.get(marker)

    def _begin(self, shown: str) -> str:
        """Take the blank lines off the answer's beginning."""
        if not self._begun:
            shown = shown.lstrip()
            self._begun = bool(shown)
        return shown


class Repetition:
    """Notices that a model goes in circles: the same line, or the same run of tokens, again and again."""

    def __init__(self) -> None:
        self._tokens: deque[int] = deque(maxlen=LONGEST_ROUND * ROUNDS)
        self._line = ""
        self._last = ""
        self._in_a_row = 1
        self._lines: Counter[str] = Counter()

    def seen(self, token: int, shown: str) -> bool:
        """Return whether the output repeats itself, now that `token` has come and `shown` was shown."""
        self._tokens.append(token)
        *complete, self._line = (self._line + shown).split("\n")
        repeated = [line for line in complete if self._repeats(line)]
        return bool(repeated) or self._circles()

    def _repeats(self, line: str) -> bool:
        line = re.sub(r"\[\d+\]", "", line).strip()
        if len(line) < LINE_LEAST:
            return False
        self._in_a_row = self._in_a_row + 1 if line == self._last else 1
        self._last = line
        self._lines[line] += 1
        return self._in_a_row >= LINES_IN_A_ROW or self._lines[line] >= LINES_IN_ALL

    def _circles(self) -> bool:
        tokens = list(self._tokens)
        for size in range(1, LONGEST_ROUND + 1):
            span = max(size * ROUNDS, TOKENS_LEAST)
            if len(tokens) < span:
                break
            if tokens[-1] == tokens[-1 - size] and tokens[-span:-size] == tokens[-span + size :]:
                return True
        return False
