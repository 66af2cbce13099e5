"""What is done with models: asked for, made, taken in, let answer, taken back, given a threshold."""

from shizheng.kernel.routing.actions.answering import activate, roll_back, set_threshold
from shizheng.kernel.routing.actions.making import LARGEST, ask_training, clear_away, take_from_shelf, train

__all__ = [
    "LARGEST", "activate", "ask_training", "clear_away", "roll_back", "set_threshold", "take_from_shelf", "train",
]  # fmt: skip
