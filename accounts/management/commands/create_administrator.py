"""Make the first person: an administrator, who then invites the others."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions.people import create_person, system_person
from accounts.actions.sign_in import check_password_strength, give_password
from accounts.models import User
from accounts.validation import checked_email
from audit.errors import Refusal


class Command(BaseCommand):
    help = (
        "Make an administrator, who may sign in and invite people. Sign-up is closed, so this is "
        "how the first person comes in. Asks for what is not given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", help="their e-mail address, with which they sign in")
        parser.add_argument("--name", help="their name as documents print it")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input, instead of asking",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["password_stdin"] and not (options["email"] and options["name"]):
            raise CommandError(
                "--password-stdin needs --email and --name too: standard input holds only the "
                "password.",
                returncode=2,
            )
        try:
            email = checked_email(options["email"] or self._ask("E-mail address: "))
            if User.objects.filter(email__iexact=email).exists():
                raise CommandError(
                    f"{email} belongs to somebody who is here already; nothing was changed."
                )
            name = options["name"] or self._ask("Name: ")
            password = self._password(from_stdin=options["password_stdin"], email=email)
            with transaction.atomic():
                system = system_person()
                person = create_person(
                    by=system,
                    email=email,
                    name=name,
                    is_administrator=True,
                    reason="Made an administrator from the command line",
                )
                give_password(person=person, password=password, by=system)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{person.name} may sign in as {person.email} and manages people.")

    def _password(self, *, from_stdin: bool, email: str) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\r\n")
        try:
            password = getpass.getpass("Password (12 characters or more): ")
            check_password_strength(password, User(email=email))
            if getpass.getpass("The same password again: ") != password:
                raise CommandError("The two passwords are not the same; nothing was changed.")
        except EOFError as error:
            raise CommandError(
                "There is nobody to ask for a password: use --password-stdin."
            ) from error
        return password

    def _ask(self, question: str) -> str:
        try:
            return input(question)
        except EOFError as error:
            raise CommandError(
                f"There is nobody to ask for “{question.rstrip(': ')}”: use --email and --name."
            ) from error
