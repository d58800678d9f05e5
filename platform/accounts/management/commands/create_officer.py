"""Make an officer's account."""

import sys
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from accounts.domain.grants import ROLES
from accounts.domain.roster import OfficerFacts
from accounts.services import create_officer, issue_token
from audit.domain import SYSTEM
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Make an officer's account with a role; the token for REST calls is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("username")
        parser.add_argument("--organisation", required=True, metavar="CODE")
        parser.add_argument("--role", required=True, choices=ROLES)
        parser.add_argument("--name-zh", help="name in Chinese; the user name if not given")
        parser.add_argument("--name-en", help="name in English; the user name if not given")
        parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read a password for the pages from standard input; else there is only the token",
        )

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        username = options["username"]
        facts = OfficerFacts(
            username=username,
            name_zh=options["name_zh"] or username,
            name_en=options["name_en"] or username,
            organisation=options["organisation"],
            role=options["role"],
            language=options["language"],
            password=sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None,
        )
        with transaction.atomic():
            officer = create_officer(facts=facts, actor=SYSTEM)
            return {"username": username, "token": issue_token(officer=officer, actor=SYSTEM)}

    def tell(self, answer: Mapping[str, Any]) -> None:
        self.stdout.write(f"User name  {answer['username']}")
        self.stdout.write(f"Token      {answer['token']}")
        self.stdout.write("Keep the token: it is not shown again.")
