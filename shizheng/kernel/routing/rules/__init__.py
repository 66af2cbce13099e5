"""What other apps may use of the rules: the model, its answers, making one, keeping one."""

from shizheng.kernel.routing.rules.cards import summary
from shizheng.kernel.routing.rules.model import Choice, EmptyText, Prediction, TextModel
from shizheng.kernel.routing.rules.packing import NotAModel, pack, unpack
from shizheng.kernel.routing.rules.text import label_words
from shizheng.kernel.routing.rules.training import CannotTrain, Example, Settings, train

__all__ = [
    "CannotTrain", "Choice", "EmptyText", "Example", "NotAModel", "Prediction", "Settings", "TextModel",
    "label_words", "pack", "summary", "train", "unpack",
]  # fmt: skip
