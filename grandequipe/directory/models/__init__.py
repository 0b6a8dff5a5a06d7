"""The nouns of the directory: its entries, messages, blocks, introductions and questions."""

from grandequipe.directory.models.entries import DirectoryEntry
from grandequipe.directory.models.introductions import (
    ExperienceQuestion,
    ExperienceRecipient,
    IntroducedPerson,
    Introduction,
)
from grandequipe.directory.models.messages import Message, MessageBlock

__all__ = [
    "DirectoryEntry",
    "ExperienceQuestion",
    "ExperienceRecipient",
    "IntroducedPerson",
    "Introduction",
    "Message",
    "MessageBlock",
]
