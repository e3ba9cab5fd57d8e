"""What can be wrong with the making of a product. Callers catch exactly these; each says itself in both languages."""

from __future__ import annotations

from typing import Any

from geodata.text import Text
from outputs.words import TEXTS


class ProductError(ValueError):
    """A product that cannot be made as asked; `text` says why and how to mend it."""

    key = ""

    def __init__(self, **values: Any) -> None:
        """With what is filled into the text."""
        self.text: Text = TEXTS[f"error-{self.key}"].filled(**values)
        super().__init__(f"{self.text.zh} {self.text.en}")


class NothingToWrite(ProductError):
    """The filter leaves nothing that a format can hold."""

    key = "nothing"


class BadEnding(ProductError):
    """A file name whose ending says another format."""

    key = "ending"


class BadOption(ProductError):
    """An option that a product does not take, or a value that the option does not."""

    key = "option"


class ForeignOption(ProductError):
    """An option of another product. Its value, which may be a secret, is not repeated."""

    key = "foreign"


class OneQuestion(ProductError):
    """Several questions for a file of one table."""

    key = "one-question"


class NoQuestion(ProductError):
    """A question for a product that holds no answer."""

    key = "no-question"


class WouldReplace(ProductError):
    """Files that nobody named would be replaced."""

    key = "replace"
