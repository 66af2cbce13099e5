"""Addresses by `web.addresses` are those that Django gives."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter

from shizheng.web.addresses import address


def routes(
    patterns: Any, spaces: tuple[str, ...] = (), given: tuple[str, ...] = ()
) -> Iterator[tuple[str, list[str]]]:
    """Every named route that takes nothing but whole numbers, with their names."""
    for each in patterns:
        converters = each.pattern.converters
        if not all(isinstance(one, IntConverter) for one in converters.values()):
            continue
        if each.pattern.regex.groups != len(converters):
            continue
        names = (*given, *converters)
        if not isinstance(each, URLPattern):
            yield from routes(each.url_patterns, (*spaces, *filter(None, [each.namespace])), names)
        elif each.name:
            yield ":".join((*spaces, each.name)), list(names)


def test_every_route_with_numbers_reads_as_django_gives_it() -> None:
    found = list(routes(get_resolver().url_patterns))
    assert len([name for name, names in found if names]) > 200
    for name, names in found:
        values = [0, 1_000_000_007, 42][: len(names)]
        assert address(name, values) == reverse(name, args=values), name
        kwargs = dict(zip(names, reversed(values), strict=True))
        assert address(name, kwargs=kwargs) == reverse(name, kwargs=kwargs), name


def test_no_app_is_mounted_twice_so_a_name_means_one_address() -> None:
    assert [spaces for spaces in get_resolver().app_dict.values() if len(spaces) > 1] == []


def test_what_is_no_whole_number_goes_the_way_of_django() -> None:
    assert address("projects:project", ["7"]) == address("projects:project", [7])
    for args in ([-1], ["七"], []):
        with pytest.raises(NoReverseMatch):
            address("projects:project", args)
    with pytest.raises(NoReverseMatch):
        address("nowhere:at_all")
