"""Chalice's command line, with one thing that Chalice cannot do: roles are created with a permission boundary.

The first argument is the boundary's ARN, or empty; the others are Chalice's. Nothing here may import chalicelib, of
which Chalice imports the copy in the built project.
"""

import sys
from collections.abc import Callable
from typing import Any, ParamSpec

import chalice.cli
from botocore.session import Session
from chalice.cli import factory

_Options = ParamSpec("_Options")


def bind_new_roles(session: Session, boundary: str) -> Session:
    """Make every CreateRole of the session's clients name the boundary; return the session."""

    def bound(**event: Any) -> None:
        event["params"]["PermissionsBoundary"] = boundary

    session.register("before-parameter-build.iam.CreateRole", bound)
    return session


def _bound(create: Callable[_Options, Session], boundary: str) -> Callable[_Options, Session]:
    def create_bound(*arguments: _Options.args, **options: _Options.kwargs) -> Session:
        return bind_new_roles(create(*arguments, **options), boundary)

    return create_bound


def main() -> int:
    """Run Chalice with the arguments of this process; return its exit code."""
    if boundary := sys.argv.pop(1):
        factory.create_botocore_session = _bound(factory.create_botocore_session, boundary)
    code: int = chalice.cli.main()
    return code


if __name__ == "__main__":
    sys.exit(main())
