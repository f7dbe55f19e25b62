"""The table of routes: every line leads to a view that fits it, and a cold start imports none of them."""

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from app import app
from chalicelib import handlers, http
from chalicelib.handlers import console, jobs, pricelist_events, schedule
from chalicelib.lazy import Lazy
from chalicelib.requests.base import Schema
from chalicelib.routes import DECLARED, FALLBACK, ROUTES, Access

ROOT = Path(__file__).parents[3]
# Handlers of events, what registers the table, and what views share: the modules that hold no view.
NO_VIEWS = {"__init__", "acting", "api", "console", "jobs", "pricelist_events", "schedule"}
READING = {"GET"}
CONSOLE = {(method, f"/v1/console{rest}") for method in ("GET", "POST") for rest in ("", "/{proxy+}")}


def test_no_two_lines_are_one_call_or_share_a_name() -> None:
    calls = [(route.method, route.path) for route in ROUTES]
    names = [route.name for route in ROUTES]
    assert len(calls) == len(set(calls))
    assert len(names) == len(set(names))


def test_every_view_takes_the_parameters_of_its_path_and_its_query_only() -> None:
    wrong = []
    for route in ROUTES:
        expected = ["call", *re.findall(r"{(\w+)}", route.path), *(["query"] if route.query else [])]
        if list(inspect.signature(route.view).parameters) != expected:
            wrong.append(route.view_name)
    assert wrong == []


def test_every_annotation_is_a_call_with_a_schema_or_without_a_body() -> None:
    wrong = []
    for route in ROUTES:
        annotations = inspect.get_annotations(route.view, eval_str=True)
        schemas = [schema for schema in (route.body, route.query) if schema is not None]
        if annotations["call"].__origin__ is not http.Call or not all(issubclass(one, Schema) for one in schemas):
            wrong.append(route.view_name)
    assert wrong == []


def test_a_body_belongs_to_calls_that_change_something() -> None:
    assert [route.view_name for route in ROUTES if route.method in READING and route.body] == []


def test_every_view_says_what_it_does_in_one_line() -> None:
    assert [route.view_name for route in DECLARED if not str(route.view.__doc__ or "").strip()] == []


def test_every_view_is_in_the_table_once() -> None:
    (directory,) = handlers.__path__
    written = []
    for path in sorted(Path(directory).glob("*.py")):
        if path.stem not in NO_VIEWS:
            module = import_module(f"chalicelib.handlers.{path.stem}")
            functions = inspect.getmembers(module, inspect.isfunction)
            written += [
                f"{path.stem}.{name}"
                for name, function in functions
                if function.__module__ == module.__name__ and not name.startswith("_")
            ]
    assert sorted(route.view_name for route in ROUTES) == sorted(written)


def test_errors_that_follow_from_the_rest_are_not_repeated() -> None:
    repeated = [
        route.view_name
        for route in ROUTES
        if ("{" in route.path and "NotFound" in {error.__name__ for error in route.errors})
        or (route.query and "FieldErrors" in {error.__name__ for error in route.errors})
    ]
    assert repeated == []


def test_four_routes_lead_to_all_screens_and_none_can_be_asked_by_other_sites() -> None:
    found = {(method, path) for path, methods in app.routes.items() for method in methods if "/console" in path}
    assert found == CONSOLE


def test_chalice_knows_every_line_and_answers_browsers_that_ask_first() -> None:
    registered = {(method, path) for path, methods in app.routes.items() for method in methods} - CONSOLE
    expected = {(route.method, http.PREFIX + route.path) for route in ROUTES}
    at_the_base = {(route.method, http.PREFIX) for route in ROUTES if route.path == FALLBACK}
    preflights = {("OPTIONS", http.PREFIX + route.path) for route in ROUTES}
    assert registered == expected | at_the_base | preflights


def test_chalice_knows_views_by_their_own_names() -> None:
    named = {
        (method, path): entry.view_name
        for path, methods in app.routes.items()
        for method, entry in methods.items()
        if method != "OPTIONS" and (method, path) not in CONSOLE
    }
    fallback = [route for route in ROUTES if route.path == FALLBACK]
    assert named == {
        **{(route.method, http.PREFIX + route.path): route.name for route in ROUTES},
        **{(route.method, http.PREFIX): f"{route.name} at the base" for route in fallback},
    }


def test_only_calls_of_somebody_are_idempotent() -> None:
    # A key is remembered for its caller.
    assert [route.view_name for route in ROUTES if route.idempotent and route.access is Access.ANYONE] == []


def test_every_lazy_name_leads_to_a_function() -> None:
    modules = (console, http, jobs, pricelist_events, schedule)
    named = [lazy for module in modules for lazy in vars(module).values() if isinstance(lazy, Lazy)]
    assert [lazy.name for lazy in named if not inspect.isroutine(lazy.load())] == []
    assert len(named) >= 11


def test_a_cold_start_imports_no_view_no_use_case_and_no_schema() -> None:
    code = "import sys, tests.conftest; known = set(sys.modules); import app; print(*sorted(set(sys.modules) - known))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = done.stdout.split()
    views = {route.view_name.partition(".")[0] for route in ROUTES}
    heavy = {"pydantic", "pydantic_core", "python_multipart", "jinja2", "fpdf", "xlsxwriter", "argon2", "yaml"}
    heavy |= {"openpyxl", "xlrd"}
    ours = {
        *(
            "administration",
            "answers",
            "bodies",
            "catalogue",
            "console",
            "documentation",
            "documents",
            "exports",
            "files",
        ),
        *("notifications", "ordering", "outbox", "pricelists", "requests", "sweeping"),
    }
    assert "chalicelib.routes" in imported
    assert heavy & set(imported) == set()
    assert {name for name in imported if name.startswith("chalicelib.") and name.split(".")[1] in ours} == set()
    assert {f"chalicelib.handlers.{view}" for view in views} & set(imported) == set()


def test_no_call_of_the_api_imports_what_pages_are_rendered_with() -> None:
    code = (
        "import sys, tests.conftest; from chalicelib.routes import ROUTES;"
        "[(one.view, one.body, one.query) for one in ROUTES];"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "chalicelib.handlers.orders" in imported
    assert {
        one for one in imported if one.partition(".")[0] == "jinja2" or one.startswith("chalicelib.console.")
    } == set()


@pytest.mark.parametrize("page", ["start_buyer:start", "orders:orders", "orders:order"])
def test_a_buyers_first_pages_load_nothing_that_suppliers_administrators_or_baskets_need(page: str) -> None:
    code = (
        f"import sys, tests.conftest; from chalicelib.lazy import Lazy; Lazy('console.screens.{page}').load();"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    foreign = ("administration", "pricelists.records", "accounts.recovery", "ordering.bulk", "catalogue.listing")
    names = tuple(f"chalicelib.{each}" for each in foreign)
    assert [one for one in done.stdout.split() if one.startswith(names)] == []
