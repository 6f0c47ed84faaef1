"""``servicecore plugins``: what is loaded, one plugin in detail, and what is wrong."""

from __future__ import annotations

import attrs
import click
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from servicecore.cli import options
from servicecore.cli.answers import answers, console, finish, print_json
from servicecore.cli.installed_plugins import installed_plugins
from servicecore.plugins.doctor import diagnose, host_api, list_plugins, show_plugin


@click.group()
def plugins() -> None:
    """Look at the installed plugins; SERVICECORE_PLUGINS_DISABLED lists ids that are not loaded."""


@plugins.command("list")
@options.as_json
@answers
def list_all(as_json: bool) -> None:
    """List every plugin: loaded, failed and blocked."""
    with installed_plugins() as host:
        rows = list_plugins(host)
    if as_json:
        print_json({"api": host_api(), "plugins": [attrs.asdict(row) for row in rows]})
        return
    table = Table(title=f"plugins, API {host_api()}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("id", "state", "version", "origin", "offers"):
        table.add_column(heading)
    for row in rows:
        table.add_row(*map(escape, (row.id, row.state, row.version, row.origin, ", ".join(row.offers))))
    console().print(table)
    for row in rows:
        if row.reason:
            console().print(f"{row.id}: {row.reason}", markup=False)


@plugins.command()
@click.argument("plugin")
@options.as_json
@answers
def show(plugin: str, as_json: bool) -> None:
    """Show the loaded plugin PLUGIN: who made it, what it offers, which settings it takes."""
    with installed_plugins() as host:
        card = show_plugin(host, plugin)
    if as_json:
        print_json(attrs.asdict(card))
        return
    out = console()
    out.print(f"{card.plugin.id} {card.plugin.version}: {card.plugin.title} ({card.vendor}), {card.plugin.origin}")
    for gateway, capabilities in card.capabilities:
        shown = ", ".join(f"{name} {support}" for name, support in capabilities)
        out.print(f"gateway {gateway}: {shown}", markup=False)
    if card.plugin.tax_engines:
        out.print(f"tax engines: {', '.join(card.plugin.tax_engines)}")
    if card.plugin.fraud_rules:
        out.print(f"fraud rules: {', '.join(card.plugin.fraud_rules)}")
    if card.plugin.offer_parts:
        out.print(f"offer parts: {', '.join(card.plugin.offer_parts)}")
    if card.settings_schema is not None:
        names = ", ".join(card.settings_schema.get("properties", {}))
        out.print(f"settings: {names} (--json prints their schema)")


@plugins.command()
@options.as_json
@answers
def doctor(as_json: bool) -> None:
    """Say what is wrong with the plugins: load errors, warnings, quarantine."""
    with installed_plugins() as host:
        findings = diagnose(host)
    if as_json:
        print_json({"findings": [attrs.asdict(each) for each in findings]})
    else:
        for each in findings:
            console().print(f"{each.level}: {each.plugin}: {each.what}: {each.detail}", markup=False)
        if not findings:
            console().print("every plugin is well")
    finish(found=any(each.level == "error" for each in findings))
