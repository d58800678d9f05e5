"""The manner of every manage.py command: readable by people, or one JSON object with --json."""

import json
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError

__all__ = ["AnsweringCommand"]


class AnsweringCommand(BaseCommand):
    """A command with an answer.

    `answer` does the work and gives the JSON object; `tell` writes it for people. A DomainError
    becomes one clear line on stderr and a non-zero exit.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="the last line of output is one JSON object"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = self.answer(options)
        except DomainError as error:
            raise CommandError(f"{error.text} ({error.code})") from error
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, default=str))
        else:
            self.tell(answer)

    @abstractmethod
    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Do the work; gives what --json prints."""

    def tell(self, answer: Mapping[str, Any]) -> None:
        """Write the answer for people: a line for each member."""
        width = max(map(len, answer), default=0)
        for name, value in answer.items():
            self.stdout.write(f"{name:<{width}}  {value}")
