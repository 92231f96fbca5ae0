"""A group whose commands stand in several files, each read when one of its commands is asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Apart(click.Group):
    """`files`: which commands each file of this package holds. A file may put them into the group itself."""

    def __init__(self, *settings: Any, files: Mapping[str, str], **more: Any) -> None:
        super().__init__(*settings, **more)
        self._file = {command: file for file, commands in files.items() for command in commands.split()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._file)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if (file := self._file.get(cmd_name)) is None:
            return None
        module = import_module(f"{__package__}.{file}")
        return super().get_command(ctx, cmd_name) or getattr(module, cmd_name.replace("-", "_"))
